"""How a relation is said: several phrases for each, of which a spec's wording chooses one.

The words in braces are filled in where a relation's goals are written; the proof compares the phrases with the goals.
"""

from __future__ import annotations

from agent.grammar.spec import Spec

PHRASES: dict[str, tuple[str, ...]] = {
    "put-into": ("put {things} into {place}", "place {things} in {place}", "drop {things} into {place}"),
    "put-on": ("put {things} on {place}", "place {things} onto {place}", "set {things} down on {place}"),
    "stack": ("stack {things} on {place}", "put {things} on top of {place}", "pile up {things} on {place}"),
    "line-up": ("line up {things} on {place}", "arrange {things} in a row on {place}", "lay {things} along {place}"),
    "pair": ("put {things} into {place}", "bring {things} to {place}", "place {things} in {place}"),
    "pair-on": ("put {things} on {place}", "bring {things} to {place}", "place {things} on {place}"),
    "sort": ("sort {things} into {place}", "gather {things} in {place}", "collect {things} in {place}"),
    "surround": (
        "surround {middle} with {things}, {where} {place}",
        "put {things} around {middle} on {place}",
        "arrange {things} around {middle} on {place}",
    ),
    "pyramid": (
        "build the {layer} layer of the pyramid with {things} on {place}",
        "make the {layer} layer of the pyramid on {place} from {things}",
    ),
    "wall": (
        "build the {layer} course of the wall with {things} on {place}",
        "lay {things} side by side on {place}",
        "set {things} in a row on {place}",
    ),
    "stairs": ("put {things} in a row on {place}", "build the {layer} step of the stairs with {things} on {place}"),
    "pillars": ("put {things} on {place} as the pillars", "set up {things} on {place}", "place {things} on {place}"),
    "walls": ("put {things} on {place} as the walls", "build the walls with {things} on {place}"),
    "higher": ("put {things} on {place} to make the walls higher", "stack {things} on {place}"),
    "roof": ("lay {things} on {place} as the roof", "put {things} on {place} as the roof"),
    "deck": ("lay {things} across {place}", "put {things} on {place}", "bridge {place} with {things}"),
    "legs": ("put {things} on {place} as the legs", "set up {things} on {place}", "place {things} on {place}"),
    "plate": ("lay {things} on {place}", "cover {place} with {things}", "put {things} on {place}"),
    "top": ("put {things} on {place}", "place {things} on top of {place}", "set {things} on {place}"),
    "towers": (
        "build a tower of {things} on {place}",
        "stack {things} on {place}",
        "pile up {things} on {place}",
    ),
    "circle": (
        "arrange {things} in a circle on {place}",
        "place {things} on {place} in a circle",
        "form a ring with {things} on {place}",
    ),
    "grid": ("put {things} in a row on {place}", "place {things} on {place} in a row", "set {things} on {place}"),
    "grid-all": ("arrange {things} in a grid on {place}", "place {things} on {place} in rows"),
    "corners": (
        "put {things} in the corners of {place}",
        "place {things} at the corners of {place}",
        "set {things} on the corners of {place}",
    ),
    "triangle": (
        "arrange {things} in a triangle on {place}",
        "place {things} on {place} to form a triangle",
        "make a triangle with {things} on {place}",
    ),
    "diagonal": (
        "put {things} on the diagonal of {place}",
        "lay {things} from corner to corner on {place}",
    ),
    "rows": ("line up {things} on {place}", "arrange {things} in a row on {place}", "lay {things} along {place}"),
    "align": ("align {things} with {place}", "put {things} into {place}", "fit {things} into {place}"),
    "left-of": ("put {things} to the left of {middle} on {place}", "place {things} on {place}, left of {middle}"),
    "right-of": ("put {things} to the right of {middle} on {place}", "place {things} on {place}, right of {middle}"),
    "in-front-of": ("put {things} in front of {middle} on {place}", "place {things} on {place}, in front of {middle}"),
    "behind": ("put {things} behind {middle} on {place}", "place {things} on {place}, behind {middle}"),
    "between": ("put {things} between {middle} on {place}", "place {things} on {place} between {middle}"),
    "move": (
        "move {things} from {begin} to {place}",
        "take {things} out of {begin} and put {them} {into} {place}",
        "bring {things} from {begin} to {place}",
    ),
    "unstack": (
        "take {things} from the top of the tower and put {them} on {place}",
        "put {things} from the tower down on {place}",
    ),
    "restack-first": ("take {things} off the tower and put {them} on {place}", "move {things} to {place}"),
    "restack": ("take {things} off the tower and put {them} on top of {place}", "stack {things} on {place}"),
    "insert": ("put {things} into {place}", "insert {things} into {place}", "fit {things} into {place}"),
    "kit": (
        "put {things} into {hole} in {place}",
        "fit {things} into {hole} in {place}",
        "place {things} in {hole} in {place}",
    ),
    "hanoi": ("move {things} to the {peg} peg", "bring {things} to the {peg} peg"),
    "pegs": ("put {things} on the {peg} peg", "place {things} onto the {peg} peg"),
    "sweep": (
        "push the pile of {things} into {place}",
        "sweep the pile of {things} into {place}",
        "sweep all {things} into {place}",
    ),
    "rope-line": ("lay {things} along {place}", "align {things} with {place}", "stretch {things} along {place}"),
    "rope-between": ("lay {things} straight between {place}", "stretch {things} between {place}"),
    "rope-square": ("close {place} with {things}", "lay {things} along the open side of {place}"),
}


def say(spec: Spec, key: str, **words: str) -> str:
    """The phrase of this key that the spec's wording chooses, filled in."""
    phrases = PHRASES[key]
    return phrases[spec.wording % len(phrases)].format(**words)
