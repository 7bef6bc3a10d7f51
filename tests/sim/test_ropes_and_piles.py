"""Ropes hang together and lie where they are laid; a spatula pushes what is in its way; piles are scattered."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scenes import at, block, goal, layout, move

from sim.builder import lay_out, validate
from sim.episode import Episode, run_oracle
from sim.errors import TaskError
from sim.layout import WORKSPACE, Layout
from sim.oracle import next_action
from sim.task import Task
from sim.tasks import human_task
from sim.world import World

ROPES = ["align-rope", "manipulating-rope"]
PILES = ["sweeping-piles", "separating-piles"]


def spacings(world: World) -> list[float]:
    """Distances between the middles of neighbouring beads."""
    (rope,) = world.layout.ropes
    places = [world.pose(bead)[0] for bead in rope.beads]
    return [math.dist(first, second) for first, second in itertools.pairwise(places)]


@pytest.mark.parametrize("name", ROPES)
def test_rope_lies_still_and_apart_from_everything(name: str) -> None:
    for seed in range(5):
        scene = lay_out(human_task(name), seed)[0]
        with World(scene) as world:
            assert world.penetrations(0.001) == []
            before = world.poses()
            world.step(480)
            assert all(math.dist(before[handle][0], world.pose(handle)[0]) < 0.002 for handle in before)


def test_rope_keeps_its_length_while_it_is_laid() -> None:
    with Episode(lay_out(human_task("align-rope"), 1)[0]) as episode:
        (rope,) = episode.layout.ropes
        for _ in range(3):
            action = next_action(episode.scorer)
            assert not episode.step(action).outcome.reason  # type: ignore[arg-type]
            assert spacings(episode.world) == pytest.approx([rope.spacing] * 19, abs=0.002)


def test_what_is_pulled_by_one_bead_follows() -> None:
    with Episode(lay_out(human_task("align-rope"), 2)[0]) as episode:
        beads = episode.layout.ropes[0].beads
        x, y, _ = episode.world.pose(beads[0])[0]
        far = (0.7 if x < 0.5 else 0.3, 0.4 if y < 0 else -0.4)
        assert move(episode.effector, (x, y), far).moved == (beads[0],)
        assert math.dist(episode.world.pose(beads[0])[0][:2], far) < 0.01
        assert math.dist(episode.world.pose(beads[-1])[0][:2], far) < 0.30


def test_rope_may_lie_either_way_round() -> None:
    scene = lay_out(human_task("align-rope"), 0)[0]
    targets = [target[0] for target in scene.goals[0].targets]
    heading = math.atan2(targets[1][1] - targets[0][1], targets[1][0] - targets[0][0])
    for places, turn in ((targets, 0.0), (targets[::-1], math.pi)):
        laid = [
            spec.model_copy(update={"pose": at(*place[:2], spec.size[2] / 2, heading + turn)})
            for spec, place in zip(scene.objects[-20:], places, strict=True)
        ]
        with Episode(scene.model_copy(update={"objects": (*scene.objects[:-20], *laid)})) as episode:
            assert episode.reward == pytest.approx(1.0)


def test_rope_is_laid_past_what_stands_aside() -> None:
    class Aside(Task):
        pos_eps = 0.02
        max_steps = 20

        def reset(self, env: Any) -> None:
            super().reset(env)
            env.add_object("block/block_for_anchors.urdf", (0.3, 0.46, 0.02), category="fixed", color="gray")
            beads, targets, matches = self.make_ropes(env, corners=((0.5, -0.14, 0.0), (0.5, 0.14, 0.0)))
            self.add_goal(beads, matches, targets, language_goal="lay the rope straight")

    with Episode(lay_out(Aside, 0)[0]) as episode:
        assert run_oracle(episode).success


def test_rope_that_does_not_fit_says_so() -> None:
    class Crowded(Task):
        def reset(self, env: Any) -> None:
            super().reset(env)
            for x, y in itertools.product(np.arange(0.3, 0.75, 0.1), np.arange(-0.45, 0.5, 0.1)):
                env.add_object("block/block.urdf", at(x, y))
            self.make_ropes(env, ((0.4, 0.0, 0.0), (0.4, 0.28, 0.0)))

    with pytest.raises(TaskError, match="no place for a rope") as caught:
        lay_out(Crowded, 0)
    assert caught.value.code == "no-free-place"


@pytest.mark.parametrize("name", PILES)
def test_pile_is_scattered_on_the_table(name: str) -> None:
    for seed in range(3):
        scene = lay_out(human_task(name), seed)[0]
        blocks = [scene.object(handle) for handle in scene.goals[0].objects]
        assert len(blocks) == 30
        for spec in blocks:
            assert all(low < value < high for value, (low, high) in zip(spec.pose[0][:2], WORKSPACE, strict=False))
        with World(scene) as world:
            assert world.penetrations(0.0005) == []


def pushing(*things: Any) -> Layout:
    zone = (at(0.5, 0.4, 0.0), (0.12, 0.12, 0.0))
    return layout(things, [goal([1], [zone[0]], metric="zone", params=[zone])], primitive="push")


def test_spatula_pushes_what_is_in_its_way_and_nothing_else() -> None:
    with Episode(pushing(block(0.5, 0.0), block(0.5, -0.4), block(0.7, 0.1))) as episode:
        before = episode.world.poses()
        assert move(episode.effector, (0.5, -0.1), (0.5, 0.2)).moved == (1,)
        now = episode.world.poses()
        assert now[1][0][1] == pytest.approx(0.2 + 0.003 + 0.02, abs=0.01)  # before the blade
        assert math.dist(now[2][0], before[2][0]) < 0.001
        assert math.dist(now[3][0], before[3][0]) < 0.001


def test_spatula_comes_down_beside_things_only() -> None:
    with Episode(pushing(block(0.5, 0.0))) as episode:
        outcome = move(episode.effector, (0.5, 0.0), (0.5, 0.2))
        assert outcome.moved == ()
        assert "comes down on the red block" in outcome.reason
        assert episode.world.pose(1)[0] == pytest.approx((0.5, 0.0, 0.02), abs=0.001)


def test_spatula_out_of_reach() -> None:
    with Episode(pushing(block(0.5, 0.0))) as episode:
        assert "cannot reach" in move(episode.effector, (0.5, -0.1), (1.5, 0.0)).reason


def test_spatula_does_not_push_through_what_is_fixed() -> None:
    wall = ("block/block_for_anchors.urdf", at(0.5, 0.0), {"category": "fixed"})
    with Episode(pushing(block(0.5, -0.06), wall)) as episode:
        outcome = move(episode.effector, (0.5, -0.15), (0.5, 0.2))
        assert "stopped on its way" in outcome.reason
        assert episode.world.pose(1)[0][1] < -0.03
        assert episode.world.penetrations(0.003) == []


def test_a_task_that_pushes_needs_zones() -> None:
    with pytest.raises(TaskError, match="no zone"):
        layout([block(0.5, 0.0)], [goal([1], [at(0.5, 0.4)])], primitive="push")


def test_objects_go_only_to_the_zones_that_they_may_go_to() -> None:
    zones = [(at(0.5, 0.0, 0.0), (0.12, 0.12, 0.0)), (at(0.5, 0.35, 0.0), (0.12, 0.12, 0.0))]
    small = ("block/small.urdf", at(0.5, -0.02, 0.01), {"color": "red"})
    only_the_second = goal([1], [zones[0][0], zones[1][0]], matches=[[0, 1]], metric="zone", params=zones)
    with Episode(layout([small], [only_the_second], primitive="push")) as episode:
        assert run_oracle(episode).success
        assert episode.world.pose(1)[0][1] == pytest.approx(0.35, abs=0.06)


@pytest.mark.parametrize(
    ("n_parts", "end"), [(1, (0.5, 0.3, 0.0)), (20, (0.5, 0.0, 0.0))], ids=["one bead", "no length"]
)
def test_rope_without_length_says_so(n_parts: int, end: Any) -> None:
    class NoRope(Task):
        def reset(self, env: Any) -> None:
            super().reset(env)
            self.make_ropes(env, ((0.5, 0.0, 0.0), end), n_parts=n_parts)

    with pytest.raises(TaskError) as caught:
        lay_out(NoRope, 0)
    assert caught.value.code == "malformed-rope"


def test_too_large_a_pile_says_so() -> None:
    class Heap(Task):
        def reset(self, env: Any) -> None:
            super().reset(env)
            self.make_piles(env, "blue", 95)

    with pytest.raises(TaskError, match="pile of 95 blocks"):
        lay_out(Heap, 0)


def test_what_is_no_row_of_beads_is_no_rope() -> None:
    scene = lay_out(human_task("align-rope"), 0)[0]
    first, *rest = scene.ropes[0].beads
    far = scene.ropes[0].model_copy(update={"beads": (*rest[:5], first, *rest[5:])})
    with pytest.raises(TaskError) as caught:
        validate(scene.model_copy(update={"ropes": (far,)}))
    assert caught.value.code == "malformed-rope"
