"""What a layout's goals do, in words: what an instruction that is found wrong could say instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sim.arrangement import HOLLOW, Arrangement
from sim.catalogue import find_asset

WITHIN = HOLLOW | {"zone", "square", "kit", "fixture", "corner", "hole"}  # things go into these, and onto others
MOST_TOLD = 4  # goals in a remedy
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Retelling:
    """Tells what the goals of an arrangement do.

    Args:
        scene: The arrangement.
        known: Handles of what has a name of its own: of a rope the beads that have its colour.
    """

    def __init__(self, scene: Arrangement, known: Iterable[int]) -> None:
        self.scene = scene
        self._known = frozenset(known)
        self._beads = {bead for rope in scene.layout.ropes for bead in rope.beads}

    def remedy(self, goals: Sequence[int]) -> str:
        """What the goals do, in words."""
        done = "; ".join(f"goal {number + 1} brings {self._done(number)}" for number in goals[:MOST_TOLD])
        return f"{done}: say so, or change the goal{'s' if len(goals) > 1 else ''}"

    def _done(self, number: int) -> str:
        """`the two red blocks into the green bowl`."""
        scene, objects = self.scene, self.scene.layout.goals[number].objects
        spots = scene.brought(objects, [number])
        stacks = [[handle for handle in scene.supports(spot) if handle not in objects] for spot in spots]
        tops = {stack[0] for stack in stacks if stack}
        under = tops | {
            h for top in tops for h in scene.moved_by(scene.turns.get(top, ())) if self._name(h) == self._name(top)
        }
        beside = [spot.handle for spot in scene.resting if scene.holds("beside", objects, [spot.handle], [number])]
        where = ""
        if under:
            within = any(scene.nouns[handle] & WITHIN for handle in under)
            where = f" {'into' if within else 'onto'} the {self.words(sorted(under))}"
        elif len(beside) == 1:
            where = f" next to the {self.words(beside)}"
        return f"the {self.words(objects)}{where}"

    def _name(self, handle: int) -> str:
        spec = self.scene.layout.object(handle)
        return " ".join(filter(None, [spec.color, find_asset(spec.asset).noun(spec.mesh)]))

    def words(self, handles: Iterable[int]) -> str:
        """`two red blocks and green ball`; a rope is one."""
        counts = Counter(self._name(handle) for handle in handles if handle in self._known)
        if self._beads:
            counts = Counter(dict.fromkeys(counts, 1))
        parts = [words if count == 1 else f"{_number(count)} {_plural(words)}" for words, count in counts.items()]
        return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _plural(words: str) -> str:
    return f"{words}es" if words.endswith("x") else f"{words}s"
