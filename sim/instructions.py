"""Does an instruction tell what its goals do? Only what is certain counts: an honest sentence is never to be blamed.

What is said is read by `sim/phrases.py`, what is done is known from `sim/arrangement.py`; here the two are compared.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sim.arrangement import Arrangement
from sim.errors import TaskError
from sim.layout import Layout
from sim.lexicon import lexicon
from sim.phrases import Mention
from sim.retelling import Retelling
from sim.sentences import Reading, Stated, read

BLANK = re.compile(r"\{\w*\}")
SQUARES = frozenset(["zone", "square", "stand", "pallet", "kit", "shape"])  # of which a place may be called a square
MOST_ENDS = 400  # places to which things are brought: more would take seconds to compare
LANDMARK = 0.25  # metres: a landmark is this near to something that is moved
PLACES = r"(bowls?|zones?|squares?|containers?|areas?|pallets?|boxes)"
SAME_COLOR = re.compile(PLACES + r" (of|in|with|that has|having) (the|its|their|a) (same|own|matching) colou?r")
OTHER_COLOR = re.compile(r"\bof (the|a|an) (other|different|opposite) colou?r")
PARTITIVE = frozenset(["each", "every", "per", "respectively", "apiece", "most", "least", "alternating", "alternate"])
BUILDING = ("build", "construct", "make", "create", "form", "stack", "assemble", "erect", "arrange")
NOT_A_ROW = frozenset(["rows", "lines", "gridwise", "grid", "columns", "edge", "edges", "sidewise"])
NOT_A_ROW |= {"circle", "square", "diagonal"}
EACH = {"in": "in", "on": "on", "atop": "on", "beside": "near", "near": "near"}  # and what holds for each of all
INSTRUCTION_CODES = frozenset(
    ["instruction-about-another", "instruction-mismatch", "not-instructed", "wrong-count", "wrong-relation"]
)


def mismatches(layout: Layout) -> Iterator[TaskError]:
    """What is wrong with the goals' instructions, each finding with the number of its goal.

    Yields:
        `instruction-mismatch` (a blank that was never filled in, something that the scene does not have),
        `instruction-about-another` (something that no goal has to do with), `wrong-relation`, `wrong-count`,
        `not-instructed`.
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
        elif len(scene.ends) <= MOST_ENDS:
            yield from _Comparison(scene, read(instruction), goals).findings()


