"""From words to what they mention: phrases such as `the red and the blue blocks`, and what is left between them."""

from __future__ import annotations

from dataclasses import dataclass

from agent.grammar.words import Word, vocabulary

ARTICLES = frozenset(["a", "an", "another"])
POINTERS = frozenset(["the", "this", "that", "these", "those", "my", "your", "its", "their"])
DETERMINERS = ARTICLES | POINTERS | frozenset(["every", "each", "all", "any", "several"])
JOINTS = frozenset([",", "and", "or"])
FORMS = ("ring", "star", "heart", "flower", "diamond", "triangle", "hexagon", "pentagon", "plus")  # of kitting shapes
COMPOUND = frozenset(["ell", "shape", "hole", *FORMS])  # `star shape` is one thing
INTO, ONTO = frozenset(["in", "into"]), frozenset(["on", "atop", "across", "over"])
PLAIN_ADJECTIVES = frozenset(
    ["long", "tall", "short", "wooden", "plain", "colored", "different", "other", "toy", "middle", "flat"]
)
SIZED = {
    ("small", "block"): "small block",
    ("long", "box"): "plank",
    ("flat", "box"): "plank",
    ("large", "disk"): "large disk",
    ("middle", "disk"): "middle disk",
    ("small", "disk"): "small disk",
}
SHAPES = frozenset(["long", "flat", "tall", "short", "wooden"])  # what only a few things of the world are
SHAPED = frozenset([("long", "line"), ("long", "rope"), ("long", "plank"), ("flat", "plank")])
SHAPED |= {("flat", "pallet"), ("flat", "zone"), ("flat", "square")}
PLACES = frozenset(["to", "insteadof", "beside", "around", "between", "behind", "along", "cornerwise"])
PLACES |= {"leftof", "rightof", "infrontof", "from"}


@dataclass(frozen=True)
class Mention:
    """One kind of thing that was named.

    Attributes:
        kind: What it is: `block`, `ball`, ..., or `one` for what was named before.
        colors: Its colours, in order; several mean as many groups.
        count: How many of each colour; None where no number was said.
        plural: Whether the noun was a plural.
        size: `small`, `large` or nothing.
        before: The word before the phrase: a preposition says that it is where others go.
        every: Whether all of them were meant, such as `each block`.
        start: Number of the phrase's first word.
        stop: Number of the word after it.
        noun: The noun as it was said.
        article: Whether the count is that of `a`, not of a number.
        unmade: A shape or a material that was said, and in which the world does not have it: `long` of a block.
    """

    kind: str
    colors: tuple[str, ...] = ()
    count: int | None = None
    plural: bool = False
    size: str = ""
    before: str = ""
    every: bool = False
    start: int = 0
    stop: int = 0
    noun: str = ""
    article: bool = False
    unmade: str = ""

    @property
    def is_place(self) -> bool:
        """Whether something goes there."""
        return self.before in INTO or self.before in ONTO or self.before in PLACES

    @property
    def many(self) -> bool:
        """Whether there are several, said without a number."""
        return self.count is None and (self.plural or self.every)


@dataclass(frozen=True)
class Reading:
    """A goal as it was read.

    Attributes:
        mentions: What it names, in order.
        rest: The words between the mentions.
        words: All words; a star ends a plural.
    """

    mentions: tuple[Mention, ...]
    rest: tuple[str, ...]
    words: tuple[str, ...]

    def has(self, *words: str) -> bool:
        """Whether one of these words stands between the mentions."""
        return any(word in self.rest for word in words)


def parse(words: tuple[Word, ...]) -> Reading:
    """The mentions in some words, and the rest."""
    mentions: list[Mention] = []
    rest: list[str] = []
    place = 0
    while place < len(words):
        found = _mention(words, place, mentions)
        if found is None:
            rest.append(words[place].text)
            place += 1
            continue
        mention, place = found
        mentions.append(mention)
    return Reading(tuple(mentions), tuple(rest), tuple(f"{word.text}*" if word.plural else word.text for word in words))


def _mention(words: tuple[Word, ...], start: int, before: list[Mention]) -> tuple[Mention, int] | None:
    """The phrase that begins at this word, and where it ends."""
    known = vocabulary()
    here, count, size, every, article = start, None, "", False, False
    colors: list[str] = []

    def text(number: int) -> str:
        return words[number].text if number < len(words) else ""

    while text(here) in DETERMINERS:
        every = every or text(here) in ("every", "each", "all", "several", "any")
        here += 1
    if here > start and text(here) == "of" and every:  # all of the blocks
        here += 1
        here += text(here) == "the"
    if text(here).isdigit():
        count, here = int(text(here)), here + 1
        here += text(here) == "more"
    elif text(here) == "one" and _begins(words, here + 1):
        count, here = 1, here + 1
        here += text(here) == "more"
    elif text(start) in ARTICLES:
        count, article = 1, True
    shape = ""
    while True:
        if text(here) in known.sizes and text(here) not in PLAIN_ADJECTIVES:
            size, here = known.sizes[text(here)], here + 1
        elif text(here) in PLAIN_ADJECTIVES:
            if text(here) in ("toy", "middle") and not _begins(words, here + 1):
                break
            shape, here = text(here), here + 1
        elif text(here) in known.colors:
            colors.append(text(here))
            here += 1
            after = here
            while text(after) in JOINTS or (after > here and text(after) in ("the", "a", "one", "1")):
                after += 1
            if after > here and text(after) in known.colors and _noun_follows(words, after):
                here = after
        else:
            break
    noun = text(here)
    # `in a line` and `a square of four` say how things lie, not what they are; the reader of goals knows.
    if noun not in known.nouns or (noun == "one" and not colors and not size and not before and here == start):
        return None
    kind, plural = known.nouns[noun], words[here].plural
    here += 1
    if kind in COMPOUND and text(here) in known.nouns:
        plural, here = words[here].plural, here + 1
    kind = SIZED.get((size or shape, kind), kind)
    previous = next((words[number].text for number in range(start - 1, -1, -1) if words[number].text != "the"), "")
    unmade = shape if shape in SHAPES and (shape, kind) not in SHAPED else ""
    mention = Mention(
        kind, tuple(dict.fromkeys(colors)), count, plural, size, previous, every, start, here, noun, article, unmade
    )
    return mention, here


def _begins(words: tuple[Word, ...], place: int) -> bool:
    """Whether a noun phrase goes on here: a colour, a size or a noun."""
    known, text = vocabulary(), words[place].text if place < len(words) else ""
    return text in known.colors or text in known.sizes or text in known.nouns or text == "more"


def _noun_follows(words: tuple[Word, ...], place: int) -> bool:
    """Whether these colours belong to one noun: `red and blue blocks`, not `the red one and a blue ball`."""
    known = vocabulary()
    for word in words[place:]:
        if word.text in known.nouns:
            return True
        if word.text not in known.colors and word.text not in JOINTS and word.text not in ("the", "a"):
            return False
    return False
