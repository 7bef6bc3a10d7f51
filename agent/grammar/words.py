"""From what a person typed to plain words: idioms rewritten, spelling mended, numbers as digits, plurals as singulars.

The words themselves are data (`words.json`).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sim.palette import COLORS

MENDED = 5  # letters from which on a word may be mended; shorter ones are too near to each other
EXCHANGED = 6  # letters from which on a letter may be another one: towel is no tower


@dataclass(frozen=True)
class Word:
    """One word: in its plain form, and whether it was a plural."""

    text: str
    plural: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What the grammar's reader knows of the language, by what it is used for.

    Attributes:
        rewrites: Idioms as patterns, and what stands for them; in the order in which they are applied.
        numbers: Number words and their values.
        colors: Colour names, those of the palette and others that stand for one of them.
        nouns: What people call a kind of thing.
        sizes: Adjectives of size: `small` or `large`.
        fillers: Words that change nothing in what a goal means.
        verbs: What can be asked of the robot.
        structures: Nouns for what is made.
        unsafe: Words of what must not be practised.
        impossible: Words of what this robot cannot do, and why.
        lone: Verbs that are no task by themselves: a block that was picked up has to go somewhere.
        english: English words that are one slip away from another word and mean something else.
        kin: What comes nearest to words that the grammar has nothing for.
    """

    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    numbers: Mapping[str, int]
    colors: Mapping[str, str]
    nouns: Mapping[str, str]
    sizes: Mapping[str, str]
    fillers: frozenset[str]
    verbs: frozenset[str]
    structures: frozenset[str]
    unsafe: frozenset[str]
    impossible: Mapping[str, str]
    lone: frozenset[str]
    english: frozenset[str]
    kin: Mapping[str, str]

    @functools.cached_property
    def known(self) -> frozenset[str]:
        """Every word in its plain form."""
        marks = {word for _, mark in self.rewrites for word in re.findall(r"[a-z]+", mark)}
        return frozenset(
            marks
            | {*self.numbers, *self.colors, *self.nouns, *self.sizes, *self.fillers, *self.verbs, *self.structures}
            | {*self.unsafe, *self.impossible, *self.lone, *self.kin}
        )

    @functools.cached_property
    def harmless(self) -> frozenset[str]:
        """Words that may stand between the things that a goal names."""
        marks = {word for _, mark in self.rewrites for word in re.findall(r"[a-z]+", mark)}
        return frozenset(marks | {*self.numbers, *self.sizes, *self.fillers, *self.verbs, *self.structures})

    @functools.cached_property
    def spellings(self) -> frozenset[str]:
        """Known words and those within the idioms: what a misspelt word may have been meant to be."""
        within = {word for pattern, _ in self.rewrites for word in re.findall(r"[a-z]{5,}", pattern.pattern)}
        return (self.known | within) - {*self.unsafe, *self.impossible, *self.kin} | self.verbs | self.structures


@functools.cache
def vocabulary() -> Vocabulary:
    """The words, read once."""
    data: dict[str, Any] = json.loads(resources.files("agent").joinpath("grammar/words.json").read_text("utf-8"))
    return Vocabulary(
        rewrites=tuple((re.compile(pattern), mark) for pattern, mark in data["rewrites"]),
        numbers=data["numbers"],
        colors={**{name: name for name in COLORS}, **data["colors"]},
        nouns=data["nouns"],
        sizes=data["sizes"],
        fillers=_listed(data["fillers"]),
        verbs=_listed(data["verbs"]),
        structures=_listed(data["structures"]),
        unsafe=_listed(data["unsafe"]),
        impossible={word: why for why, words in data["impossible"].items() for word in words.split()},
        lone=_listed(data["lone"]),
        english=_listed(data["english"]),
        kin=data["kin"],
    )


def _listed(words: list[str] | str) -> frozenset[str]:
    return frozenset(" ".join([words] if isinstance(words, str) else words).split())


def read(text: str) -> tuple[Word, ...]:
    """The words of a text, in order; commas count as words."""
    positive = re.sub(r"(?<!\w)-\d+", " 0 ", text.lower())  # fewer than nothing is nothing
    plain = " ".join(_mended(token) for token in re.findall(r"[a-z]+(?:'[a-z]+)?|\d+|[,;.&]", positive))
    for pattern, mark in vocabulary().rewrites:
        plain = " ".join(pattern.sub(mark, plain).split())
    tokens = re.findall(r"[a-z]+|\d+|[,;.&]", plain)
    return tuple(_plain({".": ",", ";": ",", "&": "and"}.get(token, token)) for token in tokens)


def _plain(token: str) -> Word:
    """A word in its plain form; a word that nobody knows stays as it is."""
    words = vocabulary()
    if token in words.numbers:
        # "one" may be a number or a thing: what stands around it says which.
        return Word("one") if token == "one" else Word(str(words.numbers[token]))
    if token in words.colors:
        return Word(words.colors[token])
    if token in words.known:
        return Word(token)
    for lemma, plural in _lemmas(token):
        if lemma in words.known:
            return Word(lemma, plural)
    return Word(token)


def _lemmas(token: str) -> list[tuple[str, bool]]:
    """What a word may be a form of, and whether it is a plural then."""
    found = []
    if token.endswith("s") and len(token) > 3:
        found.append((token[:-1], True))
        if token.endswith("es"):
            found.append((token[:-2], True))
        if token.endswith("ves"):
            found += [(f"{token[:-3]}f", True), (f"{token[:-3]}fe", True)]
    for ending in ("ing", "ed", "er"):
        stem = token.removesuffix(ending)
        if stem != token and len(stem) >= 3:
            found += [(stem, False), (f"{stem}e", False)]
            if stem[-1] == stem[-2]:
                found.append((stem[:-1], False))
    return found


@functools.lru_cache(maxsize=4096)
def _mended(token: str) -> str:
    """The word, or the known word that it is one slip of the fingers away from."""
    words = vocabulary()
    if (
        token in words.english
        or token in words.spellings
        or token in words.known
        or len(token) < MENDED - 1
        or not token.isalpha()
    ):
        return token
    if any(lemma in words.spellings | words.known for lemma, _ in _lemmas(token)):
        return token
    endings = ("", "s", "ing") if len(token) > MENDED else ("",)
    meant = sorted(word for word in words.spellings if len(word) >= MENDED)
    near = [word + ending for word in meant for ending in endings if _slip(token, word + ending)]
    return near[0] if len({word.removesuffix("s") for word in near}) == 1 else token


def _slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, doubled, exchanged, or two were swapped; the first letter is right."""
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1 or len(meant) < MENDED:
        return False
    if len(typed) == len(meant):
        differing = [index for index in range(len(typed)) if typed[index] != meant[index]]
        if len(differing) == 1:
            return len(typed) >= EXCHANGED
        first, *rest = differing
        return rest == [first + 1] and typed[first] == meant[first + 1] and typed[first + 1] == meant[first]
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(1, len(longer)))