class _Comparison:
    """One instruction beside the goals that it is given for."""

    def __init__(self, scene: Arrangement, reading: Reading, goals: Sequence[int]) -> None:
        self.scene = scene
        self.reading = reading
        self.goals = goals
        self.objects = {item.id: item for item in scene.layout.objects}
        self.moved = scene.moved_by(goals)
        self.beads = {bead for rope in scene.layout.ropes for bead in rope.beads}
        # The white ends of a rope do not say what colour it has.
        self.known = [item for item in scene.layout.objects if item.id not in self.beads or item.color is not None]
        self.retelling = Retelling(scene, (item.id for item in self.known))

    def findings(self) -> Iterator[TaskError]:
        """What is named wrongly; when nothing is, what is said wrongly of it, and what is left out."""
        named = [finding for mention in self.reading.mentions for finding in self._named(mention)]
        yield from named or (
            *self._unmoved(),
            *self._relations(),
            *self._arrangements(),
            *self._counts(),
            *self._left_out(),
        )

    def _finding(
        self, code: str, message: str, given: str, about: Iterable[int] = (), goal: int | None = None, remedy: str = ""
    ) -> TaskError:
        number = (self.goals[0] if goal is None else goal) + 1
        values: dict[str, Any] = {"goal": number, "given": given}
        if handles := sorted(about):
            values["object"] = handles[0]
        return TaskError(code, f"goal {number} {message}", remedy or self.retelling.remedy(self.goals), **values)

    # -- what is named -----------------------------------------------------------------------------------------------

    def _of_kind(self, mention: Mention) -> frozenset[int]:
        nouns = self.scene.nouns
        return frozenset(item.id for item in self.known if mention.kinds is None or nouns[item.id] & mention.kinds)

    def _meant(self, mention: Mention, colors: Iterable[str] | None = None) -> frozenset[int]:
        """The objects that a mention, or a part of its colours, may mean."""
        wanted = {None, *(mention.colors if colors is None else colors)}
        of_kind = self._of_kind(mention)
        return of_kind if wanted == {None} else frozenset(h for h in of_kind if self.objects[h].color in wanted)

    def _named(self, mention: Mention) -> Iterator[TaskError]:
        """Whether there is what a mention names, and whether a goal has to do with it."""
        if mention.plain or mention.mode in ("denies", "assumes"):
            return
        for color in mention.colors or ("",):
            found = self._meant(mention, filter(None, [color]))
            what = " ".join(filter(None, [color, mention.noun]))
            if not found and (there := self._instead(mention)):
                yield self._finding("instruction-mismatch", f"names {_a(what)}, but {there}", what)
            elif found and mention.meant and not self._concerned(mention, found):
                message = f"tells of the {what}, but no goal moves it or brings anything to it"
                yield self._finding("instruction-about-another", message, what, found)

    def _instead(self, mention: Mention) -> str:
        """What there is instead of what a mention names; nothing when it may mean something all the same."""
        of_kind = self._of_kind(mention)
        if of_kind and mention.colors:
            colors = ", ".join(sorted({str(self.objects[handle].color) for handle in of_kind}))
            return f"the {mention.noun if mention.kinds is not None else 'thing'}s of the scene are {colors}"
        kitting = any("shape" in nouns for nouns in self.scene.nouns.values())
        sure = mention.noun in lexicon().lists["sure"] or (kitting and mention.noun in lexicon().lists["shapes"])
        return "the scene has none" if sure and not of_kind else ""

    def _concerned(self, mention: Mention, found: frozenset[int]) -> bool:
        if mention.part == "other":  # a way past it, what it is compared with: anything may be that
            return True
        near = mention.part == "landmark" and self.scene.near(found, LANDMARK)
        return near or bool(found & (self.scene.involved | self.scene.underneath))

    def _unmoved(self) -> Iterator[TaskError]:
        """Whether what is to be moved is moved: `push the bowl next to the block`, which comes to the bowl."""
        for stated in self.reading.stated:
            thing, place = stated.things[0], stated.places[0]
            if len(stated.things) > 1 or stated.relation == "with" or not self._carried(thing):
                continue
            found, there = self._meant(thing), self._meant(place)
            if found and found.isdisjoint(self.scene.after) and not there & found and place.meant:
                message = f"says that the {thing.words} comes to another place, but no goal moves it"
                yield self._finding("wrong-relation", message, thing.words, found)

    def _carried(self, mention: Mention) -> bool:
        """Whether a verb that means bringing something elsewhere has this for its object, with its colour or kind."""
        if mention.plain or not mention.meant or mention.part != "object" or self._composed(mention):
            return False
        words, exact = self.reading.words[: mention.start], lexicon().lists["sure"] | lexicon().lists["exact"]
        sure = bool(mention.colors) or mention.noun in exact
        return sure and bool(words) and lexicon().base(words[-1]) in lexicon().lists["carry"]

    def _composed(self, mention: Mention) -> bool:
        """Whether it is said of what it consists: `the line of blocks`."""
        return self.reading.words[mention.end : mention.end + 1] in (("of",), ("from",), ("outof",), ("made",))

    # -- what is said of it ------------------------------------------------------------------------------------------

    def _relations(self) -> Iterator[TaskError]:
        exact = lexicon().lists["sure"] | lexicon().lists["exact"]
        for stated in self.reading.stated:
            certain = all(m.colors or m.noun in exact for m in stated.places)
            if not certain or not all(mention.meant for mention in stated.mentions):
                continue
            things = frozenset[int]().union(*(self.moved if m.plain else self._meant(m) for m in stated.things))
            found = [self._meant(mention) for mention in stated.places]
            places = frozenset[int]().union(*found)
            goals = self.goals if stated.only and things & self.moved else None
            rivals = self._of_kind(stated.places[0]) - places
            if all(found) and (finding := self._alone(stated, things, places)):
                yield finding
                continue
            if things and all(found) and not self.scene.holds(stated.relation, things, places, goals, rivals):
                given = f"{stated.things[0].words or 'it'} {SAID[stated.relation]} the {stated.places[0].words}"
                goal = next((n for n in self.goals if self.scene.moved_by([n]) & things), None)
                message = f"says {given!r}, but nothing comes there like that"
                yield self._finding("wrong-relation", message, given, things, goal)
            elif all(found) and goals and stated.things[0].every and stated.relation in EACH:
                yield from self._each(stated, (things & self.moved) - places, places)

    def _each(self, stated: Stated, things: frozenset[int], places: frozenset[int]) -> Iterator[TaskError]:
        """Whether all of what is brought comes where it is said that all of it comes."""
        relation = EACH[stated.relation]
        stray = [h for h in sorted(things) if not self.scene.holds(relation, [h], places, self.goals)]
        if stray:
            given = f"all {stated.things[0].words} {SAID[stated.relation]} the {stated.places[0].words}"
            message = f"says {given!r}, but not the {self.retelling.words(stray)}"
            yield self._finding("wrong-relation", message, given, stray)

    def _alone(self, stated: Stated, things: frozenset[int], places: frozenset[int]) -> TaskError | None:
        """What is said of several and there is one: around something come several, and between several."""
        thing, place = stated.things[0], stated.places[0]
        one = len(stated.places) == len(places) == 1 and place.noun in self.scene.nouns[min(places)]
        if stated.relation == "between" and one and _is_plural(place):
            given = f"between the {place.words}"
            return self._finding("wrong-count", f"says {given!r}, where there is one", given, places)
        several = len(stated.things) > 1 or not _is_plural(thing) or len(things & self.moved) != 1
        if stated.relation == "around" and not several and not things & self.beads:
            given = f"{thing.words} around the {place.words}"
            return self._finding("wrong-count", f"says {given!r}, but one comes there", given, things)
        return None

    def _arrangements(self) -> Iterator[TaskError]:
        reading, scene, layout = self.reading, self.scene, self.scene.layout
        text = " ".join(reading.words)
        same, other = SAME_COLOR.search(text), OTHER_COLOR.search(text)
        if (same or other) and lexicon().lists["not"].isdisjoint(reading.words):
            alike = [answer for handle in self.moved if (answer := self._alike(handle, bool(other))) is not None]
            if same and alike and not any(alike):
                yield self._finding("wrong-relation", "says that colours match, which they do not", "same colour")
            if other and alike and all(alike):
                yield self._finding("wrong-relation", "says that colours differ, which they do not", "other colour")
        if len(self.moved) < 2 or self.beads or any(layout.goals[number].metric == "zone" for number in self.goals):
            return
        yield from self._figures()
        built = any(mention.noun in ("tower", "pyramid") and self._asked(mention) for mention in reading.mentions)
        high = built and reading.asks(*BUILDING)
        named = {index for m in reading.mentions if m.colors for index in range(m.start, m.end)}  # a white square
        others = {word for index, word in enumerate(reading.words) if index not in named}
        plain = not built and NOT_A_ROW.isdisjoint(others)
        if reading.asks("rowwise", "lineup") and plain and not scene.is_row(self.goals):
            yield self._finding("wrong-relation", "says that things come into a row, which they do not", "row")
        if reading.asks("ringwise") and not scene.is_circle(self.goals):
            yield self._finding("wrong-relation", "says that things come into a circle, which they do not", "circle")
        if (high or reading.asks("upward")) and not scene.is_tower():
            yield self._finding("wrong-relation", "says that things come onto each other, which they do not", "tower")
        elif reading.asks("stack") and (scene.is_flat() or self._scattered()):
            yield self._finding("wrong-relation", "says that things are stacked, which they are not", "stack")

    def _figures(self) -> Iterator[TaskError]:
        """Whether things come to lie as it is said, seen from above."""
        reading, scene = self.reading, self.scene
        nouns = frozenset[str]().union(*scene.nouns.values())
        compact = all(max(size[:2]) < 1.5 * min(size[:2]) for size in (self.objects[h].size for h in self.moved))
        for word, count, alike in (("triangle", 3, {"triangle"}), ("square", 4, SQUARES)):
            asked = reading.asks(f"{word}wise") and compact and len(self.moved) >= count
            if asked and nouns.isdisjoint(alike) and not scene.is_tower() and not scene.has_corners(self.goals, count):
                yield self._finding("wrong-relation", f"says that things make a {word}, which they do not", word)
        if reading.asks("abreast") and scene.is_apart(self.moved, self.goals):
            yield self._finding("wrong-relation", "says 'next to each other', which things are not", "abreast")
        for stated in reading.stated if reading.asks("oneside") else ():
            places = self._meant(stated.places[0])
            if len(places) == 1 and not places & self.moved and scene.surrounds(self.moved, min(places), self.goals):
                yield self._finding("wrong-relation", "says 'on the same side', but things come to both", "same side")

    def _asked(self, mention: Mention) -> bool:
        """Whether it is to be made: not what something is put beside, or onto."""
        within = self.reading.words[max(0, mention.start - 1)] in ("in", "into")
        return mention.mode in ("tells", "wishes", "says") and (mention.part == "object" or within)

    def _scattered(self) -> bool:
        return not self.scene.is_tower() and self.scene.is_apart(self.moved, self.goals)

    def _alike(self, handle: int, beside: bool) -> bool | None:
        """Whether an object comes onto (or just beside) something of its colour; None where that is not known."""
        color, spots = self.objects[handle].color, self.scene.brought([handle], self.goals)
        under = {h for spot in spots for h in self.scene.supports(spot)}
        if beside and not under:
            under = {near for spot in spots if (near := self.scene.nearest(spot)) is not None}
        colors = {self.objects[other].color for other in under}
        return None if color is None or None in colors or not colors else color in colors

    # -- counts ------------------------------------------------------------------------------------------------------

    def _counts(self) -> Iterator[TaskError]:
        if self.reading.numbered or not PARTITIVE.isdisjoint(self.reading.words):
            return
        countable = lexicon().lists["sure"] | lexicon().lists["countable"]
        counted = [m for m in self.reading.mentions if m.count and m.meant and (m.colors or m.noun in countable)]
        for mention in counted:
            if mention.part not in ("object", "place") or mention.sort not in ("kind", "vague"):
                continue
            found = self._meant(mention) - self.beads
            together = {sum(m.count or 0 for m in counted if self._meant(m) & found)} if len(counted) > 1 else set()
            likely = self._likely(mention, found)
            if found and not likely & {mention.count, *together}:
                there = len(found & self.moved) or len(found & self.scene.involved) or len(found)
                given = f"{mention.count} {mention.words}"
                yield self._finding("wrong-count", f"tells of {given}, where there are {there}", given)
        yield from self._excepted()
        for mention in self.reading.mentions:
            if mention.every and mention.meant and mention.part == "object" and mention.kinds is not None:
                yield from self._all(mention)

    def _likely(self, mention: Mention, found: frozenset[int]) -> set[int]:
        """How many may be meant: of all the goals, of one, of one layer, of those so far, of the places."""
        scene, goals = self.scene, self.scene.layout.goals
        counts = {len(found & self.moved), len(found & frozenset(scene.after)), len(found & scene.involved)}
        if len(self.goals) < len(goals):
            counts |= {len(found & scene.moved_by(range(number + 1))) for number in self.goals}
        for number, goal in enumerate(goals):
            counts.add(len(found & scene.moved_by([number])))
            if found >= frozenset(goal.objects):
                counts |= set(Counter(round(pose[0][2], 2) for pose in goal.targets).values())
        words = self.reading.words
        part_of = mention.start > 1 and words[mention.start - 1] == "of"  # the green one of the three cylinders
        part_of = part_of and "one" in words[max(0, mention.start - 3) : mention.start - 1]
        if part_of or mention.part != "object" or not found & frozenset(scene.after):
            counts.add(len(found))
        return counts

    def _all(self, mention: Mention) -> Iterator[TaskError]:
        """Whether all of what is there is moved, where all of it is named."""
        placed = any(mention in stated.things and stated.only for stated in self.reading.stated)
        after = self.reading.words[mention.end : mention.end + 1]
        picked = (after and after[0] in ("that", "which", "of", "with", "whose", "from")) or not placed
        if (
            picked
            or any(other.mode == "denies" for other in self.reading.mentions)
            or not {"except", "but", "only"}.isdisjoint(self.reading.words)
        ):
            return
        found = self._meant(mention)
        left = [h for h in found - self.scene.involved if self.objects[h].category == "rigid"]
        if left and found & frozenset(self.scene.after):
            message = f"tells of all the {mention.words}, but leaves the {self.retelling.words(left)}"
            yield self._finding("wrong-count", message, f"all the {mention.words}")

    def _excepted(self) -> Iterator[TaskError]:
        """Whether what is excepted from all is left: `all the blocks except the red one`."""
        words, mentions = self.reading.words, self.reading.mentions
        for before, mention in itertools.pairwise(mentions):
            between = words[before.end : mention.start]
            excepted = before.every and before.part == "object" and "except" in between and len(between) == 1
            found = self._meant(mention)
            again = any(other is not mention and self._meant(other) == found for other in mentions)
            if excepted and mention.colors and not again and found and found <= self.moved:
                message = f"excepts the {mention.words}, which the goal moves"
                yield self._finding("wrong-count", message, f"except the {mention.words}", found)

    # -- what is left out --------------------------------------------------------------------------------------------

    def _left_out(self) -> Iterator[TaskError]:
        """What a goal moves and its instruction, in which every word is known, does not name."""
        mentions = self.reading.mentions
        told = [m for m in mentions if m.meant and m.part == "object" and not m.plain and self._movable(m)]
        if self.reading.open or not told:
            return
        named = {handle for mention in mentions if self._covers(mention) for handle in self._meant(mention)}
        known = {item.id for item in self.known}
        for number in self.goals:
            goal = self.scene.layout.goals[number]
            if missing := [handle for handle in goal.objects if handle in known - named]:
                what = self.retelling.words(missing)
                message = f"moves the {what}, which its instruction does not name"
                remedy = f"say 'the {what}' in it, or let the goal move only what it names"
                yield self._finding("not-instructed", message, what, missing, number, remedy)

    def _movable(self, mention: Mention) -> bool:
        return any(self.objects[handle].category == "rigid" for handle in self._meant(mention))

    def _covers(self, mention: Mention) -> bool:
        """Whether a mention names what it means: a tower names its blocks, unless it is said of what it is built."""
        if mention.colors or mention.sort not in ("built", "spot"):
            return True
        composed = self.reading.words[mention.end : mention.end + 1] in (("of",), ("from",))
        return mention.sort == "built" and len(self.goals) > 1 and not composed


SAID = {
    "in": "into", "on": "onto", "atop": "on top of", "under": "under", "beside": "next to", "near": "near",
    "leftof": "to a side of", "around": "around", "sides": "at the sides of", "to": "to", "along": "along",
    "held": "held by", "center": "in the middle of", "corners": "at a corner of", "far": "far from", "out": "out of",
}  # fmt: skip


def _is_plural(mention: Mention) -> bool:
    last = mention.words.split()[-1:] or [""]
    return bool(mention.noun) and last[0] != mention.noun and last[0].endswith("s")


def _a(words: str) -> str:
    return f"an {words}" if words[0] in "aeio" else f"a {words}"
