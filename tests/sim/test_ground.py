"""The ground of a task: what nobody has to do, what nobody can do, and what no goal measures is found beforehand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import ADD_BLOCK, ADD_BOWL, ADD_GOAL, HONEST, Thing, at, block, goal, layout, program

from sim import judge_process
from sim.builder import lay_out
from sim.chance import reached_by_chance
from sim.geometry import apply
from sim.judge_process import Judge, answer, merged
from sim.layout import Layout, Rules
from sim.sandbox import Sandbox
from sim.statistics import needed
from sim.task import Task
from sim.verdict import Diagnostic
from sim.verification import verify

FREE = at(0.4, 0.3)  # a free place, and another
OTHER = at(0.6, 0.3)
FLIPPED = (1.0, 0.0, 0.0, 0.0)


def box(x: float, y: float, z: float, size: tuple[float, float, float], **keywords: Any) -> Thing:
    """A box of this size, at this height of its middle."""
    filled = Task().fill_template("box/box-template.urdf", {"DIM": size})
    return filled, at(x, y, z), {"color": "blue", **keywords}


def fixed(x: float, y: float, color: str = "green", z: float = 0.02) -> Thing:
    return block(x, y, z, category="fixed", color=color)


def judged(scene: Layout, seeds: int = 1, rules: Rules = "strict") -> list[Diagnostic]:
    """What the judge finds in a layout that is the same for each of some seeds."""
    layouts = [scene.model_copy(update={"seed": seed}) for seed in range(seeds)]
    judge = Judge(layouts, seeds, rules)
    judge.judge()
    return merged(judge.findings)


def mark(x: float, y: float, color: str) -> Thing:
    """A square of 5 cm that one sees, and that nothing touches."""
    return "zone/zone.urdf", at(x, y, 0.0), {"category": "fixed", "color": color, "scale": 0.25}


LID = Task().fill_template("container/container-template.urdf", {"DIM": (0.1, 0.1, 0.05)})
UNDER_A_LID: list[Thing] = [(LID, ((0.5, 0.0, 0.025), FLIPPED), {}), ("block/small.urdf", at(0.5, 0.0, 0.01), {})]
MARKS = [mark(0.5, 0.0, "red"), mark(0.5, 0.06, "blue")]
ZONES = [(at(0.5, 0.0, 0.0), (0.2, 0.2, 0.0)), (at(0.5, 0.05, 0.0), (0.2, 0.2, 0.0))]
TO_RED = goal([3], [at(0.5, 0.0, 0.005)], language_goal="put the red block on the red square")
TO_BLUE = goal([4], [at(0.5, 0.06, 0.005)], language_goal="put the blue block on the blue square")
TILES = [box(0.3, y, 0.005, (0.04, 0.04, 0.01), color=color) for y, color in ((-0.3, "red"), (-0.4, "blue"))]
PAIR = [block(0.3, -0.3), block(0.3, -0.4, color="blue")]

# Layouts in which one thing is wrong: the code, the goal and the object that it is about, and words of the message.
WRONG: dict[str, tuple[str, int, int, str, Layout]] = {
    "solved at reset": (
        "already-reached", 1, 1, "the red block is already",
        layout([block(*FREE[0])], [goal([1], [FREE])]),
    ),
    "one goal of two solved at reset": (
        "goal-already-reached", 2, 2, "goal 2 ('do it') holds before",
        layout([block(0.5, 0.0), block(*FREE[0], color="blue")], [goal([1], [OTHER]), goal([2], [FREE])]),
    ),
    "falls into its place": (
        "reached-by-nothing", 1, 2, "of its own accord",
        layout([fixed(0.5, 0.0), block(0.5, 0.0, 0.0785)], [goal([2], [at(0.5, 0.0, 0.06)])]),
    ),
    "half the table is the zone": (
        "reached-by-chance", 1, 1, "% of the tries, 1 action each",
        layout([block(0.5, -0.45)], [goal([1], [at(0.5, 0.05)], metric="zone",
                                          params=[(at(0.5, 0.05, 0.0), (0.5, 0.8, 0.0))])]),
    ),
    "squares nearer than the tolerance": (
        "goals-interchangeable", 1, 3, "goals 1 and 2 count as reached with their targets exchanged",
        layout([*MARKS, *TILES], [TO_RED, TO_BLUE], pos_eps=0.08),
    ),
    "zones that lie upon each other": (
        "goals-interchangeable", 1, 1, "50 mm apart",
        layout(PAIR, [goal([number + 1], [at(*zone[0][0])], metric="zone", params=[zone], language_goal=f"to {number}")
                      for number, zone in enumerate(ZONES)]),
    ),
    "matches that the tolerance does not tell apart": (
        "goals-interchangeable", 1, 3, "two of its targets exchanged",
        layout([*MARKS, *PAIR], [goal([3, 4], [at(0.5, 0.0), at(0.5, 0.06)], matches=np.eye(2))], pos_eps=0.08),
    ),
    "there and back": (
        "goals-cancel", 2, 1, "ends where it began",
        layout([block(*FREE[0])], [goal([1], [OTHER]), goal([1], [FREE])]),
    ),
    "two goals without room for both": (
        "goals-collide", 2, 2, "goal 2 wants the blue block 25 mm from where goal 1 leaves the red block",
        layout(PAIR, [goal([1], [FREE]), goal([2], [at(0.4, 0.325)])]),
    ),
    "two goals with one place": (
        "goals-collide", 2, 2, "0 mm from where goal 1 leaves the red block",
        layout(PAIR, [goal([1], [FREE]), goal([2], [FREE], language_goal="bring the blue block to the front")]),
    ),
    "one goal with one place for two": (
        "goals-collide", 1, 1, "wants 2 objects at one place",
        layout(PAIR, [goal([1, 2], [FREE, FREE], matches=np.eye(2))]),
    ),
    "two shapes for one hole": (
        "goals-collide", 2, 2, "0 mm from where goal 1 leaves",
        layout([("kitting/object-template.urdf", at(0.3, y, 0.01), {}) for y in (-0.3, -0.1)],
               [goal([number], [at(*FREE[0][:2], 0.01)], language_goal="put the shape into the hole")
                for number in (1, 2)]),
    ),
    "target off the table": (
        "target-outside", 1, 1, "(0.85, 0.00, 0.02)",
        layout([block(*FREE[0])], [goal([1], [at(0.85, 0.0)])]),
    ),
    "target in the side of something": (
        "target-in-object", 1, 2, "30 mm from the middle of the green block, which stays there",
        layout([fixed(0.5, 0.0), block(*FREE[0])], [goal([2], [at(0.5, 0.03)])]),
    ),
    "target is taken by what is moved later": (
        "target-in-object", 1, 1, "which is moved away only later",
        layout(PAIR, [goal([1], [at(0.3, -0.4)]), goal([2], [FREE])]),
    ),
    "target in the air": (
        "floating-target", 1, 1, "hangs 80 mm above",
        layout([block(*FREE[0])], [goal([1], [at(0.5, 0.0, 0.1)])]),
    ),
    "beside the tower": (
        "floating-target", 2, 2, "hangs 40 mm above",
        layout(PAIR, [goal([1], [FREE]), goal([2], [at(0.4, 0.36, 0.06)])]),
    ),
    "under what comes later": (
        "floating-target", 1, 1, "hangs 40 mm above",
        layout(PAIR, [goal([1], [at(0.5, 0.0, 0.06)]), goal([2], [at(0.5, 0.0)])]),
    ),
    "target outside its zone": (
        "target-outside-zone", 1, 1, "sticks out of its zone by 20 mm",
        layout([block(*FREE[0])], [goal([1], [at(0.5, 0.1)], metric="zone", params=ZONES[:1])]),
    ),
    "matches that send a box to the place of a block": (
        "target-outside-zone", 1, 1, "sticks out of its zone by 20 mm",
        layout([box(0.3, -0.3, 0.02, (0.12, 0.04, 0.04)), block(*FREE[0])],
               [goal([1, 2], [at(0.56, 0.0), at(0.47, 0.0)], matches=np.eye(2), metric="zone", params=ZONES[:1] * 2)]),
    ),
    "too few steps": (
        "too-few-steps", 1, 2, "max_steps is 1, but 2 objects have to be moved",
        layout(PAIR, [goal([1, 2], [FREE, OTHER])], max_steps=1),
    ),
    "under a lid": (
        "hidden-object", 1, 2, "no camera sees the block: the container hides it",
        layout(UNDER_A_LID, [goal([2], [FREE])]),
    ),
    "under something that stays": (
        "unpickable", 1, 1, "lies on it, and no goal before moves that away",
        layout([block(0.5, 0.0), box(0.5, 0.0, 0.06, (0.1, 0.1, 0.04), category="fixed")], [goal([1], [FREE])]),
    ),
    "too high for the arm": (
        "unpickable", 1, 1, "the arm cannot reach the blue box",
        layout([box(0.75, 0.5, 0.15, (0.04, 0.04, 0.3))], [goal([1], [at(0.5, 0.0, 0.15)])]),
    ),
    "blank in the instruction": (
        "instruction-mismatch", 1, 1, "never filled in",
        layout([block(*FREE[0])], [goal([1], [OTHER], language_goal="put the {color} block there")]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_before_anything_is_done(name: str) -> None:
    code, number, handle, words, scene = WRONG[name]
    findings = [item for item in judged(scene) if item.code == code]
    assert findings, judged(scene)
    assert (findings[0].stage, findings[0].severity) == ("ground", "error")
    assert words in findings[0].message
    assert findings[0].hint
    if code != "instruction-mismatch":
        assert (findings[0].values["goal"], findings[0].values["object"]) == (number, handle)


@pytest.mark.parametrize("name", [name for name in WRONG if WRONG[name][0] in judge_process.LOOSE])
def test_what_ravens_simulator_runs_all_the_same_only_warns_under_its_rules(name: str) -> None:
    code, *_, scene = WRONG[name]
    assert {item.severity for item in judged(scene, rules="ravens") if item.code == code} == {"warning"}


def small(x: float, y: float) -> Thing:
    return "block/small.urdf", at(x, y, 0.01), {"color": "red"}


BOWL: Thing = ("bowl/bowl.urdf", at(0.5, 0.0, 0.0), {"category": "fixed"})
TOLD_TO_STACK = {"language_goal": "put the blue block on the red block"}
STAND: Thing = ("stacking/stand.urdf", at(0.5, 0.0, 0.0025), {"category": "fixed"})


def rope_between_marks() -> Layout:
    """A rope that is laid from one mark to the other: some of its beads lie on a mark, others on the table."""

    class Scene(Task):
        pos_eps = 0.02
        max_steps = 20

        def reset(self, env: Any) -> None:
            super().reset(env)
            middle = self.get_random_pose(env, (0.36, 0.08, 0.0))
            ends = [apply(middle, (side * 0.14, 0.0, 0.0)) for side in (-1, 1)]
            for end in ends:
                env.add_object("zone/zone.urdf", (end, middle[1]), "fixed", color="brown", scale=0.4)
            beads, targets, matches = self.make_ropes(env, corners=ends, color_name="yellow")
            self.add_goal(beads, matches, targets, language_goal="lay the yellow rope from one brown zone to the other")

    return lay_out(Scene, 0)[0]


# Layouts that are near to one of the above, and right.
RIGHT: dict[str, Layout] = {
    "a block beside its target": layout([block(0.4, 0.312)], [goal([1], [FREE])]),
    "on a block, at the height of its middle": layout([fixed(0.5, 0.0), block(*FREE[0])], [goal([2], [at(0.5, 0.0)])]),
    "a tower, each at the height of the first": layout(PAIR, [goal([1], [FREE]), goal([2], [FREE], **TOLD_TO_STACK)]),
    "a tower of three goals": layout(
        [*PAIR, block(0.3, -0.2, color="gray")],
        [goal([1], [FREE]), goal([2], [at(0.4, 0.3, 0.06)]), goal([3], [at(0.4, 0.3, 0.1)])],
    ),
    "two blocks into one bowl": layout(
        [BOWL, small(0.3, 0.2), small(0.3, 0.3)],
        [goal([2], [at(0.5, 0.0, 0.0)]), goal([3], [at(0.5, 0.0, 0.0)])],
        pos_eps=0.05,
    ),
    "blocks side by side": layout(PAIR, [goal([1, 2], [FREE, at(0.4, 0.341)])]),
    "on two blocks, between their middles": layout(
        [fixed(0.5, 0.0), fixed(0.5, 0.045, "gray"), block(*FREE[0])], [goal([3], [at(0.5, 0.0225, 0.06)])]
    ),
    "two change places": layout(PAIR, [goal([1], [FREE]), goal([2], [at(0.3, -0.3)]), goal([1], [at(0.3, -0.4)])]),
    "under a lid that is lifted first": layout(
        UNDER_A_LID, [goal([1], [((0.6, 0.3, 0.025), FLIPPED)]), goal([2], [FREE])]
    ),
    "a tower that is taken down": layout(
        [block(0.5, 0.0), block(0.5, 0.0, 0.06, color="blue")], [goal([1, 2], [FREE, OTHER])]
    ),
    "two blocks for one sentence": layout(
        [STAND, *PAIR], [goal([2], [at(0.5, -0.03, 0.025)]), goal([3], [at(0.5, 0.03, 0.025)])], pos_eps=0.08
    ),
    "matches between places on one thing": layout(
        [STAND, *PAIR], [goal([2, 3], [at(0.5, y, 0.025) for y in (-0.03, 0.03)], matches=np.eye(2))], pos_eps=0.08
    ),
    "a rope that lies partly on marks": rope_between_marks(),
    "a turn": layout([box(0.5, 0.0, 0.02, (0.1, 0.04, 0.04))], [goal([1], [at(0.5, 0.0, 0.02, math.pi / 2)])]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_no_finding(name: str) -> None:
    judge = Judge([RIGHT[name]], 1, "strict")
    judge.judge()
    assert judge.findings == []
    assert judge.accepts, judge.episodes


@pytest.mark.parametrize(("size", "often"), [(0.2, False), (0.45, True)])
def test_one_block_into_a_zone_is_chance_only_when_the_zone_is_large(size: float, often: bool) -> None:
    things = [small(0.5, -0.4)]
    zone = goal([1], [at(0.5, 0.1)], metric="zone", params=[(at(0.5, 0.1, 0.0), (size, size, 0.0))])
    findings = judged(layout(things, [zone]), seeds=10)
    assert [item.code for item in findings] == ["reached-by-chance"] * often
    if often:
        assert findings[0].values["percent"] == pytest.approx(100 * (size - 0.02) ** 2 / 0.5, abs=12)


@pytest.mark.parametrize(("strip", "often"), [(0.8, False), (0.1, True)])
def test_random_pushes_are_tried_where_things_are_pushed(strip: float, often: bool) -> None:
    """Nine blocks lie in zones on both sides of a strip of the table, and one on the strip."""
    width = 0.5 - strip / 2
    zones = [(at(0.5, side * (0.5 - width / 2), 0.0), (0.5, width, 0.0)) for side in (-1, 1)]
    things = [small(0.5, 0.0), *(small(0.3 + 0.05 * number, 0.48) for number in range(9))]
    pushed = goal(range(1, 11), [at(0.5, 0.45)], replace=True, metric="zone", params=zones)
    scene = layout(things, [pushed], primitive="push", max_steps=20)
    layouts = [scene.model_copy(update={"seed": seed}) for seed in range(10)]
    assert (reached_by_chance(layouts) is not None) == often


# -- statistics ------------------------------------------------------------------------------------------------------


def one_of(seeds: int, wrong: int) -> Judge:
    """A judge of so many seeds, some of which hold already."""
    right, held = (layout([block(*place[0])], [goal([1], [FREE])]) for place in (OTHER, FREE))
    layouts = [(held if seed < wrong else right).model_copy(update={"seed": seed}) for seed in range(seeds)]
    judge = Judge(layouts, needed(seeds), "strict")
    judge.judge()
    return judge


def test_a_seed_whose_ground_is_wrong_by_chance_does_not_prove_and_is_no_finding() -> None:
    judge = one_of(10, wrong=1)
    assert judge.findings == []
    assert judge.accepts
    first, *others = judge.episodes
    assert (first.proves, first.goals[0].code) == (False, "already-reached")
    assert "is already" in first.goals[0].reason
    assert all(episode.proves for episode in others)


def test_more_seeds_than_are_tolerated_reject() -> None:
    judge = one_of(10, wrong=2)
    assert [(item.code, item.values["seeds"]) for item in merged(judge.findings)] == [("already-reached", [0, 1])]
    assert not judge.accepts
    assert judge.episodes == [], "the oracle has nothing to do"


# -- through the front door ------------------------------------------------------------------------------------------

ON_GREEN = (
    'env.add_object("{what}", (0.5, 0.2, 0.02), category="fixed", color="green")\n'
    + ADD_BLOCK
    + ADD_GOAL.replace("[bowl]", "[{target}]").replace("into the green bowl", "on the green {noun}")
)
BLOCK = {"what": "block/block.urdf", "noun": "block"}
BALL = {"what": "ball/ball.urdf", "noun": "ball"}
UNLUCKY = "if self.rng.uniform() < 0.9: bowl = (bowl[0][0] + 0.06, bowl[0][1], 0.0)\n"
FALSE_TASKS: dict[str, tuple[str, str, str]] = {
    "already solved at reset": (
        ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("[bowl]", "[env.get_object_pose(block)]"), "ground", "already-reached",
    ),
    "solved by doing nothing": (
        'env.add_object("stacking/stand.urdf", (0.5, 0.2, 0.0025), category="fixed", color="green")\n'
        + ADD_BLOCK.replace("self.get_random_pose(env, (0.04, 0.04, 0.04))", "(0.5, 0.2, 0.043)")
        + ADD_GOAL.replace("[bowl]", "[(0.5, 0.2, 0.025)]").replace("into the green bowl", "on the green stand"),
        "ground", "reached-by-nothing",
    ),
    "about another colour": (ADD_BOWL + ADD_BLOCK + ADD_GOAL.replace("red", "blue"), "ground", "instruction-mismatch"),
    "beside the tower": (ON_GREEN.format(**BLOCK, target="(0.5, 0.26, 0.06)"), "ground", "floating-target"),
    "collapses within a second": (ON_GREEN.format(**BALL, target="(0.5, 0.2015, 0.06)"), "hold", "not-lasting"),
    "works on one seed only": (ADD_BOWL + ADD_BLOCK + UNLUCKY + ADD_GOAL, "solve", "unsolved"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_TASKS)
def test_false_tasks_are_rejected_each_with_its_own_code(name: str, tmp_path: Path) -> None:
    body, stage, code = FALSE_TASKS[name]
    verdict = verify(program(body), pictures=tmp_path)
    assert not verdict.accepted
    assert (verdict.stage, [item.code for item in verdict.errors]) == (stage, [code])
    assert [item.name for item in verdict.stages][-1] == stage
    assert verdict.errors[0].hint
    assert code == "instruction-mismatch" or {"goal", "object"} <= verdict.errors[0].values.keys()
    taken = {"before", "failure"} if stage == "ground" else {"before", "after", "failure"}
    assert set(verdict.pictures) == taken
    assert all(Path(path).read_bytes().startswith(b"\x89PNG") for path in verdict.pictures.values())


def test_a_picture_that_cannot_be_taken_costs_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(judge_process, "picture", broken)
    scene = layout([block(*OTHER[0])], [goal([1], [FREE])])
    told = answer({"layouts": [scene.model_dump()], "needed": 1, "pictures": True, "rules": "strict"})
    assert told["pictures"] == {}
    assert [item["code"] for item in told["findings"]] == ["no-picture"] * 2
    assert {item["severity"] for item in told["findings"]} == {"warning"}
    assert told["episodes"][0]["success"]


def test_the_ground_is_a_stage_with_its_own_time() -> None:
    stages = {stage.name: stage for stage in verify(HONEST).stages}
    assert list(stages) == ["parse", "screen", "build", "ground", "solve", "hold"]
    assert 0.0 < stages["ground"].seconds < 5.0


SENTENCES = """
import numpy as np
from cliport.tasks.task import Task

class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number, color in enumerate(["red", "green", "blue"]):
            block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
            self.add_goal([block], [1], [(0.3 + 0.1 * number, 0.4, 0.02)], step_max_reward=1 / 3)
        self.lang_goals = {sentences}
"""


@pytest.mark.parametrize(("sentences", "code"), [(1, []), (2, ["fewer-instructions"]), (3, [])])
def test_fewer_sentences_than_goals_are_too_few_but_one_may_be_for_all(sentences: int, code: list[str]) -> None:
    source = SENTENCES.format(sentences=["move a red block", "move a green block", "move a blue block"][:sentences])
    strict, loose = (Sandbox().layouts(source, [0], rules) for rules in ("strict", "ravens"))
    assert [item.code for item in strict.diagnostics] == code
    assert [(item.code, item.severity) for item in loose.diagnostics] == [(item, "warning") for item in code]
    assert (len(strict.layouts), len(loose.layouts)) == (1 - len(code), 1)
