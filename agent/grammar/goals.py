"""From a goal that a person typed to a spec, or to a sentence that says what cannot be expressed and what can."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from agent.grammar.cues import contradicting, relations
from agent.grammar.drafts import FREE, draft
from agent.grammar.figures import figure
from agent.grammar.groups import Group, groups_of, spare_colors
from agent.grammar.mentions import ONTO, POINTERS, Mention, Reading, parse
from agent.grammar.nearest import nearest_goals
from agent.grammar.relations import BLOCK, CYLINDER
from agent.grammar.spec import NUMBERS, Spec, Thing, joined
from agent.grammar.unsaid import Unsaid as Unsaid
from agent.grammar.words import Word, read, vocabulary

THINGS = "blocks, balls, cylinders, boxes, bowls, containers, zones and the like"
STAGES = frozenset(["then", "afterwards", "afterward", "finally"])
PRONOUNS = frozenset(["it", "them", "they", "these", "those", "all"])
BACKWARD = frozenset(["it", "them", "they"])  # what stands for something that was named before
# Words that are harm only together with rough ones: alone they are things that the table does not have.
BYSTANDERS = frozenset(
    ["knife", "knives", "person", "people", "human", "man", "woman", "child", "children", "baby", "kid"]
)
BYSTANDERS |= {"him", "her", "somebody", "someone", "dog", "cat", "animal", "face", "finger", "fingers"}
ROUGH = frozenset(
    ["throw", "toss", "hit", "kick", "hammer", "swing", "drop", "push", "shove", "cut", "slice", "squeeze"]
)
ROUGH |= {"crush", "press", "break", "bend", "saw", "drill"}
STANDING = re.compile(r"\b(?:on|atop) (?:the|a|that|this|my|your) (stack|tower|pyramid|wall|row)\b")
TOWARDS = frozenset(["leftof", "rightof", "infrontof", "behind"])
LOOKED_AT = 40  # nearest sentences that are tried until one is understood


def understand(goal: str) -> Spec | Unsaid:
    """The spec that a goal stands for."""
    answer, relation = _understand(goal)
    if isinstance(answer, Spec) or answer.nearest.startswith("try "):
        return answer
    return replace(answer, nearest=_way_out(answer.nearest, goal, relation))


def _way_out(proposed: str, goal: str, relation: str | None) -> str:
    """The nearest goal that is understood, in a sentence: the same with fewer things, if that is all that is wrong."""
    sentences = chain([proposed] if proposed else [], _with_fewer(goal), nearest_goals(goal, relation))
    for sentence in islice(sentences, LOOKED_AT):
        if isinstance(_understand(sentence)[0], Spec):
            return f'try "{sentence}"'
    return 'try "put the red ball into the blue bowl"'


def _with_fewer(goal: str) -> Iterator[str]:
    """The goal with smaller numbers in place of its largest one, the largest of them first."""
    known = vocabulary().numbers
    said = [
        (int(word) if word.isdigit() else known[word], word)
        for word in re.findall(r"\w+", goal.lower())
        if word.isdigit() or word in known
    ]
    if said:
        largest, word = max(said)
        for number in range(min(largest, len(NUMBERS)) - 1, 1, -1):
            yield re.sub(rf"-?\b{word}\b", NUMBERS[number], plain_goal(goal.lower()), count=1)


def _understand(goal: str) -> tuple[Spec | Unsaid, str | None]:
    """The spec or why there is none, and the relation that was understood."""
    words = read(goal)
    if not any(character.isalpha() for character in goal):
        return Unsaid("the goal has no words: say what is to be moved, and where it goes"), None
    if refused := _forbidden(words, goal):
        return refused, None
    if _one_by_one(words):
        told = "things that go to one place go there in any order"
        return Unsaid(f"{goal!r} asks for an order ('then'): {told}"), None
    stages = _stages(words)
    if len(stages) > 2:
        return Unsaid(f"{goal!r} has {len(stages)} stages: the composer's tasks have one or two"), None
    specs: list[Spec] = []
    relation = None
    for stage in stages:
        if specs and _refers_back(parse(stages[0]), parse(stage)):
            told = "the composer's second stages work with other things than their first ones"
            return Unsaid(f"{goal!r} goes on with the same things: {told}"), relation
        spec, found = _stage(stage, goal)
        relation = relation or found
        if isinstance(spec, Unsaid):
            return spec, found
        specs.append(spec)
    first = specs[0]
    if len(specs) > 1:
        first = replace(first, then=_apart(specs[1], first))
    return first, relation


def _stages(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The goal cut where something else comes then; what only picks a thing up is no stage."""
    stages: list[list[Word]] = [[]]
    for word in words:
        if word.text in STAGES:
            stages.append([])
        else:
            stages[-1].append(word)
    stages = [stage for stage in stages if any(word.text not in (",", "and", "first") for word in stage)] or [[]]
    if len(stages) > 1 and any(not relations(parse(tuple(stage))) for stage in stages):
        return [tuple(word for word in words if word.text not in STAGES)]
    return [tuple(stage) for stage in stages]


