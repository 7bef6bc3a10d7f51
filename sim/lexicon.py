"""The words that instructions are made of, as data (`sim/lexicon.json`): what each of them may be.

The lists, by name: `kinds` are nouns with what the catalogue may call such a thing, of which `sure` ones mean nothing
else, `exact` ones little else and `shapes` are also drawn (form a heart); `vagues` may be anything, `builts` are made
of things, `spots` are no things. `put`, `take`, `surround` and `leave` are verbs. `rewrites` come before all else.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sim.palette import COLORS

TABLES = ("rewrites", "colors", "numbers", "kinds", "relations", "with")


@dataclass(frozen=True)
class Lexicon:
    """The words by what they are.

    Attributes:
        rewrites: Turns of phrase, and the one word that stands for each.
        colors: The palette's name of each colour.
        numbers: Number words.
        kinds: For each noun the catalogue's nouns, each as one word, of what it may mean.
        relations: The relation that each preposition stands for.
        filled: The relation of `with` after a verb: what the bowl is filled with comes into it.
        lists: All other words, by list.
        tags: The lists and tables that each word is in.
    """

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

    def relation(self, preposition: str) -> str:
        """The relation that a preposition stands for."""
        return self.relations[self.base(preposition)]

    def tags_of(self, word: str) -> frozenset[str]:
        """The lists and tables that the word is in, in any of its forms."""
        return self.tags.get(self.base(word), frozenset(["number"] if word.isdigit() else []))


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
