from __future__ import annotations

import pytest
from memory_samples import ball_on_zone_task, hanoi_task, put_task

from memory.coverage import Combination, combinations, coverage, possible_combinations
from memory.scene_steps import TABLE, family, scene_steps
from sim.builder import lay_out
from sim.catalogue import catalogue
from sim.signature import Signature, signature
from sim.tasks import human_task, human_tasks


def scene(*steps: str, primitive: str = "pick_place") -> Signature:
    return Signature(kinds={}, moved={}, colors={}, steps=steps, primitive=primitive)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("pose:1xball/ball.urdf>1xbowl/bowl.urdf", "put a ball into a bowl"),
        ("pose:1xsphere/sphere.urdf>1xbowl/bowl.urdf", "put a ball into a bowl"),
        ("pose:2xblock/small.urdf>2xpallet/pallet.urdf", "put a block on a pallet"),
        ("pose:1xbox/box.urdf>1xblock/block.urdf", "stack a box on a block"),
        ("pose:20xrope/bead-template.urdf>20xtable", "place a rope on the table beside something"),
        ("pose:1xgone/from-the-catalogue.urdf>1xbowl/bowl.urdf", "put a gone into a bowl"),
        ("1-3 small block > in bowl", "put a block into a bowl"),
        ("3 block > on placed block (tower 3)", "stack a block on a block"),
        ("1 disk from on peg stand > on peg stand", "put a disk on a stand"),
        ("1 heart > in kit", "put a shape into a kit"),
        ("1 box > in front of bowl", "place a box on the table beside something"),
        ("1 block > on square", "put a block on a square"),
    ],
)
def test_a_step_is_told_by_what_is_moved_how_and_where_to(step: str, words: str) -> None:
    assert [combination.words for combination in combinations(scene(step))] == [words]


def test_pushing_is_a_relation_of_its_own() -> None:
    pushed = scene("zone:30xblock/small.urdf>1xzone/zone.urdf", primitive="push")
    assert [combination.words for combination in combinations(pushed)] == ["push blocks into a zone"]


def test_what_was_put_there_before_has_the_kind_of_the_step_before() -> None:
    steps = scene_steps(scene("pose:2xbox/box.urdf>2xpallet/pallet.urdf", "pose:1xblock/block.urdf>1xplaced"))
    assert [(step.moved, step.relation, step.target, step.goal) for step in steps] == [
        ("box", "on", "pallet", 0),
        ("block", "stack", "box", 1),
    ]


def test_a_goal_for_several_kinds_has_a_combination_for_each() -> None:
    found = combinations(scene("zone:1xball/ball.urdf+2xblock/block.urdf>3xcontainer/container-template.urdf"))
    assert {combination.words for combination in found} == {
        "put a ball into a container",
        "put a block into a container",
    }


def test_the_world_can_express_what_the_human_made_tasks_ask_for() -> None:
    scenes = [signature([lay_out(human_task(name), 0)[0]]) for name in human_tasks()]
    found = coverage(scenes)
    assert not found.beyond
    assert len(found.found) >= 10
    assert found.share == pytest.approx(len(found.found) / found.possible, abs=1e-4)
    assert sum(found.primitives.values()) == sum(found.lengths.values()) == len(scenes)


def test_the_possible_combinations_are_different_and_of_kinds_in_the_catalogue() -> None:
    nouns = {asset.kind for asset in catalogue().values()} | {TABLE}
    possible = possible_combinations()
    assert len(set(possible)) == len(possible)
    assert {combination.moved for combination in possible} | {combination.target for combination in possible} <= nouns


def test_what_the_library_has_is_no_gap_and_a_task_closes_its_gap() -> None:
    before = coverage([task.signature for task in (put_task(), hanoi_task())], gaps=100)
    assert len(before.gaps) + len(before.found) == before.possible
    assert not {combination.words for combination in before.found} & set(before.gaps)
    after = coverage([task.signature for task in (put_task(), hanoi_task(), ball_on_zone_task())], gaps=100)
    assert set(before.gaps) - set(after.gaps) == {"put a ball on a zone"}


def test_the_first_gaps_are_of_many_kinds() -> None:
    gaps = coverage([put_task().signature], gaps=8).gaps
    moved = {gap.words: gap.moved for gap in possible_combinations()}
    assert len({moved[gap] for gap in gaps}) >= 5


def test_a_combination_that_the_world_should_not_have_is_told_and_not_counted() -> None:
    found = coverage([scene("pose:1xball/ball.urdf>1xblock/block.urdf")])
    assert found.share == 0.0
    assert found.beyond == (Combination(moved="ball", relation="stack", target="block"),)


def test_of_no_tasks_and_of_one_without_a_scene() -> None:
    for scenes in ([], [None]):
        found = coverage(scenes)
        assert (found.share, found.found) == (0.0, ())
        assert found.gaps


def test_the_family_of_a_task_is_its_stacking_or_else_its_first_step() -> None:
    pyramid = scene("pose:2xblock/block.urdf>2xstacking/stand.urdf", "pose:1xblock/block.urdf>1xplaced")
    assert family(pyramid) == "stack blocks"
    assert family(put_task().signature) == "put blocks into"
    assert family(scene("pose:1xbox/box.urdf>1xpallet/pallet.urdf")) == "put boxes on"
    assert family(None) == "unknown"
