"""Does an instruction tell what its goals do? Only what is certain counts: an honest sentence is never to be blamed.

What is said is read by `sim/phrases.py`, what is done is known from `sim/arrangement.py`; here the two are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sim.arrangement import HOLLOW, Arrangement
from sim.errors import TaskError
from sim.layout import Layout, ObjectSpec
from sim.phrases import Mention, Reading, Stated, lexicon, read

BLANK = re.compile(r"\{\w*\}")
WITHIN = HOLLOW | {"zone", "square", "kit", "fixture", "corner"}  # things go into these, and onto others
FAR = 0.15  # metres: a landmark is nearer than that to something that is moved
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SAME_COLOR = re.compile(r"\b(of|in|with|that has|having) (the|its|their) (same|own|matching) colou?r|\bmatching bowl")
OTHER_COLOR = re.compile(r"\bof (the|a|an) (other|different|opposite) colou?r")


def mismatches(layout: Layout) -> Iterator[TaskError]:
    """What is wrong with the goals' instructions, each finding with the number of its goal.

    Yields:
        `instruction-mismatch` (a blank that was never filled in, something that the scene does not have),
        `instruction-about-another` (something that no goal has to do with), `not-instructed`, `wrong-relation`,
        `wrong-count`.
    """
    scene = Arrangement(layout)
    sharing: dict[str, list[int]] = {}  # one sentence may tell of several goals
    for number, goal in enumerate(layout.goals):
        sharing.setdefault(goal.instruction, []).append(number)
    for instruction, goals in sharing.items():
        if blank := BLANK.search(instruction):
            message = f"goal {goals[0] + 1} tells the robot {instruction!r}, where {blank[0]} was never filled in"
            remedy = "fill it in with format(...)"
            yield TaskError("instruction-mismatch", message, remedy, goal=goals[0] + 1, given=blank[0])
        else:
            yield from _Comparison(scene, read(instruction), goals).findings()


class _Comparison:
    """One instruction beside the goals that it is given for."""

    def __init__(self, scene: Arrangement, reading: Reading, goals: Sequence[int]) -> None:
        self.scene = scene
        self.objects = {item.id: item for item in scene.layout.objects}
        self.reading = reading
        self.goals = goals
        self.moved = scene.moved_by(goals)
        beads = {bead for rope in scene.layout.ropes for bead in rope.beads}
        self.nameless = {bead for bead in beads if self.objects[bead].color is None}  # the white ends of a rope
        self.beads = beads

    def findings(self) -> Iterator[TaskError]:
        """What is said wrongly, and, when all is there that is named, what is left out."""
        named = [finding for mention in self.reading.mentions for finding in self._of(mention)]
        yield from named
        wrong = [] if named else [*self._relations(), *self._arrangements()]
        yield from wrong
        if not named:
            yield from self._unnamed()
            yield from self._counts()

    def _error(self, code: str, message: str, remedy: str, given: str, goal: int | None = None) -> TaskError:
        number = (self.goals[0] if goal is None else goal) + 1
        return TaskError(code, f"goal {number} {message}", remedy, goal=number, given=given)

    # -- what is named -----------------------------------------------------------------------------------------------

    def matching(self, mention: Mention, color: str | None = None) -> set[int]:
        """The objects that a mention (or one of its colours) may mean."""
        colors = {color} if color else set(mention.colors)
        return {
            handle
            for handle, spec in self.objects.items()
            if handle not in self.nameless
            and (mention.kinds is None or self.scene.noun(handle) & mention.kinds)
            and (not colors or spec.color is None or spec.color in colors)
        }

    def _of(self, mention: Mention) -> Iterator[TaskError]:
        """Whether there is what is named, and whether a goal has to do with it."""
        if mention.plain or mention.denied:
            return
        for color in mention.colors or (None,):
            found = self.matching(mention, color)
            what = " ".join(filter(None, [color, _singular(mention)])) or str(color)
            if not found and (why := self._absent(mention)):
                yield self._error("instruction-mismatch", f"names a {what}, but {why(what)}", self._do(), what)
            elif found and mention.meant and not self._has_to_do(mention, found):
                message = f"tells of the {what}, but no goal moves it or brings anything to it"
                yield self._error("instruction-about-another", message, self._do(), what)

    def _absent(self, mention: Mention):  # type: ignore[no-untyped-def]
        of_kind = {h for h in self.objects if mention.kinds is None or self.scene.noun(h) & mention.kinds}
        if of_kind and mention.colors:
            there = sorted({str(self.objects[handle].color) for handle in of_kind})
            noun = _singular(mention) if mention.kinds is not None else "thing"
            return lambda what: f"the {noun}s of the scene are {', '.join(there)}"
        shapes = mention.noun in lexicon().lists["shapes"] | {f"letter{x}" for x in "ratgvelm"}
        kitting = any("shape" in self.scene.noun(handle) for handle in self.objects)
        if mention.noun in lexicon().lists["sure"] or (shapes and kitting):
            return lambda what: "the scene has none"
        return None

    def _has_to_do(self, mention: Mention, found: set[int]) -> bool:
        if mention.part == "landmark":
            return any(handle in self.scene.involved or self.scene.near(handle, FAR) for handle in found)
        return bool(found & self.scene.involved)

    # -- what is left out --------------------------------------------------------------------------------------------

    def _unnamed(self) -> Iterator[TaskError]:
        """What a goal moves and its instruction, in which every word is known, does not name."""
        mentions = [mention for mention in self.reading.mentions if not mention.denied]
        told = [m for m in mentions if m.meant and m.part == "object" and not m.plain and self._movable(m)]
        if self.reading.open or not told:
            return
        named = {handle for mention in mentions if self._covers(mention) for handle in self.matching(mention)}
        missing = [h for number in self.goals for h in self.scene.layout.goals[number].objects if h not in named]
        missing = [handle for handle in missing if handle not in self.nameless]
        if missing:
            goal = next(n for n in self.goals if missing[0] in self.scene.layout.goals[n].objects)
            what = _words([self.objects[handle] for handle in dict.fromkeys(missing)], self.beads)
            remedy = f"name the {what} in it, or leave them out of the goal"
            yield self._error("not-instructed", f"moves the {what}, which its instruction does not name", remedy, what, goal)

    def _movable(self, mention: Mention) -> bool:
        return any(self.objects[handle].category == "rigid" for handle in self.matching(mention))

    def _covers(self, mention: Mention) -> bool:
        if mention.sort == "built" and not mention.colors:
            composed = self.reading.words[mention.end : mention.end + 1] in (("of",), ("from",))
            return len(self.goals) > 1 and not composed
        return not (mention.sort == "spot" and not mention.colors)

    # -- relations ---------------------------------------------------------------------------------------------------

    def _relations(self) -> Iterator[TaskError]:
        for stated in self.reading.stated:
            if stated.mention.denied or stated.place.denied or stated.place.plain or not stated.mention.meant:
                continue
            things, places = self.matching(stated.mention), self.matching(stated.place)
            if stated.mention.plain:
                things = set(self.moved)
            goals = self.goals if stated.only and things & self.moved else None
            if things and places and not self.scene.holds(stated.relation, things, places, goals):
                what, where = stated.mention.words or "it", stated.place.words
                message = f"says that the {what} comes {SAID[stated.relation]} the {where}, which it does not"
                yield self._error("wrong-relation", message, self._do(), f"{what} {stated.relation} {where}")

    def _arrangements(self) -> Iterator[TaskError]:
        reading, scene, goals = self.reading, self.scene, self.goals
        several = len(self.moved) > 1 and all(scene.layout.goals[number].metric == "pose" for number in goals)
        several = several and not self.beads
        told = [mention for mention in reading.mentions if not mention.denied]
        high = reading.says("upward") or any(m.noun in ("tower", "pyramid") and m.sort == "built" for m in told)
        built = reading.says("build", "construct", "make", "create", "form", "stack", "assemble", "erect", "arrange")
        if several and reading.says("rowwise", "lineup") and not high and not scene.is_row(goals):
            yield self._error("wrong-relation", "says that things come into a row, which they do not", self._do(), "row")
        if several and reading.says("ringwise") and not scene.is_circle(goals):
            yield self._error(
                "wrong-relation", "says that things come into a circle, which they do not", self._do(), "circle"
            )
        if several and ((high and built) or reading.says("upward")) and not scene.is_tower():
            yield self._error("wrong-relation", "says that things come onto each other, which they do not", self._do(), "on each other")
        elif several and reading.says("stack") and scene.is_flat():
            yield self._error("wrong-relation", "says that things are stacked, which they are not", self._do(), "stack")
        text = " ".join(reading.words)
        if not any(tag in text.split() for tag in ("no", "not", "never")):
            alike = [self._alike(handle) for handle in self.moved]
            known = [value for value in alike if value is not None]
            if SAME_COLOR.search(text) and known and not any(known):
                yield self._error("wrong-relation", "says that colours match, which they do not", self._do(), "same colour")
            if OTHER_COLOR.search(text) and known and all(known):
                yield self._error("wrong-relation", "says that colours differ, which they do not", self._do(), "other colour")

    def _alike(self, handle: int) -> bool | None:
        """Whether an object comes to something of its colour; None where that is not known."""
        color = self.objects[handle].color
        under = {h for spot in self.scene.brought(handle, self.goals) for h in self.scene.supports(spot)}
        colors = {self.objects[other].color for other in under}
        return None if color is None or None in colors or not colors else color in colors

    # -- counts ------------------------------------------------------------------------------------------------------

    def _counts(self) -> Iterator[TaskError]:
        words = self.reading.words
        if any(word in words for word in ("each", "every", "per", "respectively", "apiece", "most", "least")):
            return
        counted = [m for m in self.reading.mentions if m.count and not m.denied and m.meant]
        for mention in counted:
            found = self.matching(mention) - self.beads
            likely = self._likely(mention, found)
            together = sum(m.count or 0 for m in counted if self.matching(m) & found)
            if found and mention.sort in ("kind", "vague") and not likely & {mention.count, together}:
                there = len(found & self.moved) or len(found & self.scene.moved) or len(found)
                what = f"{mention.count} {mention.words}"
                message = f"tells of {what}, but there are {there}"
                yield self._error("wrong-count", message, self._do(), what)
        for mention in self.reading.mentions:
            if mention.every and mention.meant and mention.part == "object" and mention.kinds is not None:
                yield from self._all(mention)

    def _likely(self, mention: Mention, found: set[int]) -> set[int]:
        scene = self.scene
        sets = [self.moved, scene.moved, *(scene.moved_by([n]) for n in range(len(scene.layout.goals)))]
        counts = {len(found & one) for one in sets}
        for number in range(len(scene.layout.goals)):
            goal = scene.layout.goals[number]
            counts.add(len(goal.targets))
            counts |= set(Counter(round(pose[0][2], 2) for pose in goal.targets).values())
            counts.add(len(found & scene.moved_by(range(number + 1))))
        if mention.part != "object" or not found & scene.moved:
            counts |= {len(found), len(found & scene.involved)}
        return counts

    def _all(self, mention: Mention) -> Iterator[TaskError]:
        after = self.reading.words[mention.end : mention.end + 1]
        excepted = any(other.denied for other in self.reading.mentions) or self.reading.says("except", "but", "only")
        if excepted or after in (("that",), ("which",), ("of",), ("with",), ("whose",), ("in",), ("on",), ("from",)):
            return
        found = self.matching(mention)
        left = [h for h in found - self.scene.involved if self.objects[h].category == "rigid"]
        if left and found & self.scene.moved:
            what = _words([self.objects[handle] for handle in left], self.beads)
            message = f"tells of all {mention.words}, but the {what} stay"
            yield self._error("wrong-count", message, self._do(), f"all {mention.words}")

    # -- what to say instead -----------------------------------------------------------------------------------------

    def _do(self) -> str:
        goal = self.scene.layout.goals[self.goals[0]]
        what = _words([self.objects[handle] for handle in goal.objects], self.beads)
        spots = [spot for handle in goal.objects for spot in self.scene.brought(handle, self.goals[:1])]
        under = {h[0] for spot in spots if (h := [x for x in self.scene.supports(spot) if x not in goal.objects])}
        where = ""
        if under:
            nouns = self.scene.noun(min(under))
            where = f" {'into' if nouns & WITHIN else 'onto'} the " + _words([self.objects[h] for h in sorted(under)], set())
        return f"goal {self.goals[0] + 1} brings the {what}{where}: say so, or change the goal"


SAID = {
    "in": "into", "on": "onto", "atop": "on top of", "under": "under", "beside": "next to", "leftof": "to a side of",
    "around": "around", "to": "to", "along": "along",
}  # fmt: skip


def _singular(mention: Mention) -> str:
    return mention.noun


def _words(specs: Iterable[ObjectSpec], beads: set[int]) -> str:
    """`two red blocks and green ball`."""
    from sim.catalogue import find_asset

    counts = Counter(" ".join(filter(None, [s.color, find_asset(s.asset).noun(s.mesh)])) for s in specs)
    parts = [
        words if count == 1 or words.endswith("rope") else f"{NUMBERS[count] if count < 13 else count} {words}{'es' if words.endswith('x') else 's'}"
        for words, count in counts.items()
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
