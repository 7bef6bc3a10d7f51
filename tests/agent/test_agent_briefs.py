"""What the roles are told: complete for the composer, bounded for a language model, with advice that fits."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from agent_workshop import program, proposal
from pydantic import BaseModel

from agent import coder, critic, proposer
from agent.advice import Tried, advise
from agent.answers import Critique, Proposal, ProposedObject
from agent.briefs import (
    MOST_CODE,
    MOST_NAMES,
    cut_code,
    program_brief,
    proposal_brief,
    repair_brief,
    repair_pictures,
    review_brief,
    review_pictures,
)
from agent.critic import vote_of
from memory import Hit, Novelty
from sim.catalogue import find_asset
from sim.verdict import Diagnostic, Verdict
from tools.findings import short_diagnostics

LARGE = [f"task-number-{number:05}-with-a-long-name" for number in range(10_000)]
DIGEST = {"tasks": 3, "names": ["a", "b", "c"], "families": {"stack blocks": 3}, "gaps": ["put a ball on a zone"]}


def brief(**told: Any) -> dict[str, Any]:
    return proposal_brief(**{"seed": 1, "round": 2, "attempt": 0, "library": DIGEST, **told})


def size(document: Any) -> int:
    return len(json.dumps(document, indent=1))


def finding(code: str = "unsolved", **more: Any) -> Diagnostic:
    told = {"stage": "solve", "message": "goal 1 is not reached", "line": 7, "source": "self.add_goal("}
    return Diagnostic(**{"code": code, **told, **more})


# -- the proposer's --------------------------------------------------------------------------------------------------


def test_a_small_library_is_told_whole():
    assert brief()["library"] == DIGEST
    assert "advice" not in brief()
    assert brief(advice="aim lower")["advice"] == "aim lower"


def test_a_library_of_ten_thousand_tasks_does_not_fill_the_prompt():
    told = brief(library=DIGEST | {"names": LARGE, "tasks": len(LARGE)})
    assert size(told) < 10_000
    assert len(told["library"]["names"]) == MOST_NAMES
    assert told["library"]["names_left_out"] == len(LARGE) - MOST_NAMES
    assert told["library"]["tasks"] == len(LARGE)


def test_the_composer_is_told_every_name_and_every_rejection():
    rejected = [{"round": 1, "name": f"idea-{number}", "reason": "not-novel", "detail": "near"} for number in range(50)]
    told = brief(library=DIGEST | {"names": LARGE}, rejected=rejected, whole=True)
    assert told["library"]["names"] == LARGE
    assert [item["name"] for item in told["rejected"]] == [item["name"] for item in rejected]


def test_a_model_is_told_the_last_rejections_with_their_reasons_cut():
    rejected = [{"name": f"idea-{number}", "reason": "not-worth-it", "detail": "dull " * 500} for number in range(50)]
    told = brief(rejected=rejected)["rejected"]
    assert [item["name"] for item in told] == [f"idea-{number}" for number in range(40, 50)]
    assert all(item["reason"] == "not-worth-it" and len(item["detail"]) < 400 for item in told)


def test_a_step_of_a_curriculum_and_a_revision_are_told():
    revise = {"proposal": proposal(), "code": program(), "change": "make it four blocks"}
    near = [{"name": "one", "title": "One", "score": 0.5, "instruction": "put it there"}]
    steps = {"goal": "lay a row", "final_goal": "build a house", "step": 1, "steps": 3, "builds_on": ["one"]}
    told = brief(**steps, revise=revise, nearest=near)
    assert told["nearest"] == near
    assert (told["goal"], told["final_goal"], told["builds_on"]) == ("lay a row", "build a house", ["one"])
    assert told["revise"] == revise


# -- the coder's -----------------------------------------------------------------------------------------------------


def test_a_first_program_is_asked_for_without_anything_to_mend():
    told = program_brief(proposal=proposal(), references=["one", "two"])
    assert told == {"proposal": proposal(), "attempt": 0, "references": ["one", "two"]}


def test_a_repair_is_asked_for_with_the_last_program_and_short_findings():
    values = {f"value-{number}": "x" * 200 for number in range(20)} | {"seeds": [0, 3]}
    verdict = Verdict(stage="solve", diagnostics=(finding("slow", severity="warning"), finding(values=values)))
    told = repair_brief(proposal=proposal(), attempt=2, code=program(), verdict=verdict, lessons=[{"code": "unsolved"}])
    assert told["code"] == program()
    assert (told["attempt"], told["verdict"]["stage"]) == (2, "solve")
    assert [item["code"] for item in told["diagnostics"]] == ["unsolved", "slow"], "errors come first"
    assert told["diagnostics"][0] == {
        "code": "unsolved",
        "severity": "error",
        "line": 7,
        "source": "self.add_goal(",
        "message": "goal 1 is not reached",
        "seeds": [0, 3],
    }
    assert told["lessons"] == [{"code": "unsolved"}]


def test_endless_findings_are_counted_and_not_told():
    told = short_diagnostics([finding(message="wrong " * 1000, hint="mend " * 1000) for _ in range(500)])
    assert size(told) < 20_000
    assert told[-1]["message"] == "and 488 more findings"


def test_a_long_program_loses_its_middle_at_line_ends_and_says_so():
    long = "\n".join(f"value_{number} = {number}" for number in range(5000))
    told = cut_code(long)
    assert cut_code("x" * MOST_CODE) == "x" * MOST_CODE
    assert len(told) < MOST_CODE + 100
    lines = told.splitlines()
    assert (lines[0], lines[-1]) == ("value_0 = 0", "value_4999 = 4999")
    (gap,) = [at for at, line in enumerate(lines) if line.startswith("# ...")]
    assert int(re.findall(r"\d+", lines[gap])[0]) == 5000 - (len(lines) - 1)
    assert set(lines[:gap] + lines[gap + 1 :]) <= set(long.splitlines())


@pytest.mark.parametrize("text", ["x" * 100_000, "\n" * 100_000, "x\n" + "y" * 100_000])
def test_a_program_without_lines_to_cut_at_is_cut_all_the_same(text: str):
    assert len(cut_code(text)) < MOST_CODE + 100


# -- the critic's ----------------------------------------------------------------------------------------------------


def test_a_review_shows_the_nearest_tasks_with_their_instructions():
    views = {"code": None, "language": 0.9, "scene": None}
    novelty = Novelty(novel=True, reason="new", nearest=(Hit(name="one", title="One", score=0.8, views=views),))
    verdict = Verdict(accepted=True, stage="hold", instructions=("put it there",), assets=("bowl/bowl.urdf",))
    near = {"name": "one", "title": "One", "score": 0.8, "instruction": "put the ball into the bowl"}
    told = review_brief(proposal=proposal(), code=program(), verdict=verdict, novelty=novelty, neighbours=[near])
    assert told["novelty"]["nearest"] == [near]
    assert told["verdict"]["accepted"] is True
    assert told["verdict"]["instructions"] == ["put it there"]
    assert "goal" not in told
    alone = review_brief(proposal=proposal(), code=program(), verdict=verdict, novelty=novelty)
    assert alone["novelty"]["nearest"] == [{"name": "one", "title": "One", "score": 0.8}]


def test_only_pictures_that_are_there_are_shown(tmp_path: Path):
    paths = {name: str(tmp_path / f"{name}.png") for name in ("before", "after", "failure")}
    for name in ("before", "failure"):
        Path(paths[name]).write_bytes(b"\x89PNG")
    verdict = Verdict(pictures=paths)
    assert [path.stem for path in repair_pictures(verdict)] == ["before", "failure"]
    assert [path.stem for path in review_pictures(verdict)] == ["before"]
    assert repair_pictures(Verdict()) == []


# -- prompts ---------------------------------------------------------------------------------------------------------


def prompt(role: str) -> str:
    return resources.files("agent").joinpath(f"prompts/{role}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("role", "answer"), [("proposer", Proposal), ("critic", Critique)])
def test_the_examples_in_a_prompt_are_answers_that_are_taken(role: str, answer: type[BaseModel]):
    examples = re.findall(r"```\n(.*?)\n```", prompt(role), re.DOTALL)
    assert examples
    assert f"calling `{answer.__name__}`" in prompt(role)
    for example in examples:
        told = answer.model_validate(json.loads(example))
        if isinstance(told, Proposal):
            assert all(find_asset(item.asset) for item in told.objects)
        if isinstance(told, Critique):
            assert vote_of(told, shown=told.picture_matches is not None) == told, "it agrees with itself"


@pytest.mark.parametrize(
    ("role", "tools"), [("proposer", proposer.TOOLS), ("coder", coder.TOOLS), ("critic", critic.TOOLS)]
)
def test_a_prompt_speaks_of_no_tool_that_the_role_lacks(role: str, tools: tuple[str, ...], toolbox_names: set[str]):
    spoken_of = set(re.findall(r"`([a-z]+_[a-z_]+)`", prompt(role))) & toolbox_names
    assert spoken_of
    assert spoken_of <= set(tools)


@pytest.fixture
def toolbox_names(tmp_path: Path, minilm: Any) -> set[str]:
    from memory import TaskLibrary
    from sim.sandbox import Sandbox
    from tools import Toolbox

    return set(Toolbox.of(TaskLibrary(tmp_path / "home", minilm), Sandbox(), tmp_path).tools)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0.1 x 0.1", "0.1 x 0.1"), ([0.1, 0.1, 0.05], "0.1 x 0.1 x 0.05"), (0.04, "0.04"), (None, ""), ("", "")],
)
def test_a_size_is_taken_as_models_give_it(given: Any, kept: str):
    assert ProposedObject(asset="box/box.urdf", role="moved", size=given).size == kept


# -- advice ----------------------------------------------------------------------------------------------------------


def tried(*reasons: str, relation: str = "", steps: int = 2) -> list[Tried]:
    entries = [{"reason": reason, "detail": f"{reason} for a reason"} for reason in reasons]
    return [Tried.of(entry, {"relation": relation, "steps": ["do this"] * steps}) for entry in entries]


def test_candidates_that_cannot_be_solved_lower_the_ambition():
    advice = advise(tried("accepted", "failed-solve", "failed-solve", "failed-hold"))
    assert advice.startswith("3 of the last 4 candidates")
    assert "simpler" in advice
    assert advise(tried("failed-screen", "failed-build", "failed-parse")).startswith("3 of the last 3 candidates")
    assert "simpler" in advise(tried("failed-screen", "failed-solve", "failed-hold"))


def test_easy_successes_raise_it():
    assert "more goals" in advise(tried(*["accepted"] * 4, steps=1))
    assert advise(tried(*["accepted"] * 4, steps=3)) == ""
    assert advise(tried(*["accepted"] * 3, steps=1)) == ""


def test_what_the_library_has_leads_to_what_it_lacks():
    advice = advise(tried("not-novel", "not-novel", "not-novel"), ["put a ball on a zone", "push blocks into a zone"])
    assert "put a ball on a zone; push blocks into a zone" in advice


def test_the_critics_last_reason_is_told():
    assert "not-worth-it for a reason" in advise(tried("not-worth-it", "accepted", "not-worth-it", "not-worth-it"))


def test_one_relation_again_and_again_calls_for_another_whatever_it_is_called():
    said = [Tried("accepted", relation, 2) for relation in ("stack", "Stacking", "stacked on top", "stacks")]
    assert "another relation" in advise(said)
    assert advise([*said[:3], Tried("accepted", "put-into", 2)]) == ""


def test_only_the_last_candidates_count_and_silence_counts_for_nothing():
    assert advise(tried("failed-solve", "failed-solve", "failed-solve", *["accepted"] * 4)) == ""
    assert advise(tried("failed-solve", "failed-solve", "no-answer", "no-answer", "failed-solve")).startswith("3 of")
    assert advise([]) == ""


def test_towards_a_goal_only_the_ambition_is_spoken_of():
    assert advise(tried(*["not-novel"] * 4, relation="stack"), ["a gap"], exploring=False) == ""
    assert "simpler" in advise(tried(*["failed-solve"] * 3), exploring=False)
