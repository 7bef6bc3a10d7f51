"""What an instruction says, as far as it is certain: which things it names, in which part, and where they shall come.

A small tolerant reader. What the lexicon does not know says nothing: it breaks off what was being read there, and the
sentence counts as open (it may name what was not understood).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sim.lexicon import lexicon
from sim.phrases import VERBS, Mention, Mode, Part, Text

# What a word between two mentions is to the relation between them: joint, verb, pronoun, is, or nothing.
LETTERS = {"comma": "C", "joints": "C", "put": "V", "take": "V", "pronouns": "I", "modal": "Z", "wish": "Z"}
LETTERS |= dict.fromkeys(("adverbs", "determiners", "adjectives", "each"), "")
RELATED = re.compile("[CIVZ]*P")  # ..., and put it on
BEGUN = re.compile("[IVZ]*P")
LISTED = re.compile("C*")
DENYING = ("not", "still", "leave")
RELATIVES = ("which", "that", "who", "whose")
BEFORE_OBJECT = ("put", "take", "wish", "stop", "comma", "joints")
BEFORE_PLACE = ("noun", "color", "put", "take", "pronouns", "modal", "wish", "comma", "joints", "stop", "tables")


@dataclass(frozen=True)
class Stated:
    """One of `things` shall be `relation` one of `places`; `only` when nothing but where it ends up can be meant."""

    things: tuple[Mention, ...]
    relation: str
    places: tuple[Mention, ...]
    only: bool

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All that it is about."""
        return (*self.things, *self.places)


@dataclass(frozen=True)
class Reading:
    """What an instruction says.

    Attributes:
        words: All its words.
        asked: The different words of it that are neither denied nor assumed.
        mentions: What it names, in order.
        stated: The relations that it states.
        open: Whether it has words that the lexicon does not know.
        numbered: Whether it has numbers that are not counts of what it names.
    """

    words: tuple[str, ...]
    asked: frozenset[str]
    mentions: tuple[Mention, ...]
    stated: tuple[Stated, ...]
    open: bool
    numbered: bool

    def asks(self, *words: str) -> bool:
        """Whether it has one of these words (or of the lexicon's marks), neither denied nor assumed."""
        return not self.asked.isdisjoint(words)


@functools.lru_cache(maxsize=1024)
def read(instruction: str) -> Reading:
    """What an instruction says."""
    text = Text(instruction)
    named = list(text.mentions())
    inside = {index for mention in named for index in range(mention.start, mention.end)}
    modes = _modes(text, {index for index in inside if index - 1 in inside})
    mentions = list(_joined(text, [_placed(text, mention, modes[mention.start]) for mention in named]))
    stated = list(_stated(text, mentions))
    wished = {mention.start for one in stated for mention in one.mentions if mention.mode == "wishes"}

    def meant(listed: Sequence[Mention]) -> tuple[Mention, ...]:
        return tuple(replace(mention, mode="tells") if mention.start in wished else mention for mention in listed)

    return Reading(
        words=text.words,
        asked=frozenset(
            word for word, mode in zip(text.words, modes, strict=True) if mode not in ("denies", "assumes")
        ),
        mentions=meant(mentions),
        stated=tuple(replace(one, things=meant(one.things), places=meant(one.places)) for one in stated),
        open="unknown" in text.tags,
        numbered=any(tag == "number" and index not in inside for index, tag in enumerate(text.tags)),
    )


# -- clauses ---------------------------------------------------------------------------------------------------------


def _modes(text: Text, inside: set[int]) -> list[Mode]:
    """For each word what its clause does; `inside` are the words that cannot begin one."""
    bounds = [0]
    for index in range(1, len(text.words)):
        if index not in inside and _begins_clause(text, index, bounds[-1]):
            bounds.append(index)
    telegram = not {*VERBS, *DENYING, "if", "wish", "tell"} & set(text.tags)  # red block to green bowl
    modes: list[Mode] = []
    mode: Mode
    told = False
    for start, end in zip(bounds, [*bounds[1:], len(text.words)], strict=True):
        tags = set(text.tags[start:end])
        if not tags.isdisjoint(DENYING):
            mode = "denies"
        elif "if" in tags:
            mode = "assumes"
        elif tags & VERBS:
            mode = "tells"
        elif "wish" in tags:
            mode = "wishes"
        elif telegram:
            mode = "tells" if "relation" in tags else "says"
        else:  # what follows an order belongs to it, up to the end of the sentence
            mode = "tells" if told and "tell" not in tags and text.word(start) not in ".!?" else "says"
        told = mode == "tells" or (told and mode in ("denies", "assumes"))
        modes += [mode] * (end - start)
    return modes


