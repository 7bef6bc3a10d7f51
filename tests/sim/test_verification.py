"""Verification: every bad candidate gets its verdict, at its stage and line, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenes import ADD_BLOCK, ADD_BOWL, ADD_GOAL, FIRST, HONEST, program

from sim.isolation import Limits
from sim.process import ChildFailure, warm_server
from sim.sandbox import JUDGE_LIMITS, Sandbox
from sim.tasks import human_sources
from sim.verdict import Verdict, diagnostics_catalogue
from sim.verification import needed, verify, wilson_low

QUICK = Sandbox(limits=Limits(wall_seconds=2.0))
GOOD = ADD_BOWL + ADD_BLOCK + ADD_GOAL


def test_honest_candidate_is_accepted(tmp_path: Path) -> None:
    verdict = verify(HONEST, pictures=tmp_path / "pictures", file="candidate.py")
    assert verdict.accepted
    assert (verdict.file, verdict.task, verdict.stage) == ("candidate.py", "candidate", "hold")
    assert verdict.instructions == ("put the red block into the green bowl",)
    assert verdict.assets == ("bowl/bowl.urdf", "block/block.urdf")
    assert verdict.diagnostics == ()
    for name in ("before", "after"):
        assert Path(verdict.pictures[name]).read_bytes().startswith(b"\x89PNG")


# -- what the text says ----------------------------------------------------------------------------------------------

STATIC: dict[str, tuple[str, str, str, int | None]] = {
    "empty": ("", "parse", "no-task-class", None),
    "syntax": ("x = 1\nclass A(Task:\n", "parse", "not-python", 2),
    "nul": ("a\0b", "parse", "not-python", None),
    "lone surrogate": ("\ud800", "parse", "not-python", None),
    "prose": ("Here is the task:\n", "parse", "not-python", 1),
    "no class": ("x = 1\n", "parse", "no-task-class", None),
    "class of another base": ("class A(object): pass\n", "parse", "no-task-class", None),
    "two classes": ("class A(Task): pass\nclass B(Task): pass\n", "parse", "several-task-classes", 2),
    "import": ("import os\n" + HONEST, "screen", "forbidden-import", 1),
    "import from": ("from subprocess import run\n" + HONEST, "screen", "forbidden-import", 1),
    "relative import": ("from . import sim\n" + HONEST, "screen", "forbidden-import", 1),
    "our machinery": ("from sim.world import World\n" + HONEST, "screen", "forbidden-import", 1),
    "our machinery by the front": ("from sim import verify\n" + HONEST, "screen", "forbidden-name", 1),
    "what ours imports": ("from sim.task import find_asset\n" + HONEST, "screen", "forbidden-name", 1),
    "everything": ("from sim import *\n" + HONEST, "screen", "forbidden-name", 1),
    "private door": ("from random import _os\n" + HONEST, "screen", "forbidden-name", 1),
    "numpy's door": ("from numpy import lib\n" + HONEST, "screen", "forbidden-name", 1),
    "open": (program('open("/etc/passwd")'), "screen", "forbidden-name", FIRST),
    "eval": (program('eval("1")'), "screen", "forbidden-name", FIRST),
    "dunder": (program("self.__class__.__mro__"), "screen", "forbidden-name", FIRST),
    "dunder in a pattern": (
        program("match self.reset:\n    case object(__func__=f):\n        f()"), "screen", "forbidden-name", FIRST + 1,
    ),
    "dunder name": (program("x = __builtins__"), "screen", "forbidden-name", FIRST),
    "os by numpy": (program("np.os.environ"), "screen", "forbidden-name", FIRST),
    "os by random": (program('random._os.system("id")'), "screen", "forbidden-name", FIRST),
    "pickle by numpy": (program("np.lib.format"), "screen", "forbidden-name", FIRST),
    "module by another name": (program("m = np"), "screen", "forbidden-name", FIRST),
    "writing a file": (program('np.ones(3).dump("/tmp/x")'), "screen", "forbidden-name", FIRST),
    "reading a file": (program('np.fromregex("/etc/passwd", "(.*)", [])'), "screen", "forbidden-name", FIRST),
    "pointers": (program("np.ones(3).ctypes.data"), "screen", "forbidden-name", FIRST),
    "override of reward": (HONEST + "    def reward(self): return 1.0\n", "screen", "override", 15),
    "override of oracle": (HONEST + "    def oracle(self, env): return None\n", "screen", "override", 15),
    "override by assignment": (HONEST + "    add_goal = None\n", "screen", "override", 15),
    "override in a base class": (
        program(GOOD, head="class Base(Task):\n    def add_goal(self): pass\nclass Candidate(Base): pass\n").replace(
            "class Candidate(Task)", "class Other(Candidate)"
        ), "screen", "override", 7,
    ),
    "asset": (program('env.add_object("bowl/bowls.urdf", (0.5, 0, 0))'), "screen", "unknown-asset", FIRST),
    "asset with a surrogate": (program('x = "\\ud800.urdf"'), "screen", "unknown-asset", FIRST),
    "colour": (program(ADD_BLOCK.replace('"red"', '"rde"')), "screen", "unknown-color", FIRST),
    "colour of the palette": (program('colors["gren"]'), "screen", "unknown-color", FIRST),
    "method": (program("env.add_objects()"), "screen", "unknown-method", FIRST),
    "own method": (program("self.get_random_poses(env, (1, 1, 1))"), "screen", "unknown-method", FIRST),
    "keyword": (program(GOOD.replace("targ_poses", "target_poses")), "screen", "unknown-keyword", FIRST + 3),
    "chance of its own": (program("rng = np.random.default_rng()"), "screen", "not-deterministic", FIRST),
    "seed from nowhere": (program("random.seed()"), "screen", "not-deterministic", FIRST),
    "name of nothing": (program("blok = 1\nprint(block)"), "screen", "undefined-name", FIRST + 1),
    "argument that is missing": (program("self.get_random_pose((0.1, 0.1, 0.1))"), "screen", "wrong-arguments", FIRST),
    "argument too many": (program("env.get_object_pose(1, 2)"), "screen", "wrong-arguments", FIRST),
    "no reset": (HONEST.replace("def reset", "def setup"), "screen", "no-reset", FIRST - 2),
    "reset without env": (HONEST.replace("(self, env)", "(self)"), "screen", "wrong-signature", FIRST - 2),
    "constructor with env": (
        "class A(Task):\n    def __init__(self, env):\n        super().__init__()\n" + HONEST.replace("Task)", "A)"),
        "screen", "wrong-signature", 2),
    "base is not reset": (HONEST.replace("super().reset(env)", "pass"), "screen", "missing-super", FIRST - 2),
    "helper without return": (
        HONEST + "        print(self.add(env))\n    def add(self, env):\n        env.rng.random()\n",
        "screen", "returns-nothing", 17),
    "shares": (program(ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("objs", "step_max_reward=0.5, objs")), "screen",
               "reward-shares", FIRST + 3),
    "huge share": (program(f"self.add_goal(step_max_reward={'9' * 400})"), "screen", "reward-shares", FIRST),
}  # fmt: skip


@pytest.mark.parametrize("name", STATIC)
def test_what_can_be_said_without_running_it(name: str) -> None:
    source, stage, code, line = STATIC[name]
    verdict = verify(source, sandbox=QUICK)
    assert not verdict.accepted
    assert verdict.stage == stage
    finding = verdict.diagnostics[0]
    assert (finding.code, finding.stage, finding.line) == (code, stage, line)
    if line is not None:
        assert finding.source == source.split("\n")[line - 1].strip()[:200]
    assert verdict.seconds < 0.5
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (STATIC["asset"][0], "'bowl/bowl.urdf'"),
        (STATIC["colour"][0], "'red'"),
        (STATIC["method"][0], "'add_object'"),
        (STATIC["own method"][0], "'get_random_pose'"),
        (STATIC["keyword"][0], "'targ_poses'"),
        (program('env.add_object("block/block.urdf", (0.5, 0, 0), category="fix")'), "'fixed'"),
        (program('self.fill_template("box/box-template.urdf", {"DIMS": (0.1, 0.1, 0.1)})'), "'DIM'"),
        (
            program('self.fill_template("kitting/object-template.urdf", {"FNAME0": "kitting/3.obj"})'),
            "'kitting/03.obj'",
        ),
        (program('env.add_object("block/" + "blok.urdf", (0.5, 0, 0))'), "'block/block.urdf'"),
        (program('env.add_object("block/block.urdf", (0.5, 0, 0), color="re" + "dd")'), "'red'"),
        (program(GOOD.replace("[bowl]", '[bowl], metric="zones"')), "'zone'"),
    ],
)
def test_hint_has_the_right_name(source: str, hint: str) -> None:
    finding = verify(source, sandbox=QUICK).diagnostics[0]
    assert finding.hint.startswith("did you mean")
    assert hint in finding.hint


@pytest.mark.parametrize(
    "source",
    [
        "# filler\n" * 1_200_000,
        "x = '" + "a" * 10_000_000 + "'",
        bytes(range(256)).decode("latin-1") * 400,
        os.urandom(30_000).decode("utf-8", "surrogateescape"),
        "(" * 10_000 + ")" * 10_000,
        "[" * 10_000,
        "-" * 50_000 + "1",
        "a" + ".b" * 30_000,
        "a" + "(b)" * 20_000,
        "x = " + "+".join(["1"] * 20_000),
        "x = " + "9" * 60_000,
        "if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 99)),
        "class A(Task): " + "pass;" * 5_000,
        "f'" + "{" * 5_000,
        "class " + "A" * 60_000 + "(Task): pass",
        "\ufeff\x0c\u2028class A(Task): pass",
        "class _(Task):\n    def reset(self, env): pass",
        "import os\n" * 6_000 + HONEST,
        "class A(Task): x = [" + "open," * 12_000 + "]",
    ],
    ids=range(19),
)
def test_junk_gets_a_quick_verdict(source: str) -> None:
    start = time.perf_counter()
    verdict = verify(source, sandbox=QUICK, seeds=1)
    assert time.perf_counter() - start < 2.0
    assert not verdict.accepted
    assert verdict.errors
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


WORDS = st.sampled_from(
    ["class A(Task):", "\n", "    ", "def reset(self, env):", "self.add_goal(", "env.rng()", "env.objects", ")",
     "color=", "'red'", "step_max_reward=", "9" * 400, "nan", "1e999", "-1", "'\\ud800.urdf'", "f'{a}.urdf'", "colors[",
     "]", "*", "**", "import sim", "from sim import", "lambda:", "await", "match x:", "case A(b=c):", "self", "np", "@",
     ":=", "\x0c", "\r"]
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, max_size=30), st.booleans())
def test_any_text_gets_a_verdict(words: list[str], inside: bool) -> None:
    # What passes the screen is not run here: the sandbox's process would start 100 times.
    source = program("pass") + "        " + " ".join(words) if inside else " ".join(words)
    verdict = verify(source, seeds=0)
    assert not verdict.accepted
    assert verdict.model_dump_json()


def test_line_is_the_one_that_python_counts() -> None:
    source = "x = 'a\x0c\u2028b\x1c'\r\n" + program("env.add_objects()")
    finding = verify(source, sandbox=QUICK).diagnostics[0]
    assert (finding.line, finding.source) == (FIRST + 1, "env.add_objects()")


@pytest.mark.parametrize(
    "body",
    [
        'env.add_object("hanoi/disk" + str(0) + ".urdf", (0.5, 0.0, 0.009))',
        'env.add_object("hanoi/disk{}.urdf".format(1), (0.5, 0.0, 0.009))',
        'env.add_object(f"hanoi/disk{2}.urdf", (0.5, 0.0, 0.009))',
    ],
)
def test_names_that_are_put_together_are_no_finding(body: str) -> None:
    assert verify(program(body), sandbox=QUICK, seeds=1).diagnostics[0].code == "no-goals"


def test_own_helpers_are_no_finding() -> None:
    head = "from sim.layout import WORKSPACE, Pose\nclass Base(Task):\n    def helper(self): return 1\n"
    head += "    half = lambda self: 2\n"
    source = program("self.helper(); self.half()\n" + GOOD, head=head, attributes="pos_eps = 0.05")
    source = source.replace("class Candidate(Task)", "class Candidate(Base)")
    assert verify(source, seeds=4).accepted


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
    "objects that do not exist": (changed("[block]", "[7]"), "malformed-goal", None),
    "an object twice": (changed("[block]", "[block, block]"), "malformed-goal", FIRST + 3),
    "a fixed object": (BAD_GOAL.replace('"red"', '"red", category="fixed"') + ADD_GOAL, "malformed-goal", None),
    "no instruction": (changed("put the red block into the green bowl", " "), "malformed-goal", FIRST + 3),
    "colour that is not there": (changed("the red block", "the blue block"), "instruction-mismatch", None),
    "blank in the sentence": (changed("the red block", "the {color} block"), "instruction-mismatch", None),
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
    "no goals": (BAD_GOAL, "no-goals", None),
    "no place": ('self.get_random_pose(env, (0.9, 0.9, 0.1))', "no-free-place", FIRST),
    "too many": ("for _ in range(101): env.add_object('block/small.urdf', (0.5, 0, 0.01))", "too-many-objects", FIRST),
    "overlap": (TWO.replace("self.get_random_pose(env, (0.04, 0.04, 0.04))", "(0.5, 0.1, 0.02)") + BAD_GOAL + ADD_GOAL,
                "overlap", None),
    "overlap of fixed things": (
        "for y in (0.3, 0.33): env.add_object('bowl/bowl.urdf', (0.4, y, 0.0), 'fixed')\n" + GOOD, "overlap", None),
    "sunk into the table": ('env.add_object("block/block.urdf", (0.5, 0.3, -0.03))\n' + GOOD, "overlap", None),
    "falls": ('env.add_object("block/block.urdf", (0.5, 0.3, 0.2))\n' + GOOD, "unstable", None),
    "falls off the table": ('env.add_object("block/block.urdf", (1.3, 0.3, 0.02))\n' + GOOD, "outside", None),
    "target under the table": (changed("[bowl]", "[(0.5, 0.0, -0.1)]"), "outside", None),
    "target outside": (changed("[bowl]", "[(0.9, 0.0, 0.02)]"), "outside", None),
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
    assert (finding.code, verdict.stage, finding.line) == (code, "build", line)
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


def test_false_task_is_rejected_for_holding_already() -> None:
    source = program(ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("[bowl]", "[env.get_object_pose(block)]"))
    verdict = verify(source)
    assert not verdict.accepted
    assert [(item.code, item.stage) for item in verdict.diagnostics] == [("already-reached", "solve")]


def test_floating_target_is_rejected() -> None:
    verdict = verify(program(ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("[bowl]", "[((0.5, 0.0, 0.2), (0, 0, 0, 1))]")))
    assert (verdict.accepted, verdict.diagnostics[0].code) == (False, "floating-target")


def test_rejection_stops_early() -> None:
    # Two centimetres beside the middle of the bowl, to a millimetre: the wall of the bowl is in the way.
    target = "[((bowl[0][0] + 0.045, bowl[0][1], 0.0), bowl[1])]"
    verdict = verify(program(ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("[bowl]", target), attributes="pos_eps = 0.001"))
    assert (verdict.accepted, verdict.stage) == (False, "solve")
    assert (verdict.seeds.run, verdict.seeds.passed) == (2, 0)
    (finding,) = verdict.diagnostics
    assert finding.code == "unsolved"
    assert "mm away" in finding.message
    assert finding.values == {"goal": 1, "seeds": [0, 1]}


def test_warning_does_not_reject() -> None:
    verdict = verify(
        program('env.add_object("box/box-template.urdf", (0.3, -0.4, 0.02))\n' + GOOD, attributes="pos_eps = 0.05")
    )
    assert verdict.accepted
    assert [(item.code, item.severity) for item in verdict.diagnostics] == [("unfilled-template", "warning")]


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
        "random._os.kill(random._os.getpid(), 11)",
        "random._os.fork(); random._os._exit(0)",
        "while True: random._os.write(3, b'[' * 10**6)",
        "random._os.write(3, b'[' * 10**5); random._os._exit(0)",
        "random._os.write(3, b'[]'); random._os._exit(0)",
        'random._os.write(3, b\'{"answer": {"outcomes": [{"layout": 1}]}}\'); random._os._exit(0)',
        'random._os.write(3, b\'{"answer": {"outcomes": []}}\'); random._os._exit(0)',
    ],
)
def test_candidate_that_slips_through_the_screen_gets_a_finding(body: str) -> None:
    # The sandbox does not rely on the screen: `layouts` parses only. What the kernel refuses raises.
    result = Sandbox(limits=Limits(wall_seconds=5.0)).layouts(program(body), [0])
    assert result.layouts == ()
    assert [item.code in ("crashed", "raised") for item in result.diagnostics] == [True]


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


# -- statistics ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "run", "low"),
    [(10, 10, 0.7225), (9, 10, 0.5958), (8, 10, 0.4902), (6, 8, 0.4093), (0, 10, 0.0), (0, 0, 0.0)],
)
def test_wilson_interval(passed: int, run: int, low: float) -> None:
    assert wilson_low(passed, run) == pytest.approx(low, abs=1e-4)


def test_needed_seeds() -> None:
    assert needed(10) == 9
    assert needed(20) == 15
    assert needed(4) == 4
    assert needed(3) == 4  # three of three prove nothing
    for seeds in range(4, 60):
        assert wilson_low(needed(seeds), seeds) > 0.5 >= wilson_low(needed(seeds) - 1, seeds)


def test_every_stage_of_the_catalogue_is_one_that_runs() -> None:
    assert {item["stage"] for item in diagnostics_catalogue().values()} == {"parse", "screen", "build", "solve", "hold"}


def test_a_scene_that_the_simulator_takes_too_long_for_is_told_as_that() -> None:
    slow = Sandbox(judge_limits=replace(JUDGE_LIMITS, wall_seconds=0.05))
    verdict = verify(human_sources()["align-box-corner"], sandbox=slow)
    assert not verdict.accepted
    assert verdict.errors[-1].code == "too-slow"


@pytest.mark.parametrize(
    "head",
    [
        'import functools\n@functools.singledispatch\ndef f(x): ...\n@f.register\ndef g(x: "print(1)"): ...\n',
        'import dataclasses\nK = dataclasses.dataclass(type("K", (), {"__annotations__": {"a": int}}))\n',
        'import dataclasses\nK = dataclasses.make_dataclass("K", ["a"])\n',
    ],
    ids=["annotations that are evaluated", "annotations as text", "classes made of text"],
)
def test_text_does_not_become_code(head: str) -> None:
    verdict = verify(program(ADD_BOWL + ADD_BLOCK + ADD_GOAL, head=head))
    assert verdict.stage == "screen"
    assert {item.code for item in verdict.errors} == {"forbidden-name"}
