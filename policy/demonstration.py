"""A demonstration: an oracle episode with what was seen before each action, recorded from a layout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy.observation import recorded_height
from sim.action import Action, Place
from sim.appearance import KINDS
from sim.camera import Eyes
from sim.episode import Episode, run
from sim.errors import TaskError
from sim.layout import Layout, Rules
from sim.oracle import Stuck, next_action
from sim.verdict import WAITING, EpisodeResult
from sim.world import quiet

PERFECT = 1.0 - 1e-6  # reward
BROKEN = "crashed"
NOTHING_TO_DO = "nothing-to-do"
APPEARANCES = KINDS


@dataclass(frozen=True, eq=False)
class Step:
    """One action and what was seen before it.

    Attributes:
        color: (160, 320, 3) uint8 RGB, the table from above.
        height: (160, 320) uint16, height above the table in tenths of a millimetre.
        pick: x, y (m) and yaw (rad).
        place: x, y (m) and yaw (rad).
        goal: Which goal had its turn, from 0.
        instruction: What the robot was told.
        reward: What the action brought.
    """

    color: NDArray[np.uint8]
    height: NDArray[np.uint16]
    pick: Place
    place: Place
    goal: int
    instruction: str
    reward: float


@dataclass(frozen=True, eq=False)
class Demonstration:
    """A solved episode.

    Attributes:
        task: Name of the task, as it was asked for.
        seed: Its seed.
        layout: What was built: with it and the actions the episode can be run again.
        steps: Its actions.
    """

    task: str
    seed: int
    layout: Layout
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Rejected:
    """An episode that is no demonstration.

    Attributes:
        task: Name of the task, as it was asked for.
        seed: Its seed.
        reason: Why: the code of a diagnostic, `nothing-to-do` or `crashed`.
        detail: The same in words.
    """

    task: str
    seed: int
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Recording:
    """An episode to record.

    Attributes:
        task: Name of the task, as it is asked for.
        seed: Its seed.
        layout: What to build; or why there is nothing to build, which is then what comes out.
        rules: The rules it is scored by.
        appearance: How the table looks: `plain`, `randomised` or `pseudo-real`.
    """

    task: str
    seed: int
    layout: Layout | Rejected
    rules: Rules = "strict"
    appearance: str = "plain"


def record(recording: Recording) -> Demonstration | Rejected:
    """Lets the oracle act, and records each step; only an episode with full reward is a demonstration.

    A pure function of plain data, for `sim.workers`.
    """
    if isinstance(recording.layout, Rejected):
        return recording.layout
    with quiet():
        import pybullet
    before: list[tuple[NDArray[np.uint8], NDArray[np.uint16]]] = []
    taken: list[tuple[int, Action, float]] = []
    eyes = Eyes(recording.appearance, recording.seed)

    def watched_oracle(episode: Episode) -> Action | Stuck:
        action = next_action(episode.scorer)
        if isinstance(action, Action):
            seen = eyes.look(episode.world)
            before.append((seen.color, recorded_height(seen.height)))
        return action

    try:
        with Episode(recording.layout, recording.rules, eyes.appearance.friction) as episode:
            result = run(episode, watched_oracle, lambda turn, action, step: taken.append((turn, action, step.reward)))
    except TaskError as error:
        return unbuildable(recording.task, recording.seed, error)
    except pybullet.error as error:  # what no proof has seen may break it
        return Rejected(recording.task, recording.seed, BROKEN, str(error))
    rejected = _rejection(result)
    if rejected is not None:
        return Rejected(recording.task, recording.seed, *rejected)
    instructions = recording.layout.instructions
    steps = tuple(
        Step(*seen, action.pick, action.place, turn, instructions[turn], reward)
        for seen, (turn, action, reward) in zip(before, taken, strict=True)
    )
    return Demonstration(recording.task, recording.seed, recording.layout, steps)


def unbuildable(task: str, seed: int, error: TaskError) -> Rejected:
    """What becomes of a seed from which a task cannot be laid out."""
    return Rejected(task, seed, error.code, error.message)


def _rejection(result: EpisodeResult) -> tuple[str, str] | None:
    """Reason and detail of why an episode is no demonstration; None when it is one."""
    if result.success and result.steps == 0:
        return NOTHING_TO_DO, "every goal is reached before the first action"
    if result.success and result.reward >= PERFECT:
        return None
    failed = next((goal for goal in result.goals if not goal.reached and goal.code != WAITING), None)
    if failed is None:
        return "unsolved", f"the reward is {result.reward:.2f}"
    return failed.code or "unsolved", failed.reason
