"""From a goal that a person typed to a spec, or to a sentence that says what cannot be expressed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.grammar.spec import NUMBERS, Spec, Thing, joined
from agent.grammar.variants import BALL, BLOCK, BOWL, BOX, CONTAINER, CYLINDER, LINE, PALLET, SMALL, STAND, ZONE
from sim.palette import COLORS

NOUNS = {
    "small block": SMALL,
    "block": BLOCK,
    "cube": BLOCK,
    "brick": BLOCK,
    "ball": BALL,
    "sphere": BALL,
    "cylinder": CYLINDER,
    "can": CYLINDER,
    "box": BOX,
    "bowl": BOWL,
    "container": CONTAINER,
    "crate": CONTAINER,
    "stand": STAND,
    "pallet": PALLET,
    "zone": ZONE,
    "area": ZONE,
    "line": LINE,
    "one": "",  # "the green one" is of the kind that was named before
    "ones": "",
}
# Words that change nothing in what a goal means to the grammar; any other word that it does not know is refused.
FILLERS = frozenset(
    """a all an and align arm around arrange bring build by can circle color colors colour colours create in inside into
    it its lay learn let line lined make match move of on onto order pair pick pile place please practice practise put
    pyramid robot row same set should sort stack surround teach the their them to together top tower up with you
    """.split()  # noqa: SIM905
)
MOVABLE = (BLOCK, SMALL, BALL, CYLINDER, BOX)
VERBS = (
    ("pyramid", r"\bpyramid"),
    ("surround", r"\bsurround|\baround\b|\bcircle\b"),
    ("line-up", r"\bline\b.*\bup\b|\bline up\b|\ba (line|row)\b|\balign\b"),
    ("sort", r"\bsort"),
    ("pair", r"\bpair|\bmatch|same colou?r"),
    ("stack", r"\bstack|\btower|\bpile\b|on top of"),
    ("put-into", r"\b(in|into|inside)\b"),
    ("put-on", r"\b(on|onto)\b"),
)
LARGEST = {"stack": 4, "line-up": 6, "put-on": 6, "put-into": 4, "surround": 4, "sort": 4, "pair": 4, "pyramid": 6}
EXAMPLES = (
    '"put the red ball into the blue bowl", "stack three blocks on the stand", "line up four cylinders", '
    '"sort the red and the blue blocks into zones", "surround the ball with four blocks", '
    '"build a pyramid of six blocks"'
)
_PHRASE = re.compile(
    r"\b(?:(?P<count>a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+)?"
    rf"(?P<colors>(?:(?:{'|'.join(COLORS)})(?:\s*(?:,|and)\s*)?\s*(?:the\s+)?)*)"
    rf"\b(?P<noun>{'|'.join(sorted(NOUNS, key=len, reverse=True))})(?:e?s)?\b"
)


@dataclass(frozen=True)
class Unsaid:
    """The grammar cannot express a goal: why, and what is nearest."""

    reason: str
    nearest: str


@dataclass(frozen=True)
class _Phrase:
    things: tuple[Thing, ...]
    position: int
    counted: bool
    before: str  # the last word before it: a preposition says that it is where others go

    @property
    def is_place(self) -> bool:
        return self.before in ("in", "into", "inside", "on", "onto", "of")

    @property
    def is_target(self) -> bool:
        return self.is_place or self.before in ("with", "and", "their", "its", "to", "by", "a")


def understand(goal: str) -> Spec | Unsaid:
    """The spec that a goal stands for."""
    text = " ".join(goal.lower().replace("grey", "gray").split())
    said = [name for name, pattern in VERBS if re.search(pattern, text)]
    relation = next(iter(said), None)
    phrases = _phrases(text)
    if relation is None or not phrases:
        what = "names no object" if relation else "names no relation"
        return Unsaid(f"the composer cannot express {goal!r}: it {what} that its grammar has", f"try {EXAMPLES}")
    strange = [word for word in re.findall(r"\w+", _PHRASE.sub(" ", text)) if word not in FILLERS]
    if strange:
        words = joined([repr(word) for word in dict.fromkeys(strange)])
        return Unsaid(f"the composer's grammar does not know {words}", f"say it in other words: {EXAMPLES}")
    verbs = set(said) - {"put-into", "put-on"}
    if len(verbs) > 1 and verbs not in ({"pyramid", "stack"}, {"sort", "pair"}):
        return Unsaid(f"{goal!r} asks for more than one thing: {joined(sorted(verbs))}", "ask for one at a time")
    spec = _build(relation, phrases, text, goal)
    if isinstance(spec, Unsaid):
        return spec
    lost = set(re.findall(rf"\b(?:{'|'.join(COLORS)})\b", text)) - {
        thing.color for thing in (*spec.moved, *spec.targets)
    }
    if lost:
        return Unsaid(f"the composer cannot tell what is {joined(sorted(lost))} in {goal!r}", f"try {EXAMPLES}")
    return spec


def _phrases(text: str) -> list[_Phrase]:
    found: list[_Phrase] = []
    for match in _PHRASE.finditer(text):
        asset = NOUNS[match["noun"]] or next((p.things[0].asset for p in reversed(found)), "")
        word = match["count"] or ""
        if not asset or (match["noun"] == "one" and not match["colors"]) or (asset == LINE and "line" not in match[0]):
            continue
        if asset == LINE and re.search(r"line\s*up|a line\b", text) and not match["colors"]:
            continue
        number = int(word) if word.isdigit() else NUMBERS.index(word) if word in NUMBERS else 1 if word else 0
        colors = re.findall("|".join(COLORS), match["colors"]) or [""]
        plural = match[0].endswith("s") and number == 0
        count = number if word else 2 if plural and len(colors) == 1 else 1
        things = tuple(Thing(asset, color, count) for color in colors)
        before = re.findall(r"\w+", re.sub(r"\bthe\s*$", "", text[: match.start()]))[-1:]
        found.append(_Phrase(things, match.start(), bool(number) or not plural, "".join(before)))
    return found


def _build(relation: str, phrases: list[_Phrase], text: str, goal: str) -> Spec | Unsaid:
    movable = [phrase for phrase in phrases if phrase.things[0].asset in MOVABLE]
    fixed = [thing for phrase in phrases for thing in phrase.things if thing.asset not in MOVABLE]
    if not movable:
        return Unsaid(f"the composer cannot express {goal!r}: nothing in it can be moved", f"try {EXAMPLES}")
    counts = [thing.count for phrase in movable for thing in phrase.things]
    if sum(counts) > LARGEST[relation] + 1 or min(counts) < 1:  # one may be what the others go onto or around
        return _unsaid_count(relation, sum(counts))
    if relation == "surround":
        return _surround(movable, text, goal)
    places = [phrase for phrase in movable[1:] if phrase.is_place]
    if places and relation in ("stack", "put-on"):
        return _tower(movable, places, bool(fixed), goal)
    if places and relation == "put-into":
        return Unsaid(f"nothing goes into a {places[0].things[0].noun}", "put things into bowls or containers")
    strays = [phrase for phrase in phrases if phrase.things[0].asset not in MOVABLE and not phrase.is_target]
    if strays:
        return Unsaid(f"a {strays[0].things[0].noun} stays where it is", "say what goes into it or onto it")
    if relation == "line-up" and any(thing.asset != LINE for thing in fixed):
        return Unsaid(f"the composer lines things up on a line, not on a {fixed[0].noun}", "name no place, or a line")
    moved = _all(movable)
    if relation in ("pair", "sort") and {t.color for t in fixed if t.color} - {t.color for t in moved}:
        return Unsaid(f"{goal!r} names places of other colors than the things that go there", "sort by color")
    if relation == "put-into" and len(fixed) > 1 and [thing.color for thing in fixed] == [t.color for t in moved]:
        relation = "pair"
    if relation not in ("pair", "sort") and (len(fixed) > 1 or any(t.count > 1 and t.asset != BOWL for t in fixed)):
        return Unsaid(f"{goal!r} names more than one place to go", "name one, or sort by color")
    if relation == "pyramid" and not any(phrase.counted and phrase.things[0].count > 1 for phrase in movable):
        moved = (replace(moved[0], count=3),)
    if relation in ("stack", "line-up") and len(moved) == 1 and not movable[0].counted:
        moved = (replace(moved[0], count=3),)
    one_bowl = any(thing.asset == BOWL for thing in fixed) and "bowls" not in text
    crowded = one_bowl and sum(thing.count for thing in moved) > 1
    return _checked(Spec(relation, *_with_targets(relation, moved, fixed)), goal, crowded)


def _tower(movable: list[_Phrase], places: list[_Phrase], fixed: bool, goal: str) -> Spec | Unsaid:
    """`A on B`, or `A on B on C`: the last is the base, and the one before it goes onto it first."""
    if fixed or (len(places) > 1 and len(places) != len(movable) - 1) or places[-1] is not movable[-1]:
        return Unsaid(f"the composer cannot tell what {goal!r} puts on what", "name one base, such as the stand")
    base = movable[-1].things[0]
    if base.count != 1:
        return Unsaid("things are stacked on one base", f"say on one {base.noun}")
    order = list(reversed(movable[:-1])) if len(places) > 1 else movable[:-1]
    return _checked(Spec("stack", _all(order), (replace(base, color=base.color or "green"),)), goal)


def _all(phrases: list[_Phrase]) -> tuple[Thing, ...]:
    """The things of these phrases, in colours where none was said."""
    spare = iter(
        name
        for name in ("red", "blue", "yellow", "purple", "cyan", "orange", "pink", "brown")
        if all(name != thing.color for phrase in phrases for thing in phrase.things)
    )
    return tuple(replace(thing, color=thing.color or next(spare)) for phrase in phrases for thing in phrase.things)


def _with_targets(
    relation: str, moved: tuple[Thing, ...], fixed: list[Thing]
) -> tuple[tuple[Thing, ...], tuple[Thing, ...]]:
    """Moved things and the targets that the relation needs, in colours where none was said."""
    taken = {thing.color for thing in moved} | {thing.color for thing in fixed}
    free = next((name for name in ("green", "blue", "brown", "yellow", "orange") if name not in taken), "white")
    if relation in ("sort", "pair"):
        if len(moved) == 1:
            other = next(name for name in ("blue", "red") if name != moved[0].color)
            moved = (moved[0], replace(moved[0], color=other))
        count = max(1, moved[0].count) if relation == "sort" else 1
        moved = tuple(replace(thing, count=count) for thing in moved)
        return moved, tuple(Thing(ZONE if relation == "sort" else BOWL, thing.color) for thing in moved)
    default = {"line-up": LINE, "put-into": BOWL, "put-on": ZONE}.get(relation, STAND)
    target = replace(fixed[0], color=fixed[0].color or free) if fixed else Thing(default, free)
    if relation == "line-up" and target.asset != LINE:
        target = Thing(LINE, free)
    if relation == "put-into" and target.asset == BOWL:
        target = replace(target, count=sum(thing.count for thing in moved))
    elif target.count != 1:
        target = replace(target, count=1)
    return moved, (target,)


def _surround(movable: list[_Phrase], text: str, goal: str) -> Spec | Unsaid:
    if len(movable) < 2:
        return Unsaid(
            f"{goal!r} does not say what to surround, and with what", 'try "surround the ball with four blocks"'
        )
    around = re.search(r"\baround\b", text)
    first, second = movable[0], movable[1]
    middle, ring = (second, first) if around and around.start() > first.position else (first, second)
    things = _all([ring, middle])
    count = things[0].count if ring.counted and things[0].count > 1 else 4
    spec = Spec("surround", (replace(things[0], count=count),), (replace(things[-1], count=1), Thing(ZONE, "brown")))
    return _checked(spec, goal)


def _unsaid_count(relation: str, count: int) -> Unsaid:
    largest = LARGEST[relation]
    return Unsaid(
        f"the composer's {relation!r} takes at most {largest} objects, not {count}", f"say {NUMBERS[largest]}"
    )


def _checked(spec: Spec, goal: str, crowded: bool = False) -> Spec | Unsaid:
    if spec.relation == "pyramid" and spec.moved_count not in (3, 6):
        return Unsaid(
            f"the composer builds pyramids of three or six blocks, not of {spec.moved_count}", "say six blocks"
        )
    if spec.moved_count > LARGEST[spec.relation]:
        return _unsaid_count(spec.relation, spec.moved_count)
    if spec.relation in ("stack", "pyramid") and any(thing.asset == BALL for thing in (*spec.moved, *spec.targets)):
        return Unsaid(f"{goal!r}: nothing can be stacked with balls", "stack blocks, boxes or cylinders")
    if spec.relation == "put-into" and spec.targets[0].asset == BOWL and (len(spec.moved) > 1 or crowded):
        things = joined([thing.counted for thing in spec.moved])
        return Unsaid("a bowl holds one object", f'say "put {things} into the {spec.targets[0].color} container"')
    if spec.relation == "put-into" and spec.targets[0].asset not in (BOWL, CONTAINER):
        return replace(spec, relation="put-on")
    return spec
