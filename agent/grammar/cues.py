"""Which relation a goal asks for: by the words between the things that it names, and by the things themselves."""

from __future__ import annotations

import re

from agent.grammar.mentions import FORMS, Reading

# Relation and what asks for it, the most particular first. `<kind>` is a thing that was named, a star ends a plural.
CUES: tuple[tuple[str, str], ...] = (
    (
        "hanoi",
        r"hanoi|\bmove <(small|middle|large)? ?disk>.*<peg>|\btower of <[a-z ]*disk>.*(\bpeg\b|<peg>)",
    ),
    ("pegs", r"(<[a-z ]*disk>|<ring>).*<peg>|<peg>.*<[a-z ]*disk>"),
    ("house", r"\b(house|home|hut|cottage)\b"),
    ("bridge", r"\bbridge\b"),
    ("stairs", r"\b(stairs?|staircase|steps?)\*?( |$)"),
    ("platform", r"\b(build|make|set|put up)\b.*\bplatform\b|\bon legs?\b|\blegs?\*"),
    ("wall", r"\bwall\b"),
    ("pyramid", r"\bpyramid\b"),
    ("restack", r"\b(anew|reverse|rebuild|restack|upside)\b"),
    ("unstack", r"\b(unstack|apart|dismantle)\b"),
    (
        "sweep",
        r"<pile>|\b(sweep|scoop|brush)\b|\b(push|shove)\b.*<small block>|\b(push|shove)\b.*<block>.*(<zone>|<square>)",
    ),
    ("rope", r"<rope>"),
    ("insert", r"<fixture>|\b(insert|fit|plug)\b.*<ell>"),
    ("kit", r"<kit>|<hole>|(<star>|<shape>).*\b(its|their) places?\b|\b(insert|fit)\b.*<shape>"),
    ("corners", r"\bcornerwise\b|<corners>.*\bof\b"),
    ("align", r"<corner>|<corners>"),
    ("diagonal", r"\bdiagonal"),
    ("surround", r"\bsurround\b|\baround\b"),
    ("circle", r"\b(ringwise|circle)\b"),
    ("triangle", r"\b(trianglewise|triangle)\b"),
    ("grid", r"\b(gridwise|squarewise|grid)\b|\bin \d rows?\b"),
    ("rows", r"\browsapart\b|<line>.*<line>|\b\d rows?\b"),
    ("between", r"\bbetween\b"),
    ("left-of", r"\b(leftof|beside)\b"),
    ("right-of", r"\brightof\b"),
    ("in-front-of", r"\binfrontof\b"),
    ("behind", r"\bbehind\b"),
    ("sort", r"\b(sort|separate|group|organi[sz]e|divide|order|arrange)\b.*\b(bycolor|byshape)\b|\b(sort|separate)\b"),
    ("pair", r"\b(pair|match|mate)\b|\bbycolor\b"),
    ("line-up", r"\b(lineup|rowwise|row|align|abreast)\b|<line>"),
    ("towers", r"\btower\*|\d tower"),
    ("stack", r"\b(stack|tower|upward|atop|column|on top)\b"),
    ("move", r"\bfrom\b.*\b(to|into|in|on)\b"),
    ("put-into", r"\b(in|into)\b|\bfill\b"),
    ("put-on", r"\bon\b|\bload\b"),
)
BY_THEMSELVES = frozenset(["put-into", "put-on", "move"])  # what a preposition alone asks for
TOGETHER = (
    {"pyramid", "stack"},
    {"sort", "pair"},
    {"circle", "surround"},
    {"corners", "align"},
    {"wall", "stack"},
    {"unstack", "stack"},
    {"restack", "stack"},
    {"towers", "stack"},
    {"hanoi", "stack"},
    {"hanoi", "stack", "pegs"},
    {"rope", "line-up"},
    {"rope", "align"},
    {"insert", "line-up"},
    {"align", "line-up"},
    {"corners", "line-up"},
    {"rows", "line-up"},
    {"rows", "line-up", "grid"},
    {"grid", "rows"},
    {"grid", "line-up"},
    {"kit", "insert"},
    {"house", "wall"},
    {"house", "stack"},
    {"bridge", "stack"},
    {"bridge", "between"},
    {"corners", "grid"},
    {"rope", "between"},
    {"align", "corners", "line-up"},
    {"pair", "left-of"},
    {"surround", "between"},
    {"corners", "surround"},
    {"diagonal", "align"},
    {"diagonal", "line-up"},
    {"towers", "stack", "hanoi"},
    {"hanoi", "towers"},
    {"hanoi", "pegs"},
    {"rows", "line-up", "sort"},
)


def plain(reading: Reading) -> str:
    """The goal with its things as `<kind>`: `put <ball> into <bowl>`."""
    at = {mention.start: mention for mention in reading.mentions}
    said, place = [], 0
    while place < len(reading.words):
        mention = at.get(place)
        if mention is None:
            said.append(reading.words[place])
            place += 1
            continue
        if mention.noun == "platform" and not mention.is_place:
            said.append("platform")
            place = mention.stop
            continue
        kind = mention.kind
        if kind == "corner" and (mention.many or (mention.count or 1) > 1):
            kind = "corners"
        said.append("<star>" if kind in FORMS else f"<{kind}>")
        place = mention.stop
    return " ".join(said)


def relations(reading: Reading) -> list[str]:
    """The relations that a goal asks for, the one that counts first; a preposition counts where nothing else does."""
    text = plain(reading)
    text = text.replace("<star>", "<star> <shape>")
    return [name for name, pattern in CUES if re.search(pattern, text)]


def contradicting(found: list[str]) -> list[str]:
    """The relations of which a task could be asked for only one at a time; empty where they are one."""
    asked = [name for name in found if name not in BY_THEMSELVES]
    if len(asked) < 2 or set(asked) in TOGETHER:
        return []
    return asked