def _one_by_one(words: tuple[Word, ...]) -> bool:
    """Whether `then` stands in a list of things for one place: `the red and then the blue block on the zone`."""
    known = vocabulary()
    doing = known.verbs | known.structures | known.lone
    marks = [number for number, word in enumerate(words) if word.text in STAGES]
    if not marks or len(_stages(words)) > 1 or not set(relations(parse(_stages(words)[0]))) <= {"put-into", "put-on"}:
        return False
    ends = [*marks[1:], len(words)]
    parts = [words[start + 1 : end] for start, end in zip(marks, ends, strict=True) if start]
    return any(not any(word.text in doing for word in part) for part in parts)


def _refers_back(first: Reading, second: Reading) -> bool:
    """Whether a second stage goes on with what the first one named: with it, with the red one, with the same zone."""
    said = [word.rstrip("*") for word in second.words]
    if not second.mentions:
        return bool(PRONOUNS & set(said))
    opening, places = second.mentions[0], [mention for mention in second.mentions if mention.is_place]
    pronouns = [number for number, word in enumerate(said) if word in BACKWARD]
    # `take the ball and put it into the bowl` has a thing and a place of its own
    if pronouns and (not places or pronouns[0] < opening.start):
        return True
    if any(said[number - 1] in ONTO | {"in", "into", "of", "with"} for number in pronouns if number):
        return True
    if not places and re.search(r"\b(on top|atop)\b", " ".join(said)) and relations(second)[0] == "stack":
        return True
    if opening.kind == "one" or set(said) & {"these", "those"}:
        return True
    return any(
        _same(before, mention, said[mention.start] in POINTERS)
        for mention in second.mentions
        for before in first.mentions
    )


def _same(before: Mention, mention: Mention, pointed: bool) -> bool:
    """Whether a thing was named before: of that kind and colour, or `the` one of that kind without a colour."""
    if mention.kind not in ("one", before.kind):
        return False
    if mention.colors:
        return bool(set(mention.colors) & set(before.colors))
    return pointed and mention.count is None


def _forbidden(words: Iterable[Word], goal: str) -> Unsaid | None:
    """Why something must not or cannot be done, whatever else is said."""
    known = vocabulary()
    said = [word.text for word in words]
    unsafe = [word for word in said if word in known.unsafe]
    if set(unsafe) - BYSTANDERS or (unsafe and ROUGH & set(said)):
        told = joined([repr(word) for word in dict.fromkeys(unsafe)])
        return Unsaid(f"{goal!r} could hurt somebody or break something ({told}): the composer makes no such tasks")
    for word in said:
        if word in known.impossible:
            return Unsaid(f"the composer cannot express {goal!r}: {known.impossible[word]} ({word!r})")
    return None


def _stage(words: tuple[Word, ...], goal: str) -> tuple[Spec | Unsaid, str | None]:
    reading = parse(words)
    found = relations(reading)
    if strange := strange_words(reading):
        return _outside(strange, reading, found), next(iter(found), None)
    if not found:
        return _no_relation(goal, reading), None
    relation = found[0]
    if standing := STANDING.search(" ".join(reading.words)):
        told = f"no {standing[1]} stands there already: say what the things go on, such as a block or the stand"
        return Unsaid(f"{goal!r}: {told}"), relation
    if reading.words[-1] in TOWARDS:
        return Unsaid(f"{goal!r} does not say left, right, in front or behind of what"), relation
    if clash := contradicting(found):
        told = joined(sorted(clash))
        return Unsaid(f"{goal!r} asks for more than one thing at once: {told}"), relation
    groups, distractors = _split(groups_of(reading))
    marks = frozenset(reading.rest)
    built = draft(relation, groups, marks) if relation in FREE else figure(relation, groups, reading)
    if isinstance(built, Unsaid):
        return replace(built, reason=_about(goal, built.reason)), relation
    lost = {group.color for group in groups if group.color} | _colors(reading)
    if lost := lost - {thing.color for thing in built.things}:
        return Unsaid(f"the composer cannot tell what is {joined(sorted(lost))} in {goal!r}"), relation
    if "crowded" in marks or distractors:
        built = crowded(built, distractors)
    return built, relation


