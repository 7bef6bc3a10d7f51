"""Whether a changed task has all that a change said: what nothing became of is named, not dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agent.grammar.goals import strange_words
from agent.grammar.groups import Group, assets_of
from agent.grammar.mentions import Reading
from agent.grammar.rearranging import asked_relation, not_this
from agent.grammar.spec import Spec, joined, number_word
from agent.grammar.unsaid import Unsaid
from agent.grammar.words import vocabulary

# What changes are made of, beside what goals are made of.
OF_CHANGES = frozenset(["actually", "additional", "additionally", "again", "also", "another", "be", "better"])
OF_CHANGES |= {"bit", "but", "by", "change", "decrease", "delete", "easier", "exchange", "extra"}
OF_CHANGES |= {"fewer", "give", "hard", "harder", "higher", "i", "if", "increase", "insteadof"}
OF_CHANGES |= {"instead", "invert", "is", "keep", "less", "let", "like", "long", "longer", "low"}
OF_CHANGES |= {"lower", "maybe", "minus", "more", "much", "must", "no", "not", "now", "number", "ok"}
OF_CHANGES |= {"okay", "only", "paint", "perhaps", "please", "rather", "recolor", "reduce", "remove"}
OF_CHANGES |= {"replace", "should", "simpler", "short", "shorter", "so", "still", "switch", "take"}
OF_CHANGES |= {"tall", "taller", "than", "then", "think", "this", "too", "turn", "very", "was", "we"}
OF_CHANGES |= {"were", "what", "with", "without", "would", "yes"}
HEIGHT = frozenset(["tall", "taller", "high", "higher", "long", "longer", "short", "shorter", "low", "lower"])
SIZED = frozenset(["block", "small block", "disk", "large disk", "middle disk", "small disk", "distractor", "pile"])
LOSING = frozenset(["less", "fewer", "remove", "without", "delete", "minus", "no", "drop", "insteadof"])
TRADING = frozenset(["swap", "exchange", "switch", "reverse", "invert", "change", "replace"])


def unheard(before: Spec, after: Spec, reading: Reading, groups: Sequence[Group], text: str) -> Unsaid | None:
    """What a change says and the changed task does not have; None where it has everything.

    Args:
        before: The task as it was.
        after: The changed task.
        reading: The change.
        groups: What it names.
        text: The change as it was read.
    """
    unmade = [mention.unmade for mention in reading.mentions if mention.unmade]
    unknown = [word for word in strange_words(reading) if word not in OF_CHANGES and not word.isdigit()]
    if strange := list(dict.fromkeys([*unmade, *unknown])):
        return Unsaid(f"the composer's grammar does not know {joined([repr(word) for word in strange])}")
    said = {word.rstrip("*") for word in reading.words}
    for group in groups:
        if group.mention.size and group.kind not in SIZED:
            size = "smaller" if group.mention.size == "small" else "bigger"
            return Unsaid(f"the world has no {size} {group.kind}: blocks come in two sizes, other things in one")
    if lost := asked_relation(after, reading):
        return not_this(lost)
    height = HEIGHT & set(reading.rest)
    if height and groups and after.moved_count == before.moved_count and not any(g.count for g in groups):
        return Unsaid(f"the world has no {groups[0].kind} that is more or less {min(height)} than it is")
    if said & LOSING:
        return None
    assets = {thing.asset for thing in after.things}
    for group in groups:
        kinds = {*assets_of(group.kind), *(assets_of("container") if group.kind == "box" else ())}
        if group.kind not in ("distractor", "one", "thing") and not kinds & assets:
            return Unsaid(f"the composer's {after.relation!r} has no use for a {group.kind}")
    if colors := _colors(after, reading, groups, bool(said & TRADING)):
        return Unsaid(f"it is not clear what becomes {joined(colors)}")
    if numbers := _numbers(before, after, reading, groups):
        return Unsaid(f"it is not clear of what there should be {number_word(numbers[0])} in {text!r}")
    return None


def _colors(after: Spec, reading: Reading, groups: Sequence[Group], trading: bool) -> list[str]:
    """Colours that were said and that nothing has; of several loose ones, or of things that change, the last counts."""
    loose = [vocabulary().colors[word] for word in reading.rest if word in vocabulary().colors]
    named = [group.color for group in groups if group.color]
    wanted = loose[-1:] if loose else [] if trading else named
    return [color for color in wanted if color not in {thing.color for thing in after.things}]


def _numbers(before: Spec, after: Spec, reading: Reading, groups: Sequence[Group]) -> list[int]:
    """Numbers that were said and that are those of nothing: not of a group, not of what was added or taken away."""
    counts: set[int] = {1, abs(after.moved_count - before.moved_count), after.moved_count}
    for things in (after.moved, after.targets, after.distractors):
        kinds: Counter[str] = Counter()
        for thing in things:
            kinds[thing.asset] += thing.count
        counts |= {len(things), sum(kinds.values()), *kinds.values(), *(thing.count for thing in things)}
    said = [int(word) for word in reading.rest if word.isdigit()]
    said += [group.count for group in groups if group.count is not None]
    return [number for number in said if number not in counts]
