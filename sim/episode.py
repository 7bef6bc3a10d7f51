"""One episode: a layout, built and settled, acted upon, and scored. A pure function of its layout and its actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from sim.action import Action, EndEffector, Outcome
from sim.arm import shared_arm
from sim.layout import Layout, Rules
from sim.oracle import Stuck, next_action
from sim.reasons import unreached, vain
from sim.scoring import Scorer
from sim.spatula import Spatula
from sim.suction import Suction
from sim.verdict import EpisodeResult, GoalResult
from sim.world import STEPS_PER_SECOND, World


def end_effector(world: World) -> EndEffector:
    """The tool that the layout's motion primitive asks for."""
    if world.layout.primitive == "push":
        return Spatula(world, shared_arm())
    return Suction(world, shared_arm())


@dataclass(frozen=True)
class Step:
    """What one action brought: reward gained, whether the episode is over, and why nothing moved if nothing did."""

    reward: float
    terminated: bool
    truncated: bool
    outcome: Outcome


class Episode:
    """An episode in progress.

    Args:
        layout: What to build.
        rules: `strict`, or `ravens` for comparison with published numbers: heights do not count, nothing has to last.
        friction: Factor on the friction between objects, and between them and the table.

    Attributes:
        reward: The reward so far, 0..1.
        success: Whether every goal was reached and held for one simulated second; None while the episode runs.
        held: After the end, for each goal whether it holds.
        undone: Goals (by index) that were reached and did not hold any more while a later one had its turn: which one.
    """

    def __init__(self, layout: Layout, rules: Rules = "strict", friction: float = 1.0) -> None:
        self.layout = layout
        self.world = World(layout, friction=friction)
        self.world.settle()
        self.scorer = Scorer(self.world, rules)
        self.effector = end_effector(self.world)
        self.steps = 0
        self.reward = self.scorer.update()
        self.success: bool | None = None
        self.held: tuple[bool, ...] = ()
        self.undone: dict[int, int] = {}

    def __enter__(self) -> Episode:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.close()

    def step(self, action: Action) -> Step:
        """Takes one action; after the last goal the world goes on for one second, and what fell was not built."""
        turn = self.scorer.current
        outcome = self.effector.run(action)
        self.steps += 1
        self._look_back(turn)
        before, self.reward = self.reward, self.scorer.update()
        terminated = self.scorer.finished
        truncated = not terminated and self.steps >= self.layout.max_steps
        if terminated or truncated:
            self.finish()
        return Step(self.reward - before, terminated, truncated, outcome)

    def _look_back(self, turn: int) -> None:
        """Notes which of the goals before the one that had its turn do not hold any more."""
        for index in range(turn):
            if index not in self.undone and not self.scorer.holds(index):
                self.undone[index] = turn

    def finish(self) -> None:
        """Ends the episode: waits one second and looks at what still stands."""
        self._look_back(min(self.scorer.current, len(self.layout.goals) - 1))
        if self.scorer.rules == "strict":
            self.world.step(STEPS_PER_SECOND)
        self.held = self.scorer.holding()
        self.success = all(self.held)
        if self.scorer.finished and not self.success:
            self.reward = sum(goal.share for goal, kept in zip(self.layout.goals, self.held, strict=True) if kept)

    def result(self, stuck: Stuck | None = None) -> EpisodeResult:
        """The episode as data; `stuck` is what stopped the oracle."""
        goals = [
            GoalResult(instruction=goal.instruction, reached=True)
            if kept
            else unreached(self.scorer, index, stuck, self.undone.get(index))
            for index, (goal, kept) in enumerate(zip(self.layout.goals, self.held, strict=True))
        ]
        return EpisodeResult(
            seed=self.layout.seed,
            reward=round(self.reward, 6),
            steps=self.steps,
            success=bool(self.success),
            goals=tuple(goals),
        )


Actor = Callable[[Episode], Action | Stuck]
Watch = Callable[[int, Action, Step], object]


def oracle(episode: Episode) -> Action | Stuck:
    """The oracle as an actor."""
    return next_action(episode.scorer)


def run(episode: Episode, actor: Actor, watch: Watch | None = None) -> EpisodeResult:
    """Lets an actor act until the episode is over or it knows no further action.

    Args:
        episode: A fresh episode.
        actor: Says what to do next.
        watch: Called after each action, with the index of the goal whose turn it was, the action and what it brought.
    """
    stuck: Stuck | None = None
    while episode.success is None:
        if episode.scorer.finished:
            episode.finish()
            break
        action = actor(episode)
        if isinstance(action, Stuck):
            stuck = action
            episode.finish()
            break
        turn = episode.scorer.current
        step = episode.step(action)
        stuck = vain(episode.scorer, action, step.outcome, step.truncated)
        if watch is not None:
            watch(turn, action, step)
    return episode.result(stuck)


def run_oracle(episode: Episode, after_step: Callable[[], object] | None = None) -> EpisodeResult:
    """Lets the oracle act until the episode is over or it knows no further action.

    Args:
        episode: A fresh episode.
        after_step: Called after each action.
    """
    return run(episode, oracle, (lambda *_: after_step()) if after_step is not None else None)
