"""Changes that say what should not be, and changes that are goals of their own."""

from __future__ import annotations

import re

from agent.grammar.cues import BY_THEMSELVES, relations
from agent.grammar.goals import understand
from agent.grammar.groups import groups_of
from agent.grammar.matching import find_thing
from agent.grammar.mentions import parse
from agent.grammar.spec import Spec
from agent.grammar.unsaid import Unsaid
from agent.grammar.words import read, vocabulary

NOT = frozenset(["not", "don", "dont", "doesn", "isn", "shouldn", "t", "never", "neither", "nor"])
LESS = frozenset(["less", "fewer"])
HEIGHT = frozenset(["high", "tall", "long", "several", "much"])
SO = frozenset(["so", "as", "too", "quite", "very", "that"])
PICKING = re.compile(r"\b(first|second|third|last|final|top|bottom|middle|center) ([a-z]+)")
PLAIN = frozenset(["make", "it", "be", "do", "should", "a", "the", "tower", "stack", "row"])
MIDDLE_DISK = ("middle", "disk")
BACK = frozenset(["back", "version", "previous", "earlier"])
# Verbs that begin a goal; `make`, `add`, `use` and others begin a change.
GOAL_VERBS = frozenset(
    ["stack", "put", "place", "lineup", "build", "construct", "sort", "move", "load", "push", "sweep"]
)
GOAL_VERBS |= {"insert", "fill", "surround", "arrange", "pack", "pair", "match"}
# Words of a change of the task that there is.
MEANS_THE_TASK = frozenset(["it", "them", "they", "everything", "insteadof", "instead", "more", "another", "extra"])
MEANS_THE_TASK |= {"additional", "also", "distractor", "crowded", "uncrowded"}


def denied(words: frozenset[str], text: str, named: bool) -> bool | Unsaid:
    """Whether a change asks for one thing fewer by a word such as `less` or `not so high`.

    Args:
        words: The words of the change.
        text: The change as it was read.
        named: Whether it names a thing, a colour or a number.

    Returns:
        Whether one fewer is meant; or why it is not clear what is.
    """
    if words & BACK:
        return Unsaid("a change does not go back to what was before: say what the task should be")
    if aside := words & {"left", "right", "itself"}:
        return Unsaid(f"the composer's grammar does not know {sorted(aside)[0]!r}")
    for picked, noun in PICKING.findall(text):
        if noun in {*vocabulary().nouns, *vocabulary().colors, *vocabulary().sizes} and (picked, noun) != MIDDLE_DISK:
            return Unsaid(f"a change is of all things of a color and kind: no {picked} one can be picked out")
    if words & NOT:
        if words & HEIGHT and words & SO and words <= NOT | HEIGHT | SO | PLAIN:
            return True
        return Unsaid("the change says what the task should not be: say what it should be")
    if {"no", "more"} <= words:
        return Unsaid("the change says how many are too many: say how many it should be")
    if words & LESS and not named:
        if words <= LESS | HEIGHT | PLAIN:
            return True
        return Unsaid(f"it is not clear what {text!r} leaves out: say what the task should be")
    return False


def goal_of_its_own(spec: Spec, change: str) -> Spec | Unsaid | None:
    """The task of a change that is a whole goal, with its own verb, things and base; None where it is none.

    Such a goal of another kind that is not understood is refused: as a change it would become something else.

    Args:
        spec: The task as it is.
        change: What was said: `stack three blue blocks on the green one`.
    """
    words = read(change)
    if not words or words[0].text not in GOAL_VERBS or MEANS_THE_TASK & {word.text for word in words}:
        return None
    reading = parse(words)
    found = relations(reading)
    moved = [mention for mention in reading.mentions if not mention.is_place]
    places = [mention for mention in reading.mentions if mention.is_place]
    if not found or not moved:
        return None
    # `stack the blocks` are those of the task, and `stack four blocks` are four in its place
    unlike = found[0] not in (*BY_THEMSELVES, spec.relation)
    for group in (group for group in groups_of(reading) if not group.place):
        strange = unlike and find_thing(spec, group) is None
        if not group.color and group.count is None and not strange:
            return None
    if not places and found[0] == spec.relation:
        return None
    heard = understand(change)
    return heard if isinstance(heard, Spec) or unlike else None