def _begins_clause(text: Text, index: int, begun: int) -> bool:
    if text.is_(index, "stop", "leave", "if") or text.word(index) == "but":
        return True
    if text.is_(index, "not"):
        return not text.is_(index - 1, "modal", "wish", "put", "not", "fillers")
    if text.is_(index, *VERBS) or text.word(index) == "with":
        return text.is_(index - 1, "comma", "joints", "adverbs")
    denied = any(tag in (*DENYING, "if") for tag in text.tags[begun:index])
    return denied and text.is_(index - 1, "comma") and text.is_(index, "relation", "pronouns", "adverbs")


def _is_relative(text: Text, index: int) -> bool:
    """Whether this is in a relative clause, which may tell how things are: `the block that lies on the stand`."""
    while index > 0 and not text.is_(index, "noun", "color", "stop"):
        index -= 1
        if text.word(index) in RELATIVES:
            return text.word(index) != "that" or text.is_(index + 1, "modal", "adverbs", "wish")
    return False


# -- parts of a sentence ---------------------------------------------------------------------------------------------


def _before(text: Text, index: int) -> int:
    """The word before this one that says something: adverbs and articles do not."""
    index -= 1
    while text.is_(index, "adverbs", "determiners", "adjectives", "every", "each"):
        index -= 1
    return index


def _placed(text: Text, mention: Mention, mode: Mode) -> Mention:
    """The mention with its part in the sentence."""
    before = _before(text, mention.start)
    compared = text.word(before) in ("as", "like", "than") or text.word(mention.end) == "'s"
    part: Part = "other"
    if text.is_(before, "relation"):
        part = _part(text, before)
    elif text.word(before - 1) in RELATIVES or lexicon().base(text.word(before)) in lexicon().lists["weak"]:
        part = "other"
    elif before < 0 or text.is_(before, *BEFORE_OBJECT):
        part = "object"
    elif text.is_(before, "surround"):
        part = "landmark"
    return replace(mention, part=part, mode="assumes" if compared else mode)


def _part(text: Text, preposition: int) -> Part:
    """The part in the sentence of what stands after a preposition; certain only by what stands before that."""
    lists, relation = lexicon().lists, lexicon().relation(text.words[preposition])
    before = _before(text, preposition)
    noun = lexicon().base(text.word(before))
    after_noun = text.is_(before, "noun", "color", *VERBS)
    if relation in ("with", "of", "from", "out"):
        begins = relation == "with" and (before < 0 or text.is_(before, "stop"))
        allowed = (
            noun in lists["builts"] if relation in ("from", "out") else relation != "of" or noun not in lists["spots"]
        )
        return "object" if begins or (after_noun and allowed) else "other"
    sure = before < 0 or text.is_(before, *BEFORE_PLACE)
    if not sure or relation in lists["ways"] or _is_relative(text, preposition):
        return "other"
    return "landmark" if relation in lists["landmarks"] else "place"


