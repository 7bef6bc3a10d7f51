"""The nearest goal that the grammar can express: by the words that it shares with a goal, the rare ones above all."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from agent.grammar.mentions import DETERMINERS
from agent.grammar.programs import summary
from agent.grammar.relations import RELATIONS
from agent.grammar.variants import colored, structures
from agent.grammar.words import read, vocabulary

KIN = 0.5  # of what the word itself would count
ALIKE = 0.2  # of letters that are the same, beside words
OFF = 0.1  # for each thing more or fewer than was asked for
MOST = 10
GENERAL = DETERMINERS | frozenset(
    ["of", "and", ",", "to", "in", "into", "on", "with", "for", "from", "it", "is", "me", "robot", "table"]
)


def nearest_goals(goal: str, relation: str | None = None) -> Iterator[str]:
    """Sentences that the grammar has for its tasks, the nearest to a goal first.

    Args:
        goal: What a person typed.
        relation: The relation that was understood, if one was: its own sentences come before all others.
    """
    wanted = _weights(goal)
    letters = _trigrams(goal)
    count = max((int(word.text) for word in read(goal) if word.text.isdigit()), default=0)

    def distance(sentence: str) -> tuple[float, float, int]:
        own, rarity = _index()[sentence]
        shared = sum(wanted[word] * rarity[word] for word in own if word in wanted)
        same = relation is not None and _relations()[sentence][0] == relation
        alike = len(letters & _trigrams(sentence)) / max(1, len(letters))
        length = math.sqrt(sum(rarity[word] ** 2 for word in own)) or 1.0
        off = min(MOST, abs(_relations()[sentence][1] - count)) if count else 0
        return (-float(same), -shared / length - ALIKE * alike + OFF * off, len(sentence))

    yield from sorted(_index(), key=distance)


def _weights(goal: str) -> dict[str, float]:
    """The words of a goal and what each counts; those the grammar has nothing for count through their kin."""
    weights: dict[str, float] = {}
    for word in read(goal):
        name = _canonical(word.text)
        if word.text in vocabulary().kin:
            for kin in vocabulary().kin[word.text].split():
                weights[_canonical(kin)] = max(KIN, weights.get(_canonical(kin), 0.0))
        if name not in GENERAL:
            weights[name] = 1.0
    return weights


def _canonical(word: str) -> str:
    return vocabulary().nouns.get(word, word)


@functools.cache
def _relations() -> dict[str, tuple[str, int]]:
    """Every sentence that the grammar has for a task, the relation it tells of, and how many things it moves."""
    said = {relation.example: (name, 1) for name, relation in RELATIONS.items()}
    for number, spec in enumerate(structures()):
        if not spec.distractors and not spec.then:
            sentence = summary(colored(spec, np.random.default_rng(number)))
            said.setdefault(sentence, (spec.relation, spec.moved_count))
    return said


@functools.cache
def _index() -> dict[str, tuple[frozenset[str], dict[str, float]]]:
    """The words of every sentence, and how rare each word is among all of them."""
    words = {
        sentence: frozenset(_canonical(word.text) for word in read(sentence)) - GENERAL for sentence in _relations()
    }
    counts = Counter(word for own in words.values() for word in own)
    rarity = {word: 1.0 + math.log(len(words) / count) for word, count in counts.items()}
    return {sentence: (own, rarity) for sentence, own in words.items()}


@functools.lru_cache(maxsize=1024)
def _trigrams(text: str) -> frozenset[str]:
    plain = " ".join(text.lower().split())
    return frozenset(plain[place : place + 3] for place in range(len(plain) - 2))
