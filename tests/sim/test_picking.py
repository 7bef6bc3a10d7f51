"""Oracle and suction cup: what is picked, what is refused and why, and what an action leaves untouched."""

from __future__ import annotations

import math

import pytest
from scenes import HALF, at, block, goal, layout, move

from sim.arm import shared_arm
from sim.episode import Episode, run_oracle
from sim.geometry import yaw_of
from sim.layout import Layout
from sim.oracle import Stuck, next_action
from sim.scoring import Scorer
from sim.suction import Suction
from sim.world import World

SCENE = layout([block(0.5, 0.2), block(0.5, -0.2, color="blue")], [goal([1], [at(0.4, 0.0)])])


def suction(world: World) -> Suction:
    return Suction(world, shared_arm())


def test_picks_what_is_there_and_puts_it_where_told() -> None:
    with World(SCENE) as world:
        outcome = move(suction(world), (0.5, 0.2), (0.4, 0.05), turn=math.radians(30))
        assert (outcome.moved, outcome.reason) == ((1,), "")
        (x, y, z), rotation = world.pose(1)
    assert (x, y, z) == pytest.approx((0.4, 0.05, HALF), abs=0.002)
    assert math.degrees(yaw_of(rotation)) == pytest.approx(30, abs=2)


def test_picking_the_table_moves_nothing() -> None:
    with World(SCENE) as world:
        world.settle()
        before = world.state_hash()
        outcome = move(suction(world), (0.35, 0.4), (0.4, 0.0))
        assert outcome.moved == ()
        assert outcome.reason == "there is nothing to pick at (0.350, 0.400)"
        assert world.state_hash() == before


def test_fixed_things_are_refused() -> None:
    with World(layout([block(0.5, 0.2, category="fixed"), block(0.5, 0.0)], [goal([2], [at(0.4, 0.1)])])) as world:
        outcome = move(suction(world), (0.5, 0.2), (0.4, 0.3))
        assert outcome.moved == ()
        assert "is fixed and cannot be picked" in outcome.reason
        assert world.pose(1)[0] == pytest.approx((0.5, 0.2, HALF))


def test_covered_object_names_what_lies_on_it() -> None:
    things = [block(0.5, 0.2), block(0.5, 0.2, 3 * HALF, color="blue")]
    with World(layout(things, [goal([1], [at(0.4, 0.0)])])) as world:
        action = next_action(Scorer(world))
    assert isinstance(action, Stuck)
    assert action.reason == "the red block cannot be picked: the blue block lies on it"
    assert (action.object, action.covered_by) == (1, 2)


def test_more_objects_than_targets_are_done_as_far_as_there_are_targets() -> None:
    with Episode(layout([block(0.5, 0.2), block(0.5, -0.2)], [goal([1, 2], [at(0.4, 0.0)])])) as episode:
        result = run_oracle(episode)
    assert result.success
    assert result.steps == 1


def test_nothing_in_the_way_is_moved() -> None:
    wall = [("box/box.urdf", at(0.5, y, 0.02, 0.3), {}) for y in (-0.08, 0.0, 0.08)]
    tower = [block(0.5, 0.3, HALF + 2 * HALF * level) for level in range(3)]
    scene = layout([block(0.5, -0.3), *wall, *tower], [goal([1], [at(0.5, 0.42)])])
    with World(scene) as world:
        world.settle()
        before = world.poses()
        assert move(suction(world), (0.5, -0.3), (0.5, 0.42)).moved == (1,)
        after = world.poses()
    assert after[1][0][:2] == pytest.approx((0.5, 0.42), abs=0.002)
    for handle in before.keys() - {1}:
        assert math.dist(before[handle][0], after[handle][0]) < 0.002


def test_puts_down_on_what_stands_there() -> None:
    with World(SCENE) as world:
        assert move(suction(world), (0.5, 0.2), (0.5, -0.2)).moved == (1,)
        assert world.pose(1)[0] == pytest.approx((0.5, -0.2, 3 * HALF), abs=0.002)
        assert world.pose(2)[0] == pytest.approx((0.5, -0.2, HALF), abs=0.002)


def test_neighbours_half_a_millimetre_apart_do_not_touch() -> None:
    scene = layout([block(0.4, 0.4, yaw=1.0), block(0.7, -0.4, yaw=-2.0), block(0.3, 0.0)], [goal([1], [at(0.5, 0.0)])])
    with World(scene) as world:
        cup = suction(world)
        for number, start in enumerate([(0.4, 0.4), (0.7, -0.4), (0.3, 0.0)]):
            turn = -yaw_of(world.pose(number + 1)[1])
            assert move(cup, start, (0.5, number * 0.0405), turn).moved == (number + 1,)
        for number in range(3):
            assert world.pose(number + 1)[0] == pytest.approx((0.5, number * 0.0405, HALF), abs=0.0003)


@pytest.mark.parametrize("place", [(0.26, -0.48), (0.26, 0.48), (0.74, -0.48), (0.74, 0.48)])
def test_the_whole_table_is_within_reach(place: tuple[float, float]) -> None:
    with World(SCENE) as world:
        outcome = move(suction(world), (0.5, 0.2), place)
        assert outcome.moved == (1,), outcome.reason
        assert world.pose(1)[0][:2] == pytest.approx(place, abs=0.003)
        assert move(suction(world), place, (0.5, 0.2)).moved == (1,)


def test_two_of_a_kind_are_told_apart() -> None:
    with World(layout([block(0.5, 0.2), block(0.5, 0.0)], [goal([1], [at(0.4, 0.1)])])) as world:
        assert [world.name(handle) for handle in (1, 2, -1)] == [
            "the red block (1 of 2)",
            "the red block (2 of 2)",
            "the table",
        ]


def test_oracle_turns_by_the_smallest_angle() -> None:
    scene = layout([block(0.5, 0.2, yaw=math.radians(80))], [goal([1], [at(0.4, 0.0)])])
    with World(scene) as world:
        world.settle()
        action = next_action(Scorer(world))
    assert not isinstance(action, Stuck)
    assert math.degrees(action.place[2] - action.pick[2]) == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("max_steps", [1, 2])
def test_too_few_actions_are_said_to_be_too_few(max_steps: int) -> None:
    things = [block(0.5, 0.1 * number) for number in range(3)]
    targets = [at(0.35, 0.1 * number) for number in range(3)]
    scene: Layout = layout(things, [goal([1, 2, 3], targets)], max_steps=max_steps)
    with Episode(scene) as episode:
        result = run_oracle(episode)
    assert (result.success, result.steps) == (False, max_steps)
    assert result.reward == pytest.approx(max_steps / 3)
    assert f"{max_steps} actions were not enough" in result.goals[0].reason
