"""What an instruction says, as far as it is certain: which things it names, in which part, and where they shall come.

A small tolerant scanner, whose words are data (`sim/lexicon.json`). What the lexicon does not know says nothing: it
breaks off what was being read there, and the sentence counts as open (it may name what was not understood).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any, Literal

from sim.palette import COLORS

Part = Literal["object", "place", "landmark"]
TOKEN = re.compile(r"[a-z]+|\d+|'s|[.,;:!?]")
STOPS = ".;:!?"
TABLES = ("rewrites", "colors", "numbers", "kinds", "relations", "with")


@dataclass(frozen=True)
class Mention:
    """Things that an instruction names.

    Attributes:
        words: The words for them.
        start: Number of the first word.
        end: Number of the word after them.
        colors: Their colours, of which each is named; empty for any.
        kinds: What they may be, in the catalogue's nouns; None for anything.
        noun: The noun, empty for a colour alone.
        sort: What sort of noun that is: `kind`, `vague` (thing), `built` (tower) or `spot` (area).
        count: How many, None where it is not said for certain.
        every: Whether all of them are meant.
        part: What they are in the sentence: what is moved, where it goes, or what helps to find the place.
        meant: Whether the robot is told to do something with them.
        denied: Whether it is told not to, or the sentence is about something that need not be so.
    """

    words: str
    start: int
    end: int
    colors: tuple[str, ...]
    kinds: frozenset[str] | None
    noun: str = ""
    sort: str = "kind"
    count: int | None = None
    every: bool = False
    part: Part = "object"
    meant: bool = True
    denied: bool = False

    @property
    def plain(self) -> bool:
        """Whether it says nothing that tells one thing from another."""
        return self.kinds is None and not self.colors


@dataclass(frozen=True)
class Stated:
    """`mention` shall be `relation` `place`; `only` when nothing but where it ends up can be meant."""

    mention: Mention
    relation: str
    place: Mention
    only: bool


@dataclass(frozen=True)
class Reading:
    """What an instruction says.

    Attributes:
        words: All its words.
        mentions: What it names, in order.
        stated: The relations that it states.
        open: Whether it has words that the lexicon does not know.
    """

    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    stated: tuple[Stated, ...]
    open: bool

    def says(self, *words: str) -> bool:
        """Whether it has one of these words (or of the lexicon's marks)."""
        return any(word in self.words for word in words)


@dataclass(frozen=True)
class Lexicon:
    """The words, by what they are; `tags` holds what each may be, the first being the most likely."""

    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    colors: dict[str, str]
    numbers: dict[str, int]
    kinds: dict[str, frozenset[str]]
    relations: dict[str, str]
    filled: dict[str, str]
    lists: dict[str, frozenset[str]]
    tags: dict[str, frozenset[str]]

    def base(self, word: str) -> str:
        """The form of the word under which it is listed; the word itself when it is not known."""
        forms = [word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"]
        for ending in ("ed", "ing"):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 1:
                forms += [stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem]
        return next((form for form in forms if form in self.tags), word)


def _split(words: str | list[str]) -> frozenset[str]:
    return frozenset((words if isinstance(words, str) else " ".join(words)).split())


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon."""
    record: dict[str, Any] = json.loads(resources.files("sim").joinpath("lexicon.json").read_text(encoding="utf-8"))
    lists = {name: _split(words) for name, words in record.items() if name not in TABLES}
    relations = {word: name for name, words in record["relations"].items() for word in words.split()}
    kinds = {word: frozenset(names.split()) for word, names in record["kinds"].items()}
    colors = {name: name for name in COLORS} | record["colors"]
    tables = {"color": colors, "number": record["numbers"], "relation": relations, "kind": kinds, **lists}
    tags: dict[str, frozenset[str]] = {}
    for name, words in tables.items():
        for word in words:
            tags[word] = tags.get(word, frozenset()) | {name}
    rewrites = tuple((re.compile(pattern), mark) for pattern, mark in record["rewrites"])
    return Lexicon(rewrites, colors, record["numbers"], kinds, relations, record["with"], lists, tags)


@functools.lru_cache(maxsize=1024)
def read(instruction: str) -> Reading:
    """What an instruction says."""
    text = re.sub(r"\b(?:[Ll]etters? )?([RTGVEM])\b(?![- ]shape)", r"letter \1", instruction)
    text = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("(", ":").replace(")", ",")
    text = re.sub(r"[\N{EN DASH}\N{EM DASH}]|\.\.\.| - ", ";", text)
    text = re.sub(r"(?<=[a-z])[-/](?=[a-z])", " ", text)
    for pattern, mark in lexicon().rewrites:
        text = pattern.sub(mark, text)
    return _Scanner(tuple(TOKEN.findall(text))).reading()


@dataclass
class _Scanner:
    words: tuple[str, ...]
    tags: list[str] = field(default_factory=list)  # what each word is, where it stands

    def reading(self) -> Reading:
        """Tags the words, finds the mentions, then what is said of them."""
        for index in range(len(self.words)):
            self.tags.append(self._tag(index))
        mentions = list(self._mentions())
        modes = self._modes(mentions)
        mentions = [self._placed(mention, modes[mention.start]) for mention in mentions]
        stated = tuple(self._stated(mentions))
        known = all(tag != "unknown" for tag in self.tags)
        return Reading(self.words, tuple(mentions), stated, not known)

    # -- words -------------------------------------------------------------------------------------------------------

    def _tag(self, index: int) -> str:
        """What a word is where it stands: a noun or a verb by what comes before it."""
        word, words = self.words[index], lexicon()
        if word in STOPS:
            return "stop"
        if word == ",":
            return "comma"
        if word.isdigit():
            return "number"
        base = words.base(word)
        tags = words.tags.get(base, frozenset())
        before = self.tags[index - 1] if index else "stop"
        within = before in ("determiners", "color", "number", "adjectives", "every", "each", "noun", "shades")
        after_relation = before == "relation" and self.words[index - 1] != "to"
        verbs = tags & {"put", "take", "surround", "leave"}
        nouns = tags & {"kind", "vague", "built", "spots", "tables"}
        inflected = word != base and word.endswith(("ed", "ing"))
        if nouns and not inflected and (not verbs | tags & {"modal"} or within or after_relation):
            following = words.tags.get(words.base(self._word(index + 1)), frozenset())
            if tags & {"adjectives", "number", "determiners", "every", "each"} and following & {
                "color", "kind", "vague", "built", "spots", "adjectives", "number", "shades", "determiners",
            }:  # fmt: skip
                return next(name for name in ("number", "every", "each", "adjectives", "determiners") if name in tags)
            return "tables" if "tables" in tags else "noun"
        order = ("color", "shades", "number", "every", "each", "pronouns", "determiners", "not", "still", "if", "joints")
        order += ("surround", "leave", "take", "put", "modal", "relation", "tell", "adjectives", "adverbs", "fillers")
        if inflected and verbs:
            return next(name for name in ("surround", "leave", "take", "put") if name in verbs)
        if within and "adjectives" in tags:
            return "adjectives"
        return next((name for name in order if name in tags), "noun" if nouns else "unknown")

    def _word(self, index: int) -> str:
        return self.words[index] if 0 <= index < len(self.words) else "."

    def _is(self, index: int, *tags: str) -> bool:
        return 0 <= index < len(self.tags) and self.tags[index] in tags

    # -- mentions ----------------------------------------------------------------------------------------------------

    def _mentions(self) -> Iterator[Mention]:
        index = 0
        while index < len(self.words):
            found = self._phrase(index)
            yield from found
            index = found[-1].end if found else index + 1

    def _phrase(self, start: int) -> list[Mention]:
        """The mentions of a noun phrase that begins here: `the two red and the three blue blocks` has two."""
        index, items = start, [_Item(start)]
        while index < len(self.words):
            item = items[-1]
            if self._is(index, "every", "each"):
                item.every = item.every or self._is(index, "every")
                index += 1 + (self._word(index + 1) == "of")
            elif self._is(index, "number"):
                word = self.words[index]
                hedged = self._word(index - 1) in lexicon().lists["indefinite"] or self._word(index + 1) == "of"
                item.count = None if hedged else int(word) if word.isdigit() else lexicon().numbers[word]
                index += 1
            elif self._is(index, "shades"):
                item.shaded = True
                index += 1
            elif self._is(index, "determiners", "adjectives"):
                item.article = item.article or (self.words[index] if self._is(index, "determiners") else "")
                index += 1
            elif self._is(index, "color"):
                if not item.shaded:
                    item.colors.append(lexicon().colors[self.words[index]])
                item.seen = True
                index += 1
                ahead = self._after_joints(index)
                if ahead > index and self._is(ahead, "color", "shades"):
                    index = ahead
                elif ahead > index and self._color_follows(ahead):
                    items.append(_Item(ahead))
                    index = ahead
            else:
                break
        end = index
        while self._is(end, "noun"):
            end += 1
        items = [item for item in items if item.seen] if end == index else items
        return [self._mention(item, index, end) for item in items]

    def _after_joints(self, index: int) -> int:
        while self._is(index, "comma", "joints") and self._word(index) != "but":
            index += 1
        return index

    def _color_follows(self, index: int) -> bool:
        while self._is(index, "determiners", "number", "adjectives", "shades"):
            index += 1
        return self._is(index, "color")

    def _mention(self, item: _Item, head: int, end: int) -> Mention:
        words, nouns = lexicon(), [lexicon().base(word) for word in self.words[head:end]]
        kinds: frozenset[str] | None = frozenset()
        sort = "kind"
        for noun in nouns:
            shape = noun in words.lists["shapes"] and item.article in ("a", "an", "")
            if noun not in words.kinds or shape:
                kinds = None
                sort = next((name for name in ("built", "spots", "vague") if noun in words.lists[name]), "built")
            elif kinds is not None:
                kinds = kinds | words.kinds[noun]
        count = item.count if item.count != 1 and nouns else None
        last = nouns[-1] if nouns else ""
        text = " ".join([*item.colors, *self.words[head:end]])
        return Mention(
            words=text,
            start=item.start,
            end=end if end > head else head,
            colors=tuple(dict.fromkeys(item.colors)),
            kinds=kinds if nouns else None,
            noun=last,
            sort={"spots": "spot"}.get(sort, sort) if nouns else "kind",
            count=count,
            every=item.every,
        )

    # -- what is said of them ----------------------------------------------------------------------------------------

    def _modes(self, mentions: list[Mention]) -> list[str]:
        """For each word whether its clause `tells` the robot to do something, `denies`, or just says (`says`)."""
        inside = {index for mention in mentions for index in range(mention.start + 1, mention.end)}
        bounds = [0]
        for index in range(1, len(self.words)):
            if index not in inside and self._begins_clause(index, bounds[-1]):
                bounds.append(index)
        modes: list[str] = []
        previous, told = "says", False
        for start, end in zip(bounds, [*bounds[1:], len(self.words)], strict=True):
            tags = self.tags[start:end]
            if any(tag in ("not", "still", "leave") for tag in tags):
                mode = "denies"
            elif "if" in tags:
                mode = "denies"
            elif any(tag in ("put", "take", "surround") for tag in tags):
                mode = "tells"
            elif self._is(start, "stop") and self.words[start] in ".!?":
                mode = "says"
            elif "tell" in tags:
                mode = "says"
            else:
                mode = "tells" if told and previous in ("tells", "denies") else "says"
            told = told or mode == "tells"
            previous = mode
            modes += [mode] * (end - start)
        if not told and "tell" not in self.tags and any(tag == "relation" for tag in self.tags):
            modes = ["tells" if mode == "says" else mode for mode in modes]  # a telegram: red block to green bowl
        return modes

    def _begins_clause(self, index: int, begun: int) -> bool:
        if self._is(index, "stop") or self._word(index) == "but":
            return True
        if self._is(index, "leave", "if"):
            return True
        if self._is(index, "not"):
            return not self._is(index - 1, "modal", "put", "not")
        if self._is(index, "put", "take", "surround"):
            return self._is(index - 1, "comma", "joints", "adverbs")
        ended = self._is(index - 1, "comma") and any(tag in ("not", "leave", "if") for tag in self.tags[begun:index])
        return ended and self._is(index, "relation", "pronouns", "adverbs", "put")

    def _before(self, index: int) -> int:
        """The word before this one that says something: adverbs and articles do not."""
        index -= 1
        while self._is(index, "adverbs", "determiners", "adjectives", "every", "each"):
            index -= 1
        return index

    def _placed(self, mention: Mention, mode: str) -> Mention:
        """The mention with its part in the sentence."""
        before, words = self._before(mention.start), lexicon()
        part: Part = "object"
        if self._is(before, "relation"):
            relation = words.relations[self.words[before]]
            part = "landmark" if relation in words.lists["landmarks"] else "place"
            if relation in ("with", "of") or relation == "from" and not self._is(before - 1, "noun"):
                part = "object"
        elif self._is(before, "surround"):
            part = "landmark"
        compared = self._word(before) in ("as", "like", "than") or self._word(mention.end) == "'s"
        return replace(mention, part=part, meant=mode == "tells" and not compared, denied=mode == "denies" or compared)

    def _stated(self, mentions: list[Mention]) -> Iterator[Stated]:
        """Relations between mentions that follow each other."""
        group: list[Mention] = []  # what the next relation is said of
        moved: list[Mention] = []  # what `it` or `them` stands for
        for number, mention in enumerate(mentions):
            gap = self._gap(mentions[number - 1].end, mention.start) if number else "X"
            if re.fullmatch("[CIVZ]*P", gap):
                relation = lexicon().relations[self.words[self._before(mention.start)]]
                subjects = moved if "V" in gap or "I" in gap else group
                if subjects and subjects[0].part != "object":
                    subjects = subjects[-1:]
                after = mentions[number + 1] if number + 1 < len(mentions) else None
                then = self._gap(mention.end, after.start) if after else ""
                only = not re.fullmatch("Z*P", then) and not self._taken(subjects)
                for subject in subjects:
                    yield self._with(subject, mention) if relation == "with" else Stated(subject, relation, mention, only)
                group = [mention]
            elif re.fullmatch("C+", gap):
                group.append(mention)
            else:
                group = [mention]
            if mention.part == "object":
                moved = [*moved, mention] if re.fullmatch("C+", gap) and moved and moved[-1] in group else [mention]

    def _with(self, filled: Mention, mention: Mention) -> Stated:
        """`Fill X with Y` brings Y into X; `align X with Y` brings X to Y."""
        before = self._before(filled.start)
        verb = lexicon().base(self._word(before))
        relation = "around" if self._is(before, "surround") else lexicon().filled.get(verb, "with")
        first, second = (filled, mention) if relation in ("along", "to") else (mention, filled)
        return Stated(first, relation, second, True)

    def _taken(self, subjects: list[Mention]) -> bool:
        return any(self._is(self._before(subject.start), "take") for subject in subjects)

    def _gap(self, start: int, end: int) -> str:
        """What stands between two mentions, a letter for each word that counts."""
        letters, index = "", start
        while index < end:
            if self._is(index, "relation"):
                ahead = index + 1
                while self._is(ahead, "determiners", "adjectives"):
                    ahead += 1
                if self._is(ahead, "tables"):
                    index = ahead + 1
                    continue
                if not self._is(index + 1, "relation"):  # `over to` is `to`
                    letters += "P"
            else:
                letters += LETTERS.get(self.tags[index], "X")
            index += 1
        return letters


LETTERS = {
    "comma": "C", "joints": "C", "put": "V", "take": "V", "pronouns": "I", "modal": "Z",
    "adverbs": "", "determiners": "", "adjectives": "",
}  # fmt: skip


@dataclass
class _Item:
    """A part of a noun phrase that is being read."""

    start: int
    colors: list[str] = field(default_factory=list)
    count: int | None = None
    every: bool = False
    shaded: bool = False
    article: str = ""
    seen: bool = False
