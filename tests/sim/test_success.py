"""Success is three-dimensional, lasts, and is reached in order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scenes import BLOCK, HALF, at, block, goal, layout

from sim.action import Action
from sim.episode import Episode, run_oracle
from sim.layout import Layout, Rules
from sim.scoring import Scorer
from sim.task import Task
from sim.verdict import EpisodeResult
from sim.verification import _failures
from sim.world import World

TARGET = (0.5, 0.2)
OTHER = (0.5, -0.2)
DEGREE = math.radians(1)


def reward(scene: Layout, poses: dict[int, Any], rules: Rules = "strict") -> float:
    """The reward of a scene whose objects were put somewhere by hand, and let settle."""
    with World(scene) as world:
        scorer = Scorer(world, rules)
        for handle, (position, rotation) in poses.items():
            world.client.resetBasePositionAndOrientation(world.body(handle), position, rotation)
        world.settle()
        return scorer.update()


TOWER = layout([block(*TARGET), block(*OTHER)], [goal([2], [at(*TARGET, 3 * HALF)])])


def test_on_the_tower_counts() -> None:
    assert reward(TOWER, {2: at(*TARGET, 3 * HALF)}) == 1.0


def test_beside_the_tower_does_not_count() -> None:
    loose = layout([block(*TARGET), block(*OTHER)], [goal([2], [at(*TARGET, 3 * HALF)])], pos_eps=0.05)
    assert reward(loose, {2: at(TARGET[0] + 0.045, TARGET[1])}) == 0.0
    assert reward(loose, {2: at(*TARGET, 3 * HALF)}) == 1.0
    assert reward(loose, {2: at(TARGET[0] + 0.045, TARGET[1])}, "ravens") == 1.0, "Ravens looks from above"


def test_above_the_target_does_not_count() -> None:
    scene = layout([block(*OTHER), block(0.4, -0.4)], [goal([1], [at(*TARGET)])])
    assert reward(scene, {2: at(*TARGET), 1: at(*TARGET, 3 * HALF)}) == 0.0


LYING = (0.0, math.sin(math.pi / 4), 0.0, math.cos(math.pi / 4))


@pytest.mark.parametrize(("asset", "height", "expected"), [("cylinder/cylinder.urdf", 0.03, 0.0), (BLOCK, HALF, 1.0)])
def test_a_toppled_cylinder_does_not_stand_but_any_side_of_a_cube_is_as_good(asset, height, expected) -> None:
    scene = layout([(asset, at(*OTHER, height), {})], [goal([1], [at(*TARGET, height)], symmetries=[0])])
    assert reward(scene, {1: at(*TARGET, height)}) == 1.0
    assert reward(scene, {1: ((*TARGET, HALF), LYING)}) == expected


@pytest.mark.parametrize(("offset", "expected"), [(0.008, 1.0), (0.012, 0.0)])
def test_position_tolerance(offset: float, expected: float) -> None:
    scene = layout([block(*OTHER)], [goal([1], [at(*TARGET)])])
    assert reward(scene, {1: at(TARGET[0] + offset, TARGET[1])}) == expected


@pytest.mark.parametrize(
    ("symmetry", "degrees", "expected"),
    [
        (math.pi / 2, 14, 1.0),
        (math.pi / 2, 16, 0.0),
        (math.pi / 2, 76, 1.0),
        (math.pi / 2, -90, 1.0),
        (math.pi, 90, 0.0),
        (math.pi, 170, 1.0),
        (2 * math.pi, 180, 0.0),
        (0.0, 16, 1.0),
        (0.0, 45, 1.0),
    ],
)
def test_yaw_counts_as_the_symmetry_says(symmetry: float, degrees: float, expected: float) -> None:
    scene = layout([block(*OTHER)], [goal([1], [at(*TARGET)], symmetries=[symmetry])])
    assert reward(scene, {1: at(*TARGET, yaw=degrees * DEGREE)}) == expected


@pytest.mark.parametrize(
    ("asset", "symmetry"),
    [(BLOCK, math.pi / 2), ("box/box.urdf", math.pi), ("ball/ball.urdf", 0.0), ("cylinder/cylinder.urdf", 0.0)],
)
def test_missing_symmetry_follows_from_the_shape(asset: str, symmetry: float) -> None:
    scene = layout([(asset, at(*OTHER), {})], [goal([1], [at(*TARGET)])])
    assert scene.goals[0].symmetries == (symmetry,)


def test_floating_target_is_named() -> None:
    scene = layout([block(*OTHER)], [goal([1], [at(*TARGET, 0.10)])])
    with Episode(scene) as episode:
        result = run_oracle(episode)
    assert not result.success
    (finding,) = _failures((result,))
    assert finding.code == "floating-target"
    assert "80 mm" in finding.message


def test_target_above_what_stands_there_later_is_no_floating_target() -> None:
    goals = [goal([1], [at(*TARGET)]), goal([2], [at(*TARGET, 3 * HALF)])]
    with Episode(layout([block(*OTHER), block(0.4, -0.4)], goals)) as episode:
        assert run_oracle(episode).success


def test_layers_of_one_goal_carry_one_another_though_no_middle_is_above_another() -> None:
    lower = [at(0.5, 0.1 + side * 0.033, 0.02) for side in (-1, 1)]
    upper = [at(0.5 + side * 0.033, 0.1, 0.06, yaw=math.pi / 2) for side in (-1, 1)]
    things = [("box/box.urdf", at(0.35 + 0.1 * number, -0.3, 0.02), {}) for number in range(4)]
    with Episode(layout(things, [goal([1, 2, 3, 4], [*lower, *upper])])) as episode:
        assert run_oracle(episode).success


@pytest.mark.parametrize("z", [0.0, 0.01, -0.01])
def test_too_low_a_target_means_resting_there(z: float) -> None:
    with Episode(layout([block(*TARGET, category="fixed"), block(*OTHER)], [goal([2], [at(*TARGET, z)])])) as episode:
        assert run_oracle(episode).success
        assert episode.world.pose(2)[0][2] == pytest.approx(3 * HALF, abs=0.003)


def test_two_bare_positions_are_two_targets() -> None:
    places = [(0.4, 0.3, HALF), (0.6, 0.3, HALF)]
    scene = layout([block(0.3, -0.3), block(0.3, -0.4)], [goal([1, 2], places)])
    assert [pose[0] for pose in scene.goals[0].targets] == places


def test_identical_objects_are_interchangeable() -> None:
    scene = layout([block(*OTHER), block(0.4, -0.4)], [goal([1, 2], [at(*TARGET), at(0.5, 0.3)])])
    assert reward(scene, {1: at(0.5, 0.3), 2: at(*TARGET)}) == 1.0
    assert reward(scene, {1: at(0.5, 0.3)}) == 0.5
    fixed = goal([1, 2], [at(*TARGET), at(0.5, 0.3)], matches=np.eye(2))
    assert reward(layout([block(*OTHER), block(0.4, -0.4)], [fixed]), {1: at(0.5, 0.3), 2: at(*TARGET)}) == 0.0


def test_two_objects_at_one_target_count_once() -> None:
    goals = [goal([1, 2], [at(*TARGET), at(0.5, 0.3)])]
    scene = layout([block(*OTHER), block(0.4, -0.4)], goals, pos_eps=0.05)
    assert reward(scene, {1: at(0.478, 0.2), 2: at(0.522, 0.2)}) == 0.5


def test_replace_lets_one_target_serve_several() -> None:
    things = [block(*OTHER), block(0.4, -0.4)]
    both = {1: at(0.475, 0.2), 2: at(0.525, 0.2)}
    assert reward(layout(things, [goal([1, 2], [at(*TARGET)], replace=True)], pos_eps=0.05), both) == 1.0
    assert reward(layout(things, [goal([1, 2], [at(*TARGET)], replace=True)], pos_eps=0.05), {1: both[1]}) == 0.5


def test_zone_counts_what_is_inside() -> None:
    zone = [(at(*TARGET, 0.0), (0.1, 0.1, 0.0))]
    blocks = [block(0.4, -0.4 + 0.1 * number) for number in range(4)]
    scene = layout(blocks, [goal([1, 2, 3, 4], [at(*TARGET)], replace=True, metric="zone", params=zone)])
    inside = {1: at(0.5, 0.2), 2: at(0.5, 0.245)}
    assert reward(scene, {}) == 0.0
    assert reward(scene, inside) == 0.25  # the second sticks out
    assert reward(scene, {1: at(0.47, 0.17), 2: at(0.53, 0.23)}) == 0.5


def test_zone_has_a_height() -> None:
    zone = [(at(*TARGET, 0.02), (0.1, 0.1, 0.04))]
    scene = layout([block(0.4, 0.0), block(*OTHER)], [goal([2], [at(*TARGET)], metric="zone", params=zone)])
    assert reward(scene, {2: at(*TARGET)}) == 1.0
    assert reward(scene, {1: at(*TARGET), 2: at(*TARGET, 3 * HALF)}) == 0.0


ORDERED = layout([block(*OTHER), block(0.4, -0.4)], [goal([1], [at(*TARGET)]), goal([2], [at(0.5, 0.35)])])


def test_goals_are_reached_in_order() -> None:
    assert reward(ORDERED, {2: at(0.5, 0.35)}) == 0.0
    assert reward(ORDERED, {1: at(*TARGET)}) == 0.5
    assert reward(ORDERED, {1: at(*TARGET), 2: at(0.5, 0.35)}) == 1.0


def ended(episode: Episode) -> EpisodeResult:
    if episode.success is None:
        episode.finish()
    return episode.result()


def test_undone_goal_does_not_count() -> None:
    with Episode(ORDERED) as episode:
        moves = [(OTHER, TARGET), (TARGET, OTHER), ((0.4, -0.4), (0.5, 0.35))]
        steps = [episode.step(Action((*start, 0.0), (*end, 0.0))) for start, end in moves]
        result = episode.result()
    assert [step.outcome.moved for step in steps] == [(1,), (1,), (2,)]
    assert not result.success
    assert result.reward == 0.5
    assert [item.reached for item in result.goals] == [False, True]
    (finding,) = _failures((result,))
    assert (finding.code, finding.stage) == ("undone", "hold")
    assert "what was done for goal 2 undid it" in finding.message
    assert (finding.values["goal"], finding.values["by"], finding.values["object"]) == (1, 2, 1)
    assert finding.values["mm"] == pytest.approx(400, abs=10)


def test_what_falls_over_while_a_later_goal_is_worked_on_is_undone_by_that() -> None:
    """A block on a beam's end; then the beam is carried away from under it."""
    beam = Task().fill_template("box/box-template.urdf", {"DIM": (0.05, 0.24, 0.03)})
    things = [(beam, at(0.4, 0.1, 0.015), {}), block(*OTHER)]
    goals = [goal([2], [at(0.4, 0.19, 0.05)]), goal([1], [at(0.6, 0.1, 0.015)])]
    with Episode(layout(things, goals)) as episode:
        result = run_oracle(episode)
    assert [(item.code, item.reached) for item in result.goals] == [("undone", False), ("", True)]
    assert result.goals[0].values["by"] == 2


