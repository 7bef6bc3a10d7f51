"""Why a policy fails, in words that can be counted: made to happen one by one."""

from __future__ import annotations

import pytest
from scenes import at, block, goal, layout

from policy.deeds import GoalFailure, Witness
from sim.action import Action
from sim.episode import Episode, oracle, run
from sim.layout import Layout
from sim.oracle import Stuck

BALL = "ball/ball.urdf"
BOWL = "bowl/bowl.urdf"
GREEN, RED = (0.4, -0.3), (0.6, -0.3)  # bowls
MINE, OTHER = (0.5, 0.2), (0.4, 0.0)  # the red block, the blue block
SCENE = layout(
    [
        (BOWL, at(*GREEN, 0.0), {"category": "fixed", "color": "green"}),
        (BOWL, at(*RED, 0.0), {"category": "fixed", "color": "red"}),
        block(*MINE),
        block(*OTHER, color="blue"),
    ],
    [goal([3], [at(*GREEN, 0.0)], symmetries=[0]), goal([4], [at(*RED, 0.0)], symmetries=[0])],
    max_steps=3,
    pos_eps=0.05,
)
Place = tuple[float, float]


def move(start: Place, end: Place, turn: float = 0.0) -> Action:
    return Action((*start, 0.0), (*end, turn))


def failures(scene: Layout, *actions: Action) -> tuple[tuple[GoalFailure, ...], dict[str, int]]:
    """What is said of an episode in which these actions are taken, and then no more."""
    left = list(actions)
    with Episode(scene) as episode:
        witness = Witness(episode)
        result = run(episode, lambda _: left.pop(0) if left else Stuck("that was all"), witness.see)
        return witness.failures(result), witness.counts()


@pytest.mark.parametrize(
    ("start", "end", "kind", "reason"),
    [
        ((0.3, 0.4), GREEN, "picked nothing", "there is nothing to pick at (0.300, 0.400)"),
        (GREEN, MINE, "picked what is fixed", "the green bowl is fixed and cannot be picked"),
        (OTHER, GREEN, "wrong object", "blue block instead of red block"),
        (MINE, RED, "wrong place", "red bowl instead of green bowl"),
        (MINE, (0.4, -0.1), "beside its target", "the red block is 200 mm away from its target"),
    ],
)
def test_one_mistake(start: Place, end: Place, kind: str, reason: str) -> None:
    (first, second), actions = failures(SCENE, move(start, end))
    assert (first.goal, first.kind, first.reason) == (0, kind, reason)
    assert (second.goal, second.kind, second.reason) == (1, "", "its turn did not come")
    assert actions == {kind: 1}


def test_the_last_mistake_counts_and_how_far_away_it_left_the_object() -> None:
    (first, _), actions = failures(SCENE, move((0.3, 0.4), GREEN), move(MINE, (0.4, -0.1)))
    assert first.kind == "beside its target"
    assert first.millimetres == pytest.approx(200, abs=2)
    assert actions == {"picked nothing": 1, "beside its target": 1}


def test_what_is_right_is_no_mistake_and_a_reached_goal_is_not_told_of() -> None:
    (second,), actions = failures(SCENE, move(MINE, GREEN), move(OTHER, GREEN))
    assert (second.goal, second.kind, second.reason) == (1, "wrong place", "red block instead of red bowl")
    assert actions == {"put in place": 1, "wrong place": 1}


def test_what_a_later_action_undoes() -> None:
    (first, second), _ = failures(SCENE, move(MINE, GREEN), move(GREEN, (0.5, 0.4)))
    assert first.kind == "undone by a later goal"
    assert (second.kind, second.reason) == ("wrong object", "red block instead of blue block")


def test_turned_wrongly_and_toppled_are_told_apart_from_beside() -> None:
    scene = layout([block(*MINE, color="red")], [goal([1], [at(*OTHER, yaw=0.6)], symmetries=[1.5708])], max_steps=1)
    ((failure,), _) = failures(scene, move(MINE, OTHER))
    assert failure.kind == "turned wrongly"
    assert "turned by 34 degrees" in failure.reason


def test_one_of_several_alike_is_another_one() -> None:
    scene = layout([block(*MINE), block(*OTHER)], [goal([1], [at(*GREEN)])], max_steps=1)
    ((failure,), _) = failures(scene, move(OTHER, GREEN))
    assert (failure.kind, failure.reason) == ("wrong object", "another red block")


def test_the_edge_of_the_wrong_object_is_the_wrong_object() -> None:
    beside = (OTHER[0], OTHER[1] + 0.017)  # on the ball's slope
    ball = (BALL, at(*OTHER), {"color": "blue"})
    wrong = layout([block(*MINE), ball], [goal([1], [at(*GREEN)])], max_steps=1)
    right = layout([block(*MINE), ball], [goal([2], [at(*GREEN)])], max_steps=1)
    found = [failures(scene, move(beside, GREEN))[0][0] for scene in (wrong, right)]
    assert [failure.kind for failure in found] == ["wrong object", "the cup did not seal"]
    assert found[0].reason == "blue ball instead of red block"


def test_the_second_of_two_on_top_of_the_first() -> None:
    scene = layout([block(*MINE), block(*OTHER)], [goal([1, 2], [at(*GREEN), at(*RED)])], max_steps=2)
    ((failure,), actions) = failures(scene, move(MINE, GREEN), move(OTHER, GREEN))
    assert failure.kind == "its target was taken"
    assert "40 mm too high" in failure.reason
    assert actions == {"put in place": 1, "its target was taken": 1}


def test_too_few_actions_are_no_mistake_of_an_action() -> None:
    scene = layout([block(*MINE), block(*OTHER)], [goal([1, 2], [at(*GREEN), at(*RED)])], max_steps=1)
    with Episode(scene) as episode:
        witness = Witness(episode)
        result = run(episode, oracle, witness.see)
        (failure,) = witness.failures(result)
    assert (failure.kind, witness.counts()) == ("too few actions", {"put in place": 1})


def test_no_action_at_all() -> None:
    (first, _), actions = failures(SCENE)
    assert (first.kind, actions) == ("knew no action", {})
    assert first.reason.startswith("that was all")


def test_pushes() -> None:
    things = [
        ("block/small.urdf", at(0.5, 0.1, 0.01), {"color": "red"}),
        ("zone/zone.urdf", at(0.5, -0.3, 0.0), {"category": "fixed", "color": "green"}),
    ]
    scene = layout(
        things,
        [goal([1], [at(0.5, -0.3, 0.0)], metric="zone", params=[(at(0.5, -0.3, 0.0), (0.12, 0.12, 0.0))])],
        primitive="push",
        max_steps=3,
    )
    missed, beside = move((0.3, 0.3), (0.3, 0.4)), move((0.5, 0.2), (0.5, 0.05))
    assert failures(scene, missed)[1] == {"pushed nothing": 1}
    assert failures(scene, move((0.5, 0.1), (0.5, 0.05)))[1] == {"the spatula came down on something": 1}
    ((failure,), _) = failures(scene, beside)
    assert failure.kind == "outside its zone"
    assert failure.millimetres is not None
    assert failure.millimetres > 100