def _joined(text: Text, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Mentions that are listed with what comes before them have its part, unless they begin something new."""
    part: Part = "other"
    for number, mention in enumerate(mentions):
        listed = number > 0 and LISTED.fullmatch(_gap(text, mentions, number))
        part = part if listed and not BEGUN.fullmatch(_gap(text, mentions, number + 1)) else mention.part
        yield replace(mention, part=part)


# -- relations -------------------------------------------------------------------------------------------------------


def _stated(text: Text, mentions: Sequence[Mention]) -> Iterator[Stated]:
    """Relations between mentions that follow each other."""
    group: list[Mention] = []  # what the next relation is said of
    moved: list[Mention] = []  # what `it` or `them` stands for
    taken_up = False  # whether there was such a word
    for number, mention in enumerate(mentions):
        gap = _gap(text, mentions, number)
        if number and _holds(text, mentions[number - 1], mention):
            yield Stated((mention,), "held", (mentions[number - 1],), True)
        if RELATED.fullmatch(gap):
            subjects = moved if "V" in gap or "I" in gap else group
            said_of: list[tuple[Mention, ...]] = [(subject,) for subject in subjects]
            if subjects and subjects[0].part != "object":
                # Of the place, or of what was brought there, which has to be known.
                said_of = [(subjects[-1], *moved)] if moved or not taken_up else []
            for things in said_of:
                yield from _relation(text, things, _listed(text, mentions, number), gap)
        taken_up = taken_up or "I" in gap
        listed = number > 0 and bool(LISTED.fullmatch(gap))
        group = [*group, mention] if listed else [mention]
        if mention.part == "object":
            moved = [*moved, mention] if listed and moved and moved[-1] in group else [mention]


def _holds(text: Text, holder: Mention, mention: Mention) -> bool:
    """Whether it is said that one thing shall hold the other: `the bowl should hold the block`."""
    between = range(holder.end, mention.start)
    words = [text.words[index] for index in between if not text.is_(index, "adverbs")]
    wished = len(words) == 2 and text.is_(holder.end, "wish")
    return wished and holder.part == "object" and lexicon().base(words[1]) in lexicon().lists["holding"]


def _relation(text: Text, things: tuple[Mention, ...], places: list[Mention], gap: str) -> Iterator[Stated]:
    place = places[0]
    preposition = max(index for index in range(place.start) if text.is_(index, "relation"))
    relation = lexicon().relation(text.words[preposition])
    if relation == "with":
        yield _with(text, things[0], place)
    elif not _is_relative(text, place.start):
        taken = "V" not in gap and text.is_(_before(text, things[0].start), "take")
        goes_on = re.match("[CZ]*P", _letters(text, place.end, len(text.words)))  # from here to there
        yield Stated(things, relation, tuple(places), len(things) == 1 and not taken and not goes_on)
    elif relation not in lexicon().lists["landmarks"]:
        yield Stated(things, relation, tuple(places), False)


def _with(text: Text, filled: Mention, mention: Mention) -> Stated:
    """`Fill X with Y` brings Y into X; `align X with Y` brings X to Y."""
    before = _before(text, filled.start)
    verb = lexicon().base(text.word(before))
    relation = "around" if text.is_(before, "surround") else lexicon().filled.get(verb, "with")
    first, second = (filled, mention) if relation in ("along", "to") else (mention, filled)
    return Stated((first,), relation, (second,), True)


def _listed(text: Text, mentions: Sequence[Mention], number: int) -> list[Mention]:
    """A mention and what is listed with it, which may be meant in turn."""
    listed = [mentions[number]]
    for ahead in range(number + 1, len(mentions)):
        if not LISTED.fullmatch(_gap(text, mentions, ahead)) or BEGUN.fullmatch(_gap(text, mentions, ahead + 1)):
            break
        listed.append(mentions[ahead])
    return listed


def _gap(text: Text, mentions: Sequence[Mention], number: int) -> str:
    """What stands before a mention and after the one before it; `X` where there are not two."""
    return _letters(text, mentions[number - 1].end, mentions[number].start) if 0 < number < len(mentions) else "X"


def _letters(text: Text, start: int, end: int) -> str:
    """A letter for each word that counts; X for what is not understood."""
    letters, index = "", start
    while index < end:
        if text.is_(index, "relation"):
            ahead = index + 1
            while text.is_(ahead, "determiners", "adjectives"):
                ahead += 1
            if text.is_(ahead, "tables"):  # on the table
                index = ahead
            elif text.is_(index + 1, "relation") or (
                text.words[index] == "to" and text.is_(index + 1, "put", "take", "modal")
            ):
                pass  # `over to` is `to`; `has to go`
            else:
                letters += "P"
        else:
            letters += LETTERS.get(text.tags[index], "X")
        index += 1
    return letters
