"""Verification: every bad candidate gets its verdict, at its stage and line, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scenes import ADD_BLOCK, ADD_BOWL, ADD_GOAL, FIRST, GOOD, HONEST, program

from sim.isolation import Limits
from sim.process import ChildFailure, warm_server
from sim.sandbox import JUDGE_LIMITS, Sandbox
from sim.tasks import human_sources
from sim.verdict import STAGES, Verdict, diagnostics_catalogue
from sim.verification import verify

QUICK = Sandbox(limits=Limits(wall_seconds=2.0))


def test_honest_candidate_is_accepted(tmp_path: Path) -> None:
    verdict = verify(HONEST, pictures=tmp_path / "pictures", file="candidate.py")
    assert verdict.accepted
    assert (verdict.file, verdict.task, verdict.stage) == ("candidate.py", "candidate", "hold")
    assert verdict.instructions == ("put the red block into the green bowl",)
    assert verdict.assets == ("bowl/bowl.urdf", "block/block.urdf")
    assert verdict.diagnostics == ()
    assert set(verdict.pictures) == {"before", "after"}
    for path in verdict.pictures.values():
        assert Path(path).read_bytes().startswith(b"\x89PNG")


# -- what running it shows -------------------------------------------------------------------------------------------

BAD_GOAL = ADD_BOWL + ADD_BLOCK
TWO = ADD_BLOCK.replace("block =", "first =") + ADD_BLOCK.replace("block =", "second =")


def changed(old: str, new: str) -> str:
    assert old in ADD_GOAL
    return BAD_GOAL + ADD_GOAL.replace(old, new)


DYNAMIC: dict[str, tuple[str, str, int | None]] = {
    "raises": ("def deeper():\n    return 1 / 0\ndeeper()", "raised", FIRST + 1),
    "raises elsewhere": ("math = np.linalg.inv(np.zeros((2, 2)))", "raised", FIRST),
    "raises what cannot be told": ('raise ValueError("\\ud800")', "raised", FIRST),
    "calls what is no method": ("env.rng()", "raised", FIRST),
    "exits": ("raise SystemExit(0)", "raised", FIRST),
    "interrupts": ("raise KeyboardInterrupt", "raised", FIRST),
    "endless recursion": ("def f(): return f()\nf()", "raised", FIRST),
    "endless loop in Python": ("while True: pass", "time-limit", FIRST),
    "endless loop in a helper": ("def wait():\n    while True:\n        x = 1\nwait()", "time-limit", FIRST + 1),
    "endless loop in C": ("sum(itertools.repeat(1))", "time-limit", None),
    "memory": ("[0] * 10**10", "memory-limit", FIRST),
    "memory bit by bit": ("x = []\nwhile True: x.append(np.zeros(10**8))", "memory-limit", FIRST + 1),
    "shape of matches": (changed("np.ones((1, 1))", "np.ones((2, 1))"), "malformed-goal", FIRST + 3),
    "matches in a row": (changed("np.ones((1, 1))", "np.ones(1)"), "malformed-goal", FIRST + 3),
    "ragged matches": (changed("np.ones((1, 1))", "[[1], [1, 1]]"), "malformed-goal", FIRST + 3),
    "matches of NaN": (changed("np.ones((1, 1))", "[[np.nan]]"), "malformed-goal", FIRST + 3),
    "no target": (changed("np.ones((1, 1))", "np.zeros((1, 1))"), "malformed-goal", FIRST + 3),
    "objects that are none": (changed("[block]", '["block"]'), "malformed-goal", FIRST + 3),
    "objects that do not exist": (changed("[block]", "[7]"), "malformed-goal", FIRST + 3),
    "an object twice": (changed("[block]", "[block, block]"), "malformed-goal", FIRST + 3),
    "a fixed object": (BAD_GOAL.replace('"red"', '"red", category="fixed"') + ADD_GOAL, "malformed-goal", FIRST + 2),
    "no instruction": (changed("put the red block into the green bowl", " "), "malformed-goal", FIRST + 3),
    "colour that is not there": (changed("the red block", "the blue block"), "instruction-mismatch", FIRST + 3),
    "blank in the sentence": (changed("the red block", "the {color} block"), "instruction-mismatch", FIRST + 3),
    "endless symmetry": (changed("[bowl]", '[bowl], symmetries=[float("inf")]'), "malformed-goal", FIRST + 3),
    "metric": (changed("[bowl]", "[bowl], metric=object()"), "unknown-metric", FIRST + 3),
    "zone without zones": (changed("[bowl]", '[bowl], metric="zone"'), "malformed-goal", FIRST + 3),
    "pose of NaN": ('env.add_object("block/block.urdf", (float("nan"), 0, 0))', "bad-pose", FIRST),
    "pose of two": ('env.add_object("block/block.urdf", (0.5, 0))', "bad-pose", FIRST),
    "endless pose": ('env.add_object("block/block.urdf", (0.5, float("-inf"), 0))', "bad-pose", FIRST),
    "rotation of nothing": ('env.add_object("block/block.urdf", ((0.5, 0, 0), (0, 0, 0, 0)))', "bad-pose", FIRST),
    "target of NaN": (changed("[bowl]", '[(0.5, 0.0, float("nan"))]'), "bad-pose", FIRST + 3),
    "size": ('self.fill_template("box/box-template.urdf", {"DIM": (0, 1, 9)})', "bad-size", FIRST),
    "box without height": (
        'box = self.fill_template("box/box-template.urdf", {"DIM": (0.05, 0.05, 0)})\n'
        "env.add_object(box, (0.5, 0.3, 0))", "bad-size", FIRST + 1),
    "speck of a box": (
        'box = self.fill_template("box/box-template.urdf", {"HALF": (1e-5,) * 3})\n'
        "env.add_object(box, (0.5, 0.3, 0))", "bad-size", FIRST + 1),
    "size of NaN": ('self.get_random_pose(env, (0.1, np.nan, 0.1))', "bad-size", FIRST),
    "scale of nothing": ('env.add_object("block/block.urdf", (0.5, 0, 0), scale=0)', "bad-size", FIRST),
    "zone without area": (changed("[bowl]", '[bowl], metric="zone", params=[(bowl, (0, 0.1, 0))]'), "bad-size",
                          FIRST + 3),
    "zone of NaN": (changed("[bowl]", '[bowl], metric="zone", params=[((np.nan, 0, 0), (0.1, 0.1, 0))]'), "bad-pose",
                    FIRST + 3),
    "field": ('self.fill_template("box/box-template.urdf", {"LENGTH": 1})', "unknown-field", FIRST),
    "mesh": ('self.fill_template("kitting/object-template.urdf", {"FNAME": "kitting/20.obj"})', "unknown-mesh", FIRST),
    "template": ('self.fill_template("block/block.urdf", {})', "not-a-template", FIRST),
    "category": ('env.add_object("block/block.urdf", (0.5, 0, 0), category="loose")', "unknown-category", FIRST),
    "colour": ('env.add_object("block/block.urdf", (0.5, 0, 0), color=(3, 0, 0))', "bad-color", FIRST),
    "asset": ('env.add_object("block/" + "brick.urdf", (0.5, 0, 0))', "unknown-asset", FIRST),
    "shares": (BAD_GOAL + f"for _ in range(2): {ADD_GOAL}", "reward-shares", FIRST + 3),
    "two goals for things that look the same": (
        TWO + "".join(
            f"place = self.get_random_pose(env, (0.04, 0.04, 0.04))\nself.add_goal([{name}], [[1]], [place], "
            'step_max_reward=0.5, language_goal="put a red block down")\n' for name in ("first", "second")),
        "lookalikes", FIRST + 5),
    "no goals": (BAD_GOAL, "no-goals", FIRST - 2),
    "no place": ('self.get_random_pose(env, (0.9, 0.9, 0.1))', "no-free-place", FIRST),
    "too many": ("for _ in range(101): env.add_object('block/small.urdf', (0.5, 0, 0.01))", "too-many-objects", FIRST),
    "overlap": (TWO.replace("self.get_random_pose(env, (0.04, 0.04, 0.04))", "(0.5, 0.1, 0.02)") + BAD_GOAL + ADD_GOAL,
                "overlap", FIRST + 1),
    "overlap of fixed things": (
        "for y in (0.3, 0.33): env.add_object('bowl/bowl.urdf', (0.4, y, 0.0), 'fixed')\n" + GOOD, "overlap", FIRST),
    "sunk into the table": ('env.add_object("block/block.urdf", (0.5, 0.3, -0.03))\n' + GOOD, "overlap", FIRST),
    "falls": ('env.add_object("block/block.urdf", (0.5, 0.3, 0.2))\n' + GOOD, "unstable", FIRST),
    "falls off the table": ('env.add_object("block/block.urdf", (1.3, 0.3, 0.02))\n' + GOOD, "outside", FIRST),
    "target under the table": (changed("[bowl]", "[(0.5, 0.0, -0.1)]"), "target-outside", FIRST + 3),
    "target outside": (changed("[bowl]", "[(0.9, 0.0, 0.02)]"), "target-outside", FIRST + 3),
    "tolerance of the whole table": (f"self.pos_eps = 0.4\n{GOOD}", "malformed-goal", FIRST),
    "chance of its own": ("env.add_object('block/small.urdf', (np.random.default_rng(None).random(), 0, 0))\n" + GOOD,
                          "not-deterministic", None),
    "forged size": (GOOD + "env.objects[1] = env.objects[1].model_copy(update={'size': (.01,) * 3})", "bad-size",
                    None),
    "forged goal": (BAD_GOAL + "self.goals.append(Goal(objects=(2,), matches=((True,),), targets=(bowl,), "
                    "symmetries=(0,), share=1))",
                    "malformed-goal", None),
    "name that is a path": ("type(self).name = '../../evil'\n" + GOOD, "malformed-goal", None),
    "a seed that fails": ("if self.rng.uniform() < 0.3: raise ValueError('unlucky')\n" + GOOD, "raised", FIRST),
}  # fmt: skip


@pytest.mark.parametrize("name", DYNAMIC)
def test_what_running_it_shows(name: str) -> None:
    body, code, line = DYNAMIC[name]
    source = program(body, attributes="pos_eps = 0.05").replace("colors", "Goal", 1)
    verdict = verify(source, sandbox=QUICK, seeds=4)
    assert not verdict.accepted
    finding = verdict.errors[0]
    stage = "ground" if diagnostics_catalogue()[code]["stage"] == "ground" else "build"
    assert (finding.code, verdict.stage, finding.line) == (code, stage, line)
    assert finding.message
    if line is not None:
        assert finding.source == source.split("\n")[line - 1].strip()
    assert verdict.seconds < 4.0
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_finding_names_the_seed() -> None:
    finding = verify(program("if self.rng.uniform() < 0.3: raise ValueError\n" + GOOD)).errors[0]
    assert 0 < finding.values["seed"] < 10


def test_what_a_candidate_prints_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    source = program("print('x' * 10**8)\n" + GOOD, attributes="pos_eps = 0.05")
    assert verify(source, seeds=4).accepted
    assert capfd.readouterr() == ("", "")


def test_order_of_a_set_is_the_same_in_every_process() -> None:
    body = "name = next(iter({'red', 'blue', 'green', 'yellow', 'cyan', 'gray'}))\n"
    source = program(body + ADD_BOWL + ADD_BLOCK.replace('"red"', "name") + ADD_GOAL)
    assert len({str(Sandbox().layout(source, 0)) for _ in range(3)}) == 1


def test_nothing_passes_from_seed_to_seed_by_globals() -> None:
    source = program("COUNT.append(1)\nassert len(COUNT) == 1\n" + GOOD, head="COUNT = []\n")
    assert len(Sandbox().layouts(source, range(5)).layouts) == 5


@pytest.mark.parametrize("first", ["", "from __future__ import annotations\n"])
def test_candidate_may_have_dataclasses_of_its_own(first: str) -> None:
    head = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Part:\n    color: str\n"
    body = ADD_BOWL + ADD_BLOCK.replace('"red"', 'Part("red").color') + ADD_GOAL
    assert len(Sandbox().layouts(first + program(body, head=head), range(2)).layouts) == 2


def test_annotations_are_those_of_the_candidate() -> None:
    # Without a line of its own `from __future__`, annotations are values: this one is not there.
    laid_out = Sandbox().layouts(program(GOOD, head="def part(color: Colour): pass\n"), range(1))
    assert [item.code for item in laid_out.diagnostics] != []


def test_rejection_stops_early() -> None:
    # Two centimetres beside the middle of the bowl, to a millimetre: the wall of the bowl is in the way.
    target = "[((bowl[0][0] + 0.045, bowl[0][1], 0.0), bowl[1])]"
    verdict = verify(program(ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("[bowl]", target), attributes="pos_eps = 0.001"))
    assert (verdict.accepted, verdict.stage) == (False, "solve")
    assert (verdict.seeds.run, verdict.seeds.passed) == (2, 0)
    (finding,) = verdict.diagnostics
    assert finding.code == "unsolved"
    assert "mm away" in finding.message
    assert (finding.values["goal"], finding.values["object"], finding.values["seeds"]) == (1, 2, [0, 1])
    assert finding.values["mm"] > 30
    assert "green bowl" in finding.message, "it says what it touches"


def test_warning_does_not_reject() -> None:
    verdict = verify(
        program('env.add_object("box/box-template.urdf", (0.3, -0.4, 0.02))\n' + GOOD, attributes="pos_eps = 0.05")
    )
    assert verdict.accepted
    assert [(item.code, item.severity) for item in verdict.diagnostics] == [("unfilled-template", "warning")]


def test_accepted_candidate_says_why_a_seed_failed() -> None:
    # In one scene of ten the block's target is two centimetres beside the middle of the bowl, where the wall is.
    aside = "x, y, _ = bowl[0]\naim = ((x + 0.045 * (env.seed == 3), y, 0.0), bowl[1])\n"
    source = program(ADD_BOWL + aside + ADD_BLOCK + ADD_GOAL.replace("[bowl]", "[aim]"), attributes="pos_eps = 0.01")
    verdict = verify(source)
    assert (verdict.accepted, verdict.stage, verdict.seeds.passed) == (True, "hold", 9)
    (finding,) = verdict.diagnostics
    assert (finding.code, finding.severity, finding.values["seeds"]) == ("unsolved", "warning", [3])
    assert "mm away" in finding.message


# -- what is left behind ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """After all that the tests of this file did: no process, no open file, no folder."""

    def left() -> tuple[list[str], int]:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        return children, len(list(Path("/proc/self/fd").iterdir()))

    Sandbox().start()  # which stays for all the tests of this process
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        before = left()
        yield
        assert left() == before
        assert list(folder.iterdir()) == []


def test_environment_of_the_child_is_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(3)")
    # Which variables a child has is seen without the screen: straight in the process that runs candidates.
    source = program("raise ValueError(sorted(random._os.environ))")
    request = {"source": source, "task_class": "Candidate", "seeds": [0], "rules": "strict"}
    answer = warm_server().run("sim.candidate_process", request, Limits())
    assert isinstance(answer, dict)
    told = answer["outcomes"][0]["finding"]["message"]
    assert "TMPDIR" in told
    assert "OPENAI_API_KEY" not in told
    assert "PYTHONPATH" not in told


@pytest.mark.parametrize(
    "body",
    [
        "random._os._exit(0)",
        "while True: random._os.write(3, b'[' * 10**6)",
        "random._os.write(3, b'[' * 10**5); random._os._exit(0)",
        "random._os.write(3, b'[]'); random._os._exit(0)",
        'random._os.write(3, b\'{"answer": {"outcomes": [{"layout": 1}]}}\'); random._os._exit(0)',
        'random._os.write(3, b\'{"answer": {"outcomes": []}}\'); random._os._exit(0)',
    ],
)
def test_candidate_that_slips_through_the_screen_gets_a_finding(body: str) -> None:
    # The sandbox does not rely on the screen: `layouts` parses only.
    result = Sandbox(limits=Limits(wall_seconds=5.0)).layouts(program(body), [0])
    assert result.layouts == ()
    assert [item.code for item in result.diagnostics] == ["crashed"]


@pytest.mark.parametrize("body", ["random._os.kill(random._os.getpid(), 11)", "random._os.fork(); random._os._exit(0)"])
def test_what_the_kernel_refuses_raises(body: str) -> None:
    sandbox = Sandbox(limits=Limits(wall_seconds=5.0))
    result = sandbox.layouts(program(body), [0])
    assert result.layouts == ()
    assert [item.code for item in result.diagnostics] == ["raised" if "seccomp" in sandbox.isolation else "crashed"]


def test_processor_time_is_limited() -> None:
    request: dict[str, Any] = {
        "source": program("while True: pass"),
        "task_class": "Candidate",
        "seeds": [0],
        "rules": "strict",
    }
    answer = warm_server().run("sim.candidate_process", request, Limits(wall_seconds=10.0, cpu_seconds=1))
    assert isinstance(answer, ChildFailure)
    assert answer.code == "time-limit"


def test_every_stage_of_the_catalogue_is_one_that_runs() -> None:
    assert {item["stage"] for item in diagnostics_catalogue().values()} == set(STAGES)


def test_a_scene_that_the_simulator_takes_too_long_for_is_told_as_that() -> None:
    slow = Sandbox(judge_limits=replace(JUDGE_LIMITS, wall_seconds=0.05))
    verdict = verify(human_sources()["align-box-corner"], sandbox=slow)
    assert not verdict.accepted
    assert verdict.errors[-1].code == "too-slow"


def test_a_scene_that_the_simulator_breaks_down_on_is_told_as_that() -> None:
    small = Sandbox(judge_limits=replace(JUDGE_LIMITS, file_bytes=1))  # no URDF can be written
    verdict = verify(human_sources()["align-box-corner"], sandbox=small)
    assert not verdict.accepted
    assert verdict.errors[-1].code == "simulator-failed"