def test_object_that_a_later_goal_moves_on_purpose_may_leave() -> None:
    scene = layout([block(*OTHER)], [goal([1], [at(*TARGET)]), goal([1], [at(0.5, 0.35)])])
    with Episode(scene) as episode:
        assert run_oracle(episode).success


def on_the_edge(rules: Rules) -> EpisodeResult:
    """Beyond the edge of a tower, a block is where it should be for a moment only."""
    scene = layout(
        [block(*TARGET, category="fixed"), block(*OTHER)], [goal([2], [at(*TARGET, 3 * HALF)])], pos_eps=0.05
    )
    with Episode(scene, rules) as episode:
        edge = at(TARGET[0] + HALF + 0.006, TARGET[1], 3 * HALF)
        episode.world.client.resetBasePositionAndOrientation(episode.world.body(2), *edge)
        episode.reward = episode.scorer.update()
        assert episode.scorer.finished
        return ended(episode)


def test_what_falls_within_a_second_was_not_built() -> None:
    result = on_the_edge("strict")
    assert not result.success
    assert result.reward == 0.0
    (finding,) = _failures((result,))
    assert (finding.code, finding.stage) == ("not-lasting", "hold")
    assert finding.values["height_mm"] == pytest.approx(-40, abs=2)


def test_what_falls_within_a_second_counts_in_ravens() -> None:
    result = on_the_edge("ravens")
    assert (result.success, result.reward) == (True, 1.0)


def test_what_already_holds_proves_nothing() -> None:
    with Episode(layout([block(*TARGET)], [goal([1], [at(*TARGET)])])) as episode:
        result = run_oracle(episode)
    assert result.success
    assert not result.proves
    assert [item.code for item in _failures((result,))] == ["already-reached"]


def test_order_of_targets_does_not_matter() -> None:
    places = [at(0.4, 0.0, 3 * HALF), at(0.4, 0.0, HALF)]  # the upper one first, each block with a place of its own
    tower = layout([block(*TARGET), block(*OTHER)], [goal([1, 2], places, matches=np.eye(2))])
    with Episode(tower) as episode:
        assert run_oracle(episode).success
