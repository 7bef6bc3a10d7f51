"""One episode: a layout, built and settled, acted upon, and scored. A pure function of its layout and its actions."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType

from sim.action import Action, EndEffector, Outcome
from sim.arm import shared_arm
from sim.layout import Layout, Rules
from sim.oracle import Stuck, explain, next_action
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

    Attributes:
        reward: The reward so far, 0..1.
        success: Whether every goal was reached and held for one simulated second; None while the episode runs.
        held: After the end, for each goal whether it holds.
    """

    def __init__(self, layout: Layout, rules: Rules = "strict") -> None:
        self.layout = layout
        self.world = World(layout)
        self.world.settle()
        self.scorer = Scorer(self.world, rules)
        self.effector = end_effector(self.world)
        self.steps = 0
        self.reward = self.scorer.update()
        self.success: bool | None = None
        self.held: tuple[bool, ...] = ()

    def __enter__(self) -> Episode:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.close()

    def step(self, action: Action) -> Step:
        """Takes one action; after the last goal the world goes on for one second, and what fell was not built."""
        outcome = self.effector.run(action)
        self.steps += 1
        before, self.reward = self.reward, self.scorer.update()
        terminated = self.scorer.finished
        truncated = not terminated and self.steps >= self.layout.max_steps
        if terminated or truncated:
            self.finish()
        return Step(self.reward - before, terminated, truncated, outcome)

    def finish(self) -> None:
        """Ends the episode: waits one second and looks at what still stands."""
        if self.scorer.rules == "strict":
            self.world.step(STEPS_PER_SECOND)
        self.held = self.scorer.holding()
        self.success = all(self.held)
        if self.scorer.finished and not self.success:
            self.reward = sum(goal.share for goal, kept in zip(self.layout.goals, self.held, strict=True) if kept)

    def result(self, stuck: str = "") -> EpisodeResult:
        """The episode as data; `stuck` is what stopped the oracle."""
        goals = []
        for index, (goal, kept) in enumerate(zip(self.layout.goals, self.held, strict=True)):
            reason = "" if kept else self._reason(index, stuck)
            goals.append(GoalResult(instruction=goal.instruction, reached=kept, reason=reason))
        return EpisodeResult(
            seed=self.layout.seed,
            reward=round(self.reward, 6),
            steps=self.steps,
            success=bool(self.success),
            goals=tuple(goals),
        )

    def _reason(self, index: int, stuck: str) -> str:
        if index > self.scorer.current:
            return "its turn did not come"
        miss = explain(self.scorer, index)
        if index < self.scorer.current:
            return f"it was reached but did not last: {miss}"
        return "; ".join(part for part in (stuck, miss) if part)


def run_oracle(episode: Episode) -> EpisodeResult:
    """Lets the oracle act until the episode is over or it knows no further action."""
    stuck = ""
    while episode.success is None:
        if episode.scorer.finished:
            episode.finish()
            break
        action = next_action(episode.scorer)
        if isinstance(action, Stuck):
            stuck = action.reason
            episode.finish()
            break
        step = episode.step(action)
        stuck = step.outcome.reason or (f"{episode.layout.max_steps} actions were not enough" if step.truncated else "")
    return episode.result(stuck)
