"""The static check: every bad text gets its verdict, at its stage and line, without being run."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenes import ADD_BLOCK, ADD_BOWL, ADD_GOAL, FIRST, GOOD, HONEST, program

from sim.process import Limits
from sim.sandbox import Sandbox
from sim.verdict import Verdict
from sim.verification import verify

QUICK = Sandbox(limits=Limits(wall_seconds=2.0))

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


def test_a_helper_with_the_name_of_a_method_of_ours_is_to_be_renamed_with_its_calls() -> None:
    source = program("self.step(1)\nself.step(2)\n" + GOOD) + "    def step(self, number): return number\n"
    (finding,) = verify(source, sandbox=QUICK).diagnostics
    assert (finding.code, finding.values["given"]) == ("override", "step")
    assert finding.hint.endswith(f"rename it here and where it is called (lines {FIRST} and {FIRST + 1})")


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
        'env.add_object("/".join(("hanoi", "disk0.urdf")), (0.5, 0.0, 0.009))',
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


@pytest.mark.parametrize(
    "body",
    [
        ADD_BLOCK + "self.add_goal([block], [[1]], [(0.5, 0, 0)], symmetries=[7.0, 1e999][:1], language_goal='x')",
        f"self.rot_eps = 1{'0' * 400}",
        'env.add_object("block/"\n    "blok.urdf", (0.5, 0, 0))',
    ],
    ids=["endless number", "huge number", "name over two lines"],
)
def test_a_hint_that_cannot_be_made_is_left_out(body: str) -> None:
    assert verify(program(body), sandbox=QUICK, seeds=4).errors


@pytest.mark.parametrize(
    "use",
    ["[self._add(env) for _ in range(3)]", "self._add(env) if self.mode else None", "self.mode and self._add(env)"],
)
def test_what_is_thrown_away_need_not_be_returned(use: str) -> None:
    source = program(f"{use}\n{GOOD}") + "    def _add(self, env):\n        env.rng.uniform()\n"
    assert "returns-nothing" not in {item.code for item in verify(source, sandbox=QUICK, seeds=0).diagnostics}
