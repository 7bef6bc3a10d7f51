"""What an instruction says, as far as it is certain: which things it names, in which part, and where they shall come.

A small tolerant scanner, whose words are data (`sim/lexicon.json`). What the lexicon does not know says nothing: it
breaks off what was being read there, and the sentence counts as open (it may name what was not understood).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any, Literal

from sim.palette import COLORS

Part = Literal["object", "place", "landmark", "other"]
Sort = Literal["kind", "vague", "built", "spot"]
TOKEN = re.compile(r"[a-z]+|\d+|'s|[.,;:!?]")
STOPS = ".;:!?"
LETTER = re.compile(r"\b(?:[Ll]etters? )?([RTGVEM])\b(?![- ]shape)")  # of the kitting shapes; A and L mean other things
TABLES = ("rewrites", "colors", "numbers", "kinds", "relations", "with")
# What each word of a gap between two mentions is to the relation between them: joint, verb, pronoun, is, or nothing.
LETTERS = {"comma": "C", "joints": "C", "put": "V", "take": "V", "pronouns": "I", "modal": "Z", "wish": "Z"}
LETTERS |= dict.fromkeys(("adverbs", "determiners", "adjectives", "each"), "")


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
        part: What they are in the sentence: what is moved, where it goes, what helps to find the place, or unknown.
        meant: Whether the robot is told to do something with them.
        denied: Whether it is told not to, or the sentence is about something that need not be so.
    """

    words: str
    start: int
    end: int
    colors: tuple[str, ...]
    kinds: frozenset[str] | None
    noun: str = ""
    sort: Sort = "kind"
    count: int | None = None
    every: bool = False
    part: Part = "other"
    meant: bool = False
    denied: bool = False

    @property
    def plain(self) -> bool:
        """Whether it says nothing that tells one thing from another."""
        return self.kinds is None and not self.colors


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
        mentions: What it names, in order.
        stated: The relations that it states.
        open: Whether it has words that the lexicon does not know.
        numbered: Whether it has numbers that are not counts of what it names.
    """

    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    stated: tuple[Stated, ...]
    open: bool
    numbered: bool

    def says(self, *words: str) -> bool:
        """Whether it has one of these words (or of the lexicon's marks)."""
        return any(word in self.words for word in words)


@dataclass(frozen=True)
class Lexicon:
    """The words, by what they are; `tags` holds what each may be."""

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


def _split(words: str | list[str]) -> frozenset[str]:
    return frozenset((words if isinstance(words, str) else " ".join(words)).split())


@functools.lru_cache(maxsize=1024)
def read(instruction: str) -> Reading:
    """What an instruction says."""
    text = LETTER.sub(r"letter \1", instruction).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub(r"[\N{EN DASH}\N{EM DASH}]|\.\.\.| - ", ";", text.replace("(", ":").replace(")", ","))
    text = re.sub(r"(?<=[a-z])[-/](?=[a-z])", " ", text)
    for pattern, mark in lexicon().rewrites:
        text = pattern.sub(mark, text)
    return _Scanner(tuple(TOKEN.findall(text))).reading()


@dataclass
class _Item:
    """A part of a noun phrase that is being read."""

    start: int
    colors: list[str] = field(default_factory=list)
    count: int | None = None
    every: bool = False
    shaded: bool = False
    formed: bool = False
    article: str = ""
    seen: bool = False


@dataclass
class _Scanner:
    words: tuple[str, ...]
    tags: list[str] = field(default_factory=list)  # what each word is, where it stands

    def reading(self) -> Reading:
        """Tags the words, finds the mentions, then what is said of them."""
        for index in range(len(self.words)):
            self.tags.append(self._tag(index))
        mentions = list(self._mentions())
        inside = {index for mention in mentions for index in range(mention.start, mention.end)}
        modes = self._modes({index for index in inside if index - 1 in inside})
        mentions = [self._placed(mention, modes[mention.start]) for mention in mentions]
        mentions = list(self._joined(mentions))
        stated = list(self._stated(mentions))
        wished = {mention.start for one in stated for mention in one.mentions if modes[mention.start] == "wishes"}
        meant = {m.start: replace(m, meant=m.meant or m.start in wished) for m in mentions}
        numbers = [index for index, tag in enumerate(self.tags) if tag == "number" and index not in inside]
        return Reading(
            words=self.words,
            mentions=tuple(meant.values()),
            stated=tuple(
                Stated(tuple(meant[m.start] for m in s.things), s.relation, tuple(meant[m.start] for m in s.places), s.only)
                for s in stated
            ),
            open="unknown" in self.tags,
            numbered=bool(numbers),
        )

    # -- words -------------------------------------------------------------------------------------------------------

    def _tag(self, index: int) -> str:
        """What a word is where it stands: a noun or a verb by what comes before it."""
        word, words = self.words[index], lexicon()
        if word in STOPS or word == ",":
            return "comma" if word == "," else "stop"
        base = words.base(word)
        tags = words.tags.get(base, frozenset(["number"] if word.isdigit() else []))
        within = self._is(index - 1, *WITHIN) or self._is(index - 1, "relation") and self._word(index - 1) != "to"
        verbs, nouns = tags & VERBS, tags & NOUNS
        inflected = word != base and word.endswith(("ed", "ing"))
        if nouns and not inflected and (within or not verbs | tags & {"modal"}):
            following = words.tags.get(words.base(self._word(index + 1)), frozenset())
            ahead = next((name for name in ("number", "every", "each", "adjectives") if name in tags), "")
            if ahead and following & {*NOUNS, "color", "adjectives", "number", "shades", "determiners"}:
                return ahead
            return "tables" if "tables" in tags else "noun"
        if inflected and verbs:
            return next(name for name in VERB_ORDER if name in verbs)
        if within and "adjectives" in tags:
            return "adjectives"
        return next((name for name in TAG_ORDER if name in tags), "noun" if nouns else "unknown")

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
            index = max([index, *(mention.end - 1 for mention in found)]) + 1

    def _phrase(self, start: int) -> list[Mention]:
        """The mentions of a noun phrase that begins here: `the two red and the three blue blocks` has two."""
        index, items = start, [_Item(start)]
        while self._is(index, *BEFORE_NOUN) or self._is_shape(index):
            item, tag, word = items[-1], self.tags[index], self.words[index]
            index += 1
            if tag == "noun":
                item.formed = True
                index += 1
            elif tag in ("every", "each"):
                item.every = item.every or tag == "every"
                item.count = 2 if word == "both" else item.count
                index += self._word(index) == "of"
            elif tag == "number":
                hedged = self._word(index - 2) in lexicon().lists["indefinite"] or self._word(index) == "of"
                number = int(word) if word.isdigit() else lexicon().numbers.get(word)
                item.count = None if hedged else number
            elif tag == "color":
                item.seen = True
                item.colors += [] if item.shaded else [lexicon().colors[word]]
                ahead = self._after_joints(index)
                if ahead > index and self._color_follows(ahead):
                    same = self._is(ahead, "color", "shades") and self._noun_follows(ahead)
                    items += [] if same else [_Item(ahead)]
                    index = ahead
            else:
                item.shaded = item.shaded or tag == "shades"
                item.formed = item.formed or word in lexicon().lists["formed"]
                item.article = word if tag == "determiners" and not item.article else item.article
        end = index
        while self._is(end, "noun"):
            end += 1
        ends = [item.start for item in items[1:]] + [index]
        return [
            self._mention(item, index, end, until)
            for item, until in zip(items, ends, strict=True)
            if (item.seen or end > index) and not self._is(end, "tables")
        ]

    def _is_shape(self, index: int) -> bool:
        """Whether `cube-shaped` begins here, which may be said of anything; a star-shaped thing is a star."""
        shaped = self._is(index, "noun") and self._word(index + 1) in ("shaped", "sized", "like", "type")
        return shaped and lexicon().base(self.words[index]) not in lexicon().lists["shapes"]

    def _after_joints(self, index: int) -> int:
        while self._is(index, "comma", "joints") and self._word(index) != "but":
            index += 1
        return index

    def _color_follows(self, index: int) -> bool:
        while self._is(index, "determiners", "number", "adjectives", "shades"):
            index += 1
        return self._is(index, "color")

    def _noun_follows(self, index: int) -> bool:
        """Whether a list of colours ends with a noun."""
        while self._is(index, *BEFORE_NOUN, "comma", "joints"):
            index += 1
        return self._is(index, "noun")

    def _mention(self, item: _Item, head: int, end: int, until: int) -> Mention:
        words, nouns = lexicon(), [lexicon().base(word) for word in self.words[head:end]]
        drawn = item.article in ("a", "an", "")  # form a heart, arrange them in a square
        known = [n for n in nouns if n in words.kinds and not (n in words.lists["shapes"] and drawn)]
        last = nouns[-1] if nouns else ""
        sort: Sort = "kind"
        if last and last not in known:
            sort = next((name for name in SORTS if last in words.lists[f"{name}s"]), "built")
        counted = sort == "built" and bool(known) and item.count is not None  # a five-block tower
        kinds = frozenset().union(*(words.kinds[noun] for noun in known)) if sort == "kind" or counted else None
        text = [*item.colors, *self.words[head:end]]
        return Mention(
            words=" ".join(text),
            start=item.start,
            end=end if nouns and until == head else until,
            colors=tuple(dict.fromkeys(item.colors)),
            kinds=kinds if known and not item.formed else None,
            noun=known[-1] if counted else last,
            sort="kind" if counted else sort,
            count=item.count if nouns and item.count != 1 else None,
            every=item.every,
        )

    # -- what is said of them ----------------------------------------------------------------------------------------

    def _modes(self, inside: set[int]) -> list[str]:
        """For each word whether its clause `tells` the robot to do something, `wishes`, `denies`, or just `says`."""
        bounds = [0]
        for index in range(1, len(self.words)):
            if index not in inside and self._begins_clause(index, bounds[-1]):
                bounds.append(index)
        modes: list[str] = []
        told = False
        for start, end in zip(bounds, [*bounds[1:], len(self.words)], strict=True):
            tags = self.tags[start:end]
            if any(tag in ("not", "still", "leave", "if") for tag in tags):
                mode = "denies"
            elif any(tag in VERBS for tag in tags):
                mode = "tells"
            elif "wish" in tags:
                mode = "wishes"
            elif "tell" in tags or (self._is(start, "stop") and self.words[start] in ".!?"):
                mode = "says"
            else:
                mode = "tells" if told else "says"
            told = mode == "tells" or (told and mode == "denies")
            modes += [mode] * (end - start)
        if not {"tells", "wishes", "denies"} & set(modes) and "tell" not in self.tags:
            modes = ["tells"] * len(modes)  # a telegram: red block to green bowl
        return modes

    def _begins_clause(self, index: int, begun: int) -> bool:
        if self._is(index, "stop", "leave", "if") or self._word(index) == "but":
            return True
        if self._is(index, "not"):
            return not self._is(index - 1, "modal", "wish", "put", "not", "fillers")
        if self._is(index, *VERBS) or self._word(index) == "with":
            return self._is(index - 1, "comma", "joints", "adverbs")
        denied = any(tag in ("not", "leave", "if") for tag in self.tags[begun:index])
        return denied and self._is(index - 1, "comma") and self._is(index, "relation", "pronouns", "adverbs")

    def _before(self, index: int) -> int:
        """The word before this one that says something: adverbs and articles do not."""
        index -= 1
        while self._is(index, "adverbs", "determiners", "adjectives", "every", "each"):
            index -= 1
        return index

    def _placed(self, mention: Mention, mode: str) -> Mention:
        """The mention with its part in the sentence."""
        before, lists = self._before(mention.start), lexicon().lists
        compared = self._word(before) in ("as", "like", "than") or self._word(mention.end) == "'s"
        part: Part = "other"
        if self._is(before, "relation"):
            relation, after = lexicon().relations[self.words[before]], self._before(before)
            if relation in ("with", "of"):
                begins = relation == "with" and (after < 0 or self._is(after, "stop"))
                part = "object" if begins or self._is(after, "noun", "color", *VERBS) else "other"
                if relation == "of" and lexicon().base(self._word(after)) in lists["spots"]:
                    part = "other"  # the top of the tower
            elif relation == "from":
                part = "object" if self._is(after, "noun", *VERBS) and self._word(after) in lists["builts"] else "other"
            elif self._clause(before):
                part = "other"
            elif after < 0 or self._is(after, *SURE_BEFORE):
                part = "landmark" if relation in lists["landmarks"] else "other" if relation in lists["ways"] else "place"
        elif before < 0 or self._is(before, "put", "take", "wish", "stop", "comma", "joints"):
            part = "object"
        elif self._is(before, "surround"):
            part = "landmark"
        return replace(mention, part=part, meant=mode == "tells" and not compared, denied=mode == "denies" or compared)

    def _joined(self, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """Mentions that are listed with what comes before them have its part, unless they begin something new."""
        part: Part = "other"
        for number, mention in enumerate(mentions):
            listed = number and re.fullmatch("C*", self._gap(mentions[number - 1].end, mention.start))
            begins = number + 1 < len(mentions) and re.fullmatch(
                "[IVZ]*P", self._gap(mention.end, mentions[number + 1].start)
            )
            part = part if listed and not begins else mention.part
            yield replace(mention, part=part)

    def _stated(self, mentions: Sequence[Mention]) -> Iterator[Stated]:
        """Relations between mentions that follow each other."""
        group: list[Mention] = []  # what the next relation is said of
        moved: list[Mention] = []  # what `it` or `them` stands for
        for number, mention in enumerate(mentions):
            gap = self._gap(mentions[number - 1].end, mention.start) if number else "X"
            listed = bool(re.fullmatch("C+", gap)) or (number > 0 and not gap and mention.start == mentions[number - 1].end)
            if re.fullmatch("[CIVZ]*P", gap):
                relation = lexicon().relations[self.words[self._before(mention.start)]]
                places, then = self._listed(mentions, number)
                meant = moved if "V" in gap or "I" in gap else group
                subjects = [(one,) for one in meant] if meant and meant[0].part == "object" else []
                if meant and not subjects:  # said of the place, or of what was brought there
                    subjects = [(meant[-1], *moved)]
                for things in subjects:
                    taken = "V" not in gap and self._is(self._before(things[0].start), "take")
                    sure = len(things) == 1 and not re.fullmatch("[CZ]*P", then) and not taken
                    if relation == "with":
                        yield self._with(things[0], mention)
                    elif not self._clause(mention.start):
                        yield Stated(things, relation, places, sure)
                    elif relation not in lexicon().lists["landmarks"]:
                        yield Stated(things, relation, places, False)
            group = [*group, mention] if listed else [mention]
            if mention.part == "object":
                moved = [*moved, mention] if listed and moved and moved[-1] in group else [mention]

    def _with(self, filled: Mention, mention: Mention) -> Stated:
        """`Fill X with Y` brings Y into X; `align X with Y` brings X to Y."""
        before = self._before(filled.start)
        verb = lexicon().base(self._word(before))
        relation = "around" if self._is(before, "surround") else lexicon().filled.get(verb, "with")
        first, second = (filled, mention) if relation in ("along", "to") else (mention, filled)
        return Stated((first,), relation, (second,), True)

    def _listed(self, mentions: Sequence[Mention], number: int) -> tuple[tuple[Mention, ...], str]:
        """A mention and what is listed with it, which may be meant in turn; and the gap after the mention."""
        listed, gap = [mentions[number]], ""
        for ahead, mention in enumerate(mentions[number + 1 :], start=number + 2):
            following = self._gap(listed[-1].end, mention.start)
            gap = gap if len(listed) > 1 else following
            begins = ahead < len(mentions) and re.fullmatch("[IVZ]*P", self._gap(mention.end, mentions[ahead].start))
            if begins or not re.fullmatch("C*", following):
                break
            listed.append(mention)
        return tuple(listed), gap

    def _clause(self, index: int) -> bool:
        """Whether this is in a relative clause, which may tell how things are: `the block that lies on the stand`."""
        while index > 0 and not self._is(index, "noun", "color", "stop"):
            index -= 1
            if self._word(index) in ("which", "that", "who", "whose"):
                return self._is(index + 1, "modal", "adverbs", "wish") or self._word(index) != "that"
        return False

    def _gap(self, start: int, end: int) -> str:
        """What stands between two mentions, a letter for each word that counts; X for what is not understood."""
        letters, index = "", start
        while index < end:
            if self._is(index, "relation"):
                ahead = index + 1
                while self._is(ahead, "determiners", "adjectives"):
                    ahead += 1
                if self._is(ahead, "tables"):  # on the table
                    index = ahead
                elif self.words[index] == "to" and self._is(index + 1, "put", "take", "modal"):
                    pass  # has to go
                elif not self._is(index + 1, "relation"):  # `over to` is `to`
                    letters += "P"
            else:
                letters += LETTERS.get(self.tags[index], "X")
            index += 1
        return letters


VERB_ORDER = ("surround", "leave", "take", "put")
VERBS = frozenset(("surround", "take", "put", "leave"))
NOUNS = frozenset(("kind", "vagues", "builts", "spots", "tables"))
SORTS: tuple[Sort, ...] = ("built", "spot", "vague")
WITHIN = ("determiners", "color", "number", "adjectives", "every", "each", "noun", "shades")  # a noun phrase
BEFORE_NOUN = ("determiners", "color", "number", "adjectives", "every", "each", "shades")
SURE_BEFORE = ("noun", "color", "put", "take", "pronouns", "modal", "wish", "comma", "joints", "stop", "tables")
TAG_ORDER = (
    "color", "shades", "number", "every", "each", "pronouns", "determiners", "not", "still", "if", "joints", "surround",
    "leave", "take", "put", "wish", "modal", "relation", "tell", "adjectives", "adverbs", "fillers",
)  # fmt: skip
