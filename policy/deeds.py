"""What the actions of a policy did, in words that can be counted: which object it took, and where that went.

The oracle's reasons (`sim/reasons.py`) say what a task's program should change. A policy is another matter: it picks
beside the object, takes the wrong one, or puts the right one into the wrong bowl.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.action import Action, Outcome
from sim.episode import Episode, Step
from sim.layout import Frozen, Layout
from sim.reasons import Misplaced, misplaced
from sim.verdict import WAITING, EpisodeResult, GoalResult
from sim.world import TABLE, name_of

PLACED = "put in place"
TROUBLES = {
    "nothing": "picked nothing",
    "fixed": "picked what is fixed",
    "steep": "the cup did not seal",
    "reach": "out of reach",
    "covered": "the spatula came down on something",
    "stopped": "the spatula was stopped",
}
ENDS = {"undone": "undone by a later goal", "not-lasting": "did not last"}
NAMED = 2  # objects that are told of by their names


@dataclass(frozen=True)
class Deed:
    """What one action did.

    Attributes:
        goal: Index of the goal whose turn it was.
        kind: What it was, in words that are counted.
        reason: The same with names and numbers.
        millimetres: How far what was moved is from where it should be; None where that is not the trouble.
    """

    goal: int
    kind: str
    reason: str = ""
    millimetres: float | None = None


class GoalFailure(Frozen):
    """Why a goal was not reached.

    Attributes:
        goal: Its index.
        instruction: What the policy was told.
        kind: Why, in words that are counted; empty when its turn did not come.
        reason: Why, with names and numbers.
        millimetres: How far the object is from where it should be, where that is the trouble.
    """

    goal: int
    instruction: str
    kind: str
    reason: str
    millimetres: float | None = None


class Witness:
    """Looks on while an episode runs (`sim.episode.run`), and says afterwards why goals were not reached.

    Args:
        episode: A fresh episode.

    Attributes:
        deeds: What each action did.
    """

    def __init__(self, episode: Episode) -> None:
        self._episode = episode
        self._placed = self._in_place()
        self.deeds: list[Deed] = []

    def see(self, turn: int, action: Action, step: Step) -> None:
        """Notes down what an action did; see `sim.episode.Watch`."""
        pushed = self._episode.layout.primitive == "push"
        self.deeds.append((self._push if pushed else self._pick_and_place)(turn, step.outcome))
        self._placed = self._in_place()

    def counts(self) -> dict[str, int]:
        """How many actions were of each kind."""
        return dict(Counter(deed.kind for deed in self.deeds))

    def failures(self, result: EpisodeResult) -> tuple[GoalFailure, ...]:
        """Why goals were not reached."""
        return tuple(self._failure(index, goal) for index, goal in enumerate(result.goals) if not goal.reached)

    def _failure(self, index: int, goal: GoalResult) -> GoalFailure:
        if goal.code == WAITING:
            return GoalFailure(goal=index, instruction=goal.instruction, kind="", reason=goal.reason)
        if goal.code in ENDS:
            return GoalFailure(goal=index, instruction=goal.instruction, kind=ENDS[goal.code], reason=goal.reason)
        vain = [deed for deed in self.deeds if deed.goal == index and deed.kind != PLACED]
        if vain:  # the last one: what it still did wrong when its actions ran out
            last = vain[-1]
            return GoalFailure(
                goal=index,
                instruction=goal.instruction,
                kind=last.kind,
                reason=last.reason,
                millimetres=last.millimetres,
            )
        kind = "knew no action" if self._episode.steps < self._episode.layout.max_steps else "too few actions"
        return GoalFailure(goal=index, instruction=goal.instruction, kind=kind, reason=goal.reason)

    # -- what one action did ---------------------------------------------------------------------------------------

    def _in_place(self) -> frozenset[int]:
        scorer = self._episode.scorer
        return frozenset() if scorer.finished else frozenset(scorer.placed(scorer.current))

    def _pick_and_place(self, turn: int, outcome: Outcome) -> Deed:
        layout, handle = self._episode.layout, outcome.picked
        goal = layout.goals[turn]
        if outcome.under is not None and outcome.under not in goal.objects and outcome.trouble != "fixed":
            return Deed(turn, "wrong object", _instead(layout, outcome.under, goal.objects))
        if handle is None:
            return Deed(turn, TROUBLES[outcome.trouble], outcome.reason)
        if outcome.trouble == "lost":
            return Deed(turn, "lost on the way", outcome.reason)
        lost = [item for item in misplaced(self._episode.scorer, turn) if item.handle == handle]
        if not lost:
            return Deed(turn, PLACED)
        if handle in self._placed:
            return Deed(turn, "took away what was in place", lost[0].words(self._episode.scorer))
        return self._beside(turn, lost[0])

    def _beside(self, turn: int, lost: Misplaced) -> Deed:
        """An object of the goal was put down where it should not be."""
        scorer, miss = self._episode.scorer, lost.miss
        told = lost.words(scorer)
        on, wanted = self._support(lost.handle), self._supports_wanted(turn, lost.handle)
        if on != TABLE and on not in wanted:
            return Deed(turn, "wrong place", _instead(scorer.layout, on, wanted))
        if miss is None:
            if lost.outside > 0.0:
                return Deed(turn, "outside its zone", told, round(lost.outside * 1000, 1))
            return Deed(turn, "not at the height of its zone", told)
        if miss.distance > scorer.layout.pos_eps:
            return Deed(turn, "beside its target", told, round(miss.distance * 1000, 1))
        if miss.toppled:
            return Deed(turn, "toppled", told)
        if abs(miss.yaw) > scorer.layout.rot_eps:
            return Deed(turn, "turned wrongly", told)
        if miss.height > 0 and on in scorer.layout.goals[turn].objects:
            return Deed(turn, "its target was taken", told)
        return Deed(turn, "too high" if miss.height > 0 else "too low", told)

    def _support(self, handle: int) -> int:
        """What an object lies on, seen from above."""
        world = self._episode.world
        (x, y, _), _ = world.pose(handle)
        return world.hit(x, y, frozenset({handle}))[0]

    def _supports_wanted(self, turn: int, handle: int) -> tuple[int, ...]:
        """What there is at the targets, or in the zones, that an object may go to."""
        world, goal = self._episode.world, self._episode.layout.goals[turn]
        row = goal.objects.index(handle)
        if goal.metric == "zone":
            places = [zone.pose for zone in goal.zones]
        else:
            places = [target for target, allowed in zip(goal.targets, goal.matches[row], strict=True) if allowed]
        own = frozenset({handle})
        return tuple(dict.fromkeys(world.hit(x, y, own)[0] for (x, y, _), _ in places))

    def _push(self, turn: int, outcome: Outcome) -> Deed:
        episode = self._episode
        objects = episode.layout.goals[turn].objects
        if episode.scorer.current > turn or len(self._in_place() - self._placed):
            return Deed(turn, PLACED)
        if outcome.trouble:
            return Deed(turn, TROUBLES[outcome.trouble], outcome.reason)
        if not outcome.moved:
            return Deed(turn, "pushed nothing", "the spatula met nothing on its way")
        wrong = next((handle for handle in outcome.moved if handle not in objects), None)
        if wrong is not None and not set(outcome.moved) & set(objects):
            return Deed(turn, "wrong object", _instead(episode.layout, wrong, objects))
        left = [item.outside for item in misplaced(episode.scorer, turn)]
        farthest = round(1000 * max(left, default=0.0), 1)
        return Deed(
            turn, "outside its zone", f"{len(left)} are outside their zone, by {farthest:.0f} mm at most", farthest
        )


def _instead(layout: Layout, found: int, wanted: tuple[int, ...]) -> str:
    """`red block instead of green block`, without what would tell two of a kind apart."""
    name = _bare(layout, found)
    names = list(dict.fromkeys(_bare(layout, handle) for handle in wanted))
    if name in names:
        return f"another {name}"
    told = " or ".join(names) if len(names) <= NAMED else f"one of {len(wanted)} others"
    return f"{name} instead of {told}"


def _bare(layout: Layout, handle: int) -> str:
    return name_of(layout, handle).removeprefix("the ").split(" (")[0]
