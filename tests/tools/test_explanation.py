"""A verdict in plain words."""

from __future__ import annotations

from sim.sandbox import Sandbox
from sim.tasks import human_sources
from sim.verdict import Verdict
from sim.verification import verify
from tools.explanation import explain


def test_a_failure_is_told_with_its_stage_its_line_and_what_to_write_instead():
    source = human_sources()["align-box-corner"].replace("corner/corner-template.urdf", "corner/corners.urdf")
    wrong = next(n for n, line in enumerate(source.splitlines(), 1) if "corners.urdf" in line)
    told = explain(verify(source, seeds=4, sandbox=Sandbox()), "my-task")
    assert told.startswith("my-task failed at the stage")
    assert f"line {wrong}:" in told
    assert "the line:  " in told
    assert "instead:  " in told


def test_a_proof_is_told_with_its_seeds():
    verdict = Verdict.model_validate({"accepted": True, "stage": "hold", "seeds": {"run": 10, "passed": 9}})
    assert "9 of 10 random starts" in explain(verdict, "my-task")