def _about(goal: str, reason: str) -> str:
    """A reason that says which goal it is about."""
    return reason if goal in reason else f"{goal!r}: {reason}"


def _colors(reading: Reading) -> set[str]:
    """Colours that belong to nothing that was named."""
    return {vocabulary().colors[word] for word in reading.rest if word in vocabulary().colors}


def strange_words(reading: Reading) -> list[str]:
    """The words that the grammar does not know, and shapes in which the world does not have what was named."""
    known = vocabulary()
    unknown = [
        word
        for word in reading.rest
        if word not in known.harmless and word not in known.lone and word not in known.colors and word != ","
    ]
    unknown += [mention.unmade for mention in reading.mentions if mention.unmade]
    counting = {"gridwise", "grid", "row", "tower", "wall", "stair", "step"} & {
        word.rstrip("*") for word in reading.words
    }
    unknown = [word for word in unknown if not (word.isdigit() and counting)]
    # the number of something unknown is not what is wrong with it
    return list(dict.fromkeys(word for word in unknown if not word.isdigit())) or list(dict.fromkeys(unknown))


def _outside(strange: list[str], reading: Reading, found: list[str]) -> Unsaid:
    """Words that the grammar does not know: a part of the sentence, or a goal from another world."""
    told = joined([repr(word) for word in strange])
    if found or reading.mentions:
        return Unsaid(f"the composer's grammar does not know {told}")
    return Unsaid(f"the composer knows nothing of {told}: its world is a table with {THINGS}, which an arm moves")


def _no_relation(goal: str, reading: Reading) -> Unsaid:
    lone = [word for word in reading.rest if word in vocabulary().lone]
    if lone and reading.mentions:
        return Unsaid(
            f"{goal!r} does not say where the {reading.mentions[0].noun} goes: to {lone[0]} it is no task yet"
        )
    if reading.mentions:
        told = "says no relation that its grammar has (put, stack, line up, sort, build, ...)"
        return Unsaid(f"the composer cannot express {goal!r}: it {told}")
    return Unsaid(f"the composer cannot express {goal!r}: it names nothing of its world, a table with {THINGS}")


def _split(groups: list[Group]) -> tuple[list[Group], list[Group]]:
    """What takes part, and what only stands there."""
    playing: list[Group] = []
    idle: list[Group] = []
    for group in groups:
        if group.kind != "distractor":
            playing.append(group)
        elif group.mention.before == "as" and playing:
            idle.append(playing.pop())
        else:
            idle.append(group)
    return playing, idle


def crowded(spec: Spec, wanted: Iterable[Group] = ()) -> Spec:
    """The spec with things that only stand there, those that are wanted or two of another kind."""
    from agent.grammar.groups import assets_of

    kinds = {thing.asset for thing in spec.things}
    other = next((asset for asset in (CYLINDER, BLOCK) if asset not in kinds), CYLINDER)
    spare = spare_colors({thing.color for thing in spec.things})
    added = []
    for group in wanted:
        asset = next(iter(assets_of(group.kind)), other)
        count = group.count if group.count is not None else 2 if group.many else 1
        added.append(Thing(asset, group.color or next(spare), max(1, min(count, 4))))
    added = added or [Thing(other, next(spare), 2)]
    return replace(spec, distractors=(*spec.distractors, *added))


def _apart(second: Spec, first: Spec) -> Spec:
    """A second stage in other colours than the first, where none were said."""
    taken = {thing.color for thing in first.things}
    used = {thing.color for thing in second.things}
    spare = spare_colors(taken | used)
    return second.recolored({color: next(spare) for color in sorted(used & taken)})


def plain_goal(goal: str) -> str:
    """A goal on one line."""
    return re.sub(r"\s+", " ", goal).strip()
