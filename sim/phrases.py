"""The things that an instruction names: its words, what each of them is where it stands, and the noun phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sim.lexicon import lexicon

Part = Literal["object", "place", "landmark", "other"]
Sort = Literal["kind", "vague", "built", "spot"]
Mode = Literal["tells", "wishes", "denies", "says", "assumes"]
SORTS: tuple[Sort, ...] = ("built", "spot", "vague")
TOKEN = re.compile(r"[a-z]+|\d+|'s|[.,;:!?]")
STOPS = ".;:!?"
LETTER = re.compile(r"\b(?:[Ll]etters? )?([RTGVEM])\b(?![- ]shape)")  # of the kitting shapes; A and L mean other things

VERB_ORDER = ("surround", "leave", "take", "put")
VERBS = frozenset(VERB_ORDER)
NOUNS = frozenset(["kind", "vagues", "builts", "spots", "tables"])
BEFORE_NOUN = ("determiners", "color", "number", "adjectives", "every", "each", "shades")
TAG_ORDER = (
    "color", "shades", "number", "every", "each", "pronouns", "determiners", "not", "still", "if", "joints",
    *VERB_ORDER, "wish", "modal", "relation", "tell", "adjectives", "adverbs", "fillers",
)  # fmt: skip


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
        mode: What the clause does with them: it tells or wishes that something is done, tells not to, just says
            something, or assumes it (if, while, like).
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
    mode: Mode = "says"

    @property
    def meant(self) -> bool:
        """Whether the robot is told to do something with them."""
        return self.mode == "tells"

    @property
    def plain(self) -> bool:
        """Whether it says nothing that tells one thing from another."""
        return self.kinds is None and not self.colors


@dataclass
class _Item:
    """A part of a noun phrase that is being read: `the two red` of `the two red and the blue blocks`."""

    start: int
    colors: list[str] = field(default_factory=list)
    count: int | None = None
    every: bool = False
    article: str = ""
    colored: bool = False
    shaded: bool = False  # a light brown may have any name
    formed: bool = False  # what is star-shaped or round may be of any kind


class Text:
    """The words of an instruction and what each of them is where it stands.

    Attributes:
        words: The words, in lower case, and the punctuation.
        tags: What each word is: a list or table of the lexicon, `noun`, `comma`, `stop` or `unknown`.
    """

    def __init__(self, instruction: str) -> None:
        text = LETTER.sub(r"letter \1", instruction).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        text = re.sub(r"[\N{EN DASH}\N{EM DASH}]|\.\.\.| - ", ";", text.replace("(", ":").replace(")", ","))
        text = re.sub(r"(?<=[a-z])[-/](?=[a-z])", " ", text)
        for pattern, mark in lexicon().rewrites:
            text = pattern.sub(mark, text)
        self.words = tuple(TOKEN.findall(text))
        self.tags: list[str] = []
        for index in range(len(self.words)):
            self.tags.append(self._tag(index))

    def word(self, index: int) -> str:
        """The word with this number; outside of the text a full stop."""
        return self.words[index] if 0 <= index < len(self.words) else "."

    def is_(self, index: int, *tags: str) -> bool:
        """Whether the word with this number is one of these."""
        return 0 <= index < len(self.tags) and self.tags[index] in tags

    def _tag(self, index: int) -> str:
        """What a word is: a noun or a verb by what comes before it, a number or a noun by what comes after."""
        word, words = self.words[index], lexicon()
        if word in STOPS or word == ",":
            return "comma" if word == "," else "stop"
        tags = words.tags_of(word)
        verbs, nouns = tags & VERBS, tags & NOUNS
        within = self.is_(index - 1, *BEFORE_NOUN, "noun")
        within = within or (self.is_(index - 1, "relation") and self.word(index - 1) != "to")
        inflected = word != words.base(word) and word.endswith(("ed", "ing"))
        if nouns and not inflected and (within or not verbs | tags & {"modal"}):
            ahead = next((name for name in ("number", "every", "each", "adjectives") if name in tags), "")
            if ahead and words.tags_of(self.word(index + 1)) & {*NOUNS, *BEFORE_NOUN}:
                return ahead
            return "tables" if "tables" in tags else "noun"
        if inflected and verbs:
            return next(name for name in VERB_ORDER if name in verbs)
        if within and "adjectives" in tags:
            return "adjectives"
        return next((name for name in TAG_ORDER if name in tags), "noun" if nouns else "unknown")

    # -- noun phrases ------------------------------------------------------------------------------------------------

    def mentions(self) -> Iterator[Mention]:
        """What is named, in order."""
        index = 0
        while index < len(self.words):
            found = self._phrase(index)
            yield from found
            index = max([index, *(mention.end - 1 for mention in found)]) + 1

    def _phrase(self, start: int) -> list[Mention]:
        """The mentions of a noun phrase that begins here: `the two red and the three blue blocks` has two."""
        index, items = start, [_Item(start)]
        while self.is_(index, *BEFORE_NOUN) or self._is_form(index):
            item, tag, word = items[-1], self.tags[index], self.words[index]
            index += 1
            if tag == "noun":
                item.formed = True
                index += 1
            elif tag in ("every", "each"):
                item.every = item.every or tag == "every"
                item.count = 2 if word == "both" else item.count
                index += self.word(index) == "of"
            elif tag == "number":
                hedged = self.word(index - 2) in lexicon().lists["indefinite"] or self.word(index) == "of"
                number = int(word) if word.isdigit() else lexicon().numbers.get(lexicon().base(word))
                item.count = None if hedged else number
            elif tag == "color":
                item.colored = True
                item.colors += [] if item.shaded else [lexicon().colors[lexicon().base(word)]]
                ahead = self._skip(index, "comma", "joints")
                if ahead > index and self.is_(self._skip(ahead, *ARTICLES), "color"):
                    listed = self.is_(ahead, "color", "shades")
                    listed = listed and self.is_(self._skip(ahead, *BEFORE_NOUN, "comma", "joints"), "noun")
                    items += [] if listed else [_Item(ahead)]
                    index = ahead
            else:
                item.shaded = item.shaded or tag == "shades"
                item.formed = item.formed or word in lexicon().lists["formed"]
                item.article = word if tag == "determiners" and not item.article else item.article
        end = self._skip(index, "noun")
        untils = [item.start for item in items[1:]] + [index]
        return [
            self._mention(item, index, end, until)
            for item, until in zip(items, untils, strict=True)
            if (item.colored or end > index) and not self.is_(end, "tables")
        ]

    def _is_form(self, index: int) -> bool:
        """Whether `cube-shaped` begins here, which may be said of anything; a star-shaped thing is a star."""
        formed = self.is_(index, "noun") and self.word(index + 1) in ("shaped", "sized", "like", "type")
        return formed and lexicon().base(self.words[index]) not in lexicon().lists["shapes"]

    def _skip(self, index: int, *tags: str) -> int:
        while self.is_(index, *tags) and self.word(index) != "but":
            index += 1
        return index

    def _mention(self, item: _Item, head: int, end: int, until: int) -> Mention:
        words, nouns = lexicon(), [lexicon().base(word) for word in self.words[head:end]]
        drawn = item.article in ("a", "an") or (not item.article and self.is_(item.start - 1, "relation", "put"))
        # Form a heart, arrange them in a square: that is drawn, not there.
        known = [noun for noun in nouns if noun in words.kinds and not (drawn and noun in words.lists["shapes"])]
        last = nouns[-1] if nouns else ""
        sort: Sort = "kind"
        if last and last not in known and not (known and last in words.lists["vagues"]):
            sort = next((name for name in SORTS if last in words.lists[f"{name}s"]), "vague")
        counted = sort == "built" and bool(known) and item.count is not None  # a five-block tower
        kinds = frozenset[str]().union(*(words.kinds[noun] for noun in known))
        return Mention(
            words=" ".join([*item.colors, *self.words[head:end]]),
            start=item.start,
            end=end if nouns and until == head else until,
            colors=tuple(dict.fromkeys(item.colors)),
            kinds=kinds if known and (sort == "kind" or counted) and not item.formed else None,
            noun=known[-1] if counted or (known and sort == "kind") else last,
            sort="kind" if counted else sort,
            count=item.count if nouns and item.count != 1 else None,
            every=item.every,
        )


ARTICLES = ("determiners", "number", "adjectives", "shades")  # what may come before a colour
