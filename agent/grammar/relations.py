"""The vocabulary of the grammar: every relation that it can say, as data, and the assets that take part in them."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK, SMALL, BALL, CYLINDER, BOX = (
    "block/block.urdf",
    "block/small.urdf",
    "ball/ball.urdf",
    "cylinder/cylinder.urdf",
    "box/box.urdf",
)
PLANK = "box/box-template.urdf"  # long and flat: the deck of a bridge, a roof, the top of a platform
DISKS = ("hanoi/disk2.urdf", "hanoi/disk1.urdf", "hanoi/disk0.urdf")  # the largest first
SHAPE, ELL, ROPE = "kitting/object-template.urdf", "insertion/ell.urdf", "rope/bead-template.urdf"
BOWL, STAND, PALLET, ZONE = "bowl/bowl.urdf", "stacking/stand.urdf", "pallet/pallet.urdf", "zone/zone.urdf"
CONTAINER, LINE, SQUARE = "container/container-template.urdf", "line/line-template.urdf", "square/square-template.urdf"
CORNER, FIXTURE, KIT, PEGS = (
    "corner/corner-template.urdf",
    "insertion/fixture.urdf",
    "kitting/kit.urdf",
    "hanoi/stand.urdf",
)

LOOSE = (BLOCK, SMALL, BALL, CYLINDER, BOX)
FLAT = (BLOCK, CYLINDER, BOX, *DISKS)  # what others can stand on
BASES = (STAND, PALLET, ZONE, SQUARE)


@dataclass(frozen=True)
class Relation:
    """One relation of the grammar.

    Attributes:
        name: What a spec and a proposal call it.
        what: How the moved things end up, in one line.
        moves: Assets that it moves.
        onto: Assets that it takes as targets, in the order in which a spec lists them.
        most: The largest number of objects that it moves.
        example: A sentence that asks for it.
        pattern: The task's name, of `moved`, `target` (all targets), `first` and `last` (one of them).
    """

    name: str
    what: str
    moves: tuple[str, ...]
    onto: tuple[str, ...]
    most: int
    example: str
    pattern: str


def _table(*rows: Relation) -> dict[str, Relation]:
    return {row.name: row for row in rows}


RELATIONS = _table(
    Relation(
        "put-into",
        "each thing in a bowl of its own, or all of them in one container",
        (*LOOSE, SHAPE, ELL),
        (BOWL, CONTAINER),
        4,
        "put the red ball into the blue bowl",
        "put-{moved}-into-{target}",
    ),
    Relation(
        "put-on",
        "things beside each other on a base",
        (BLOCK, SMALL, CYLINDER, BOX, SHAPE, ELL, *DISKS),
        BASES,
        6,
        "put the two red blocks on the blue pallet",
        "put-{moved}-on-{target}",
    ),
    Relation(
        "stack",
        "things on top of each other on a base, the first at the bottom",
        (*FLAT, SMALL),
        (*BASES, BLOCK, CYLINDER, BOX),
        5,
        "stack three blocks on the stand",
        "stack-{moved}-on-{target}",
    ),
    Relation(
        "line-up",
        "things in a row along a line",
        (BLOCK, SMALL, CYLINDER, BOX, SHAPE, *DISKS),
        (LINE,),
        6,
        "line up four cylinders",
        "line-up-{moved}-on-{target}",
    ),
    Relation(
        "pair",
        "each thing to the target of its own colour",
        (BLOCK, BALL, CYLINDER, SMALL, BOX),
        (BOWL, ZONE, PALLET),
        4,
        "match the balls with bowls of the same color",
        "pair-{moved}-with-{target}-by-color",
    ),
    Relation(
        "sort",
        "each group of things to the zone or container of its own, by colour or by kind",
        (BLOCK, SMALL, CYLINDER, BALL, BOX),
        (ZONE, CONTAINER),
        6,
        "sort the red and the blue blocks into zones",
        "sort-{moved}-into-{target}",
    ),
    Relation(
        "surround",
        "things around something that stands in the middle of a zone",
        (BLOCK, SMALL, CYLINDER, BALL),
        (BLOCK, BALL, CYLINDER, BOX, BOWL, ZONE),
        6,
        "surround the ball with four blocks",
        "surround-{first}-with-{moved}",
    ),
    Relation(
        "pyramid",
        "three or six things in layers, each layer one shorter than the one below",
        (BLOCK, CYLINDER),
        BASES,
        6,
        "build a pyramid of six blocks",
        "pyramid-of-{moved}-on-{target}",
    ),
    Relation(
        "wall",
        "courses of equally many things, each group of things one course, the first at the bottom",
        (BLOCK, BOX),
        (PALLET, ZONE, SQUARE),
        9,
        "build a wall of six blocks",
        "wall-of-{moved}-on-{target}",
    ),
    Relation(
        "stairs",
        "courses that get shorter on one side only, each group of things one course",
        (BLOCK,),
        (PALLET, ZONE, SQUARE),
        6,
        "build stairs of six blocks",
        "stairs-of-{moved}-on-{target}",
    ),
    Relation(
        "bridge",
        "two pillars, a plank across them, and what comes onto the plank",
        (BLOCK, SMALL, CYLINDER, BOX, PLANK),
        (PALLET, ZONE, STAND),
        5,
        "build a bridge of two blocks and a plank",
        "bridge-of-{moved}-on-{target}",
    ),
    Relation(
        "house",
        "two walls of one or two courses, a plank as the roof, and what comes onto the roof",
        (BLOCK, SMALL, CYLINDER, BOX, PLANK),
        (PALLET, ZONE),
        7,
        "build a small house from blocks",
        "house-of-{moved}-on-{target}",
    ),
    Relation(
        "platform",
        "four legs, a plate on them, and what comes onto the plate",
        (BLOCK, SMALL, CYLINDER, BOX, PLANK),
        (PALLET, ZONE),
        7,
        "build a platform on four blocks",
        "platform-of-{moved}-on-{target}",
    ),
    Relation(
        "towers",
        "each group of things stacked on a base of its own",
        FLAT,
        (STAND, ZONE, BLOCK),
        6,
        "build two towers of blocks",
        "towers-of-{moved}-on-{target}",
    ),
    Relation(
        "circle",
        "things in a circle on a base",
        (BLOCK, CYLINDER, SMALL),
        (ZONE, PALLET, SQUARE),
        6,
        "arrange six blocks in a circle",
        "circle-of-{moved}-on-{target}",
    ),
    Relation(
        "grid",
        "rows of equally many things beside each other on a base, each group of things one row",
        (BLOCK, CYLINDER, SMALL),
        (ZONE, PALLET, SQUARE),
        9,
        "arrange six blocks in two rows",
        "grid-of-{moved}-on-{target}",
    ),
    Relation(
        "corners",
        "a thing in each corner of a base, or in two corners that face each other",
        (BLOCK, CYLINDER, SMALL, BALL),
        (ZONE, PALLET, SQUARE),
        4,
        "put a block in each corner of the square",
        "put-{moved}-in-corners-of-{target}",
    ),
    Relation(
        "triangle",
        "three things in a triangle on a base",
        (BLOCK, CYLINDER, SMALL),
        (ZONE, PALLET, SQUARE),
        3,
        "arrange three blocks in a triangle",
        "triangle-of-{moved}-on-{target}",
    ),
    Relation(
        "diagonal",
        "things in a row from corner to corner of a base",
        (BLOCK, CYLINDER, SMALL),
        (ZONE, SQUARE),
        4,
        "put three blocks on the diagonal of the square",
        "diagonal-of-{moved}-on-{target}",
    ),
    Relation(
        "rows",
        "each group of things in a row along a line of its own",
        (BLOCK, CYLINDER, SMALL),
        (LINE,),
        6,
        "line up the blocks on one line and the cylinders on another",
        "line-up-{moved}-on-{target}",
    ),
    Relation(
        "align",
        "each thing in a corner mark of its size",
        (BLOCK, BOX),
        (CORNER,),
        3,
        "align the red box with the corner",
        "align-{moved}-with-{target}",
    ),
    *(
        Relation(
            name,
            f"a thing {words} something that stands in the middle of a zone",
            (BLOCK, SMALL, CYLINDER, BALL, BOX),
            (BLOCK, BALL, CYLINDER, BOWL, ZONE),
            1,
            f"put the red block {words} the blue bowl",
            f"put-{{moved}}-{name}-{{first}}",
        )
        for name, words in (
            ("left-of", "to the left of"),
            ("right-of", "to the right of"),
            ("in-front-of", "in front of"),
            ("behind", "behind"),
        )
    ),
    Relation(
        "between",
        "things between two others that stand on a zone",
        (BLOCK, SMALL, CYLINDER, BALL, BOX),
        (BLOCK, BALL, CYLINDER, ZONE),
        2,
        "put the red block between the two blue cylinders",
        "put-{moved}-between-{first}",
    ),
    Relation(
        "move",
        "things from one place, the first target, to another, the last target",
        (BLOCK, SMALL, BALL, CYLINDER),
        (BOWL, PALLET, STAND, ZONE, CONTAINER),
        4,
        "move the red ball from the blue bowl into the green bowl",
        "move-{moved}-from-{first}-to-{last}",
    ),
    Relation(
        "unstack",
        "a tower on the first target taken apart from the top, side by side on the last target",
        (BLOCK, CYLINDER, *DISKS),
        BASES,
        4,
        "take the tower of three blocks apart and put the blocks on the zone",
        "unstack-{moved}-from-{first}-to-{last}",
    ),
    Relation(
        "restack",
        "a tower on the first target built anew on the last target, so that its top comes to the bottom",
        (BLOCK,),
        BASES,
        4,
        "build the tower of three blocks anew on the other stand",
        "restack-{moved}-from-{first}-to-{last}",
    ),
    Relation(
        "insert",
        "each ell in a fixture",
        (ELL,),
        (FIXTURE,),
        2,
        "put the red ell into the blue fixture",
        "insert-{moved}-into-{target}",
    ),
    Relation(
        "kit",
        "kitting shapes in their holes on the kit",
        (SHAPE,),
        (KIT,),
        4,
        "put the star and the heart into their holes in the kit",
        "kit-{moved}",
    ),
    Relation(
        "hanoi",
        "a tower of disks from the first to the last peg, one at a time, never a larger one on a smaller one",
        DISKS,
        (PEGS,),
        2,
        "move the tower of two disks to the last peg",
        "hanoi-{moved}",
    ),
    Relation(
        "pegs",
        "disks from the table over the pegs of the stand, the largest first: all over one peg, or one over each",
        DISKS,
        (PEGS,),
        3,
        "put the three disks over the first peg, the largest first",
        "put-{moved}-over-{target}",
    ),
    Relation(
        "sweep",
        "piles of small blocks in zones, pushed by a spatula; the count of a group is that of its pile",
        (SMALL,),
        (ZONE, SQUARE),
        60,
        "push the pile of red blocks into the blue zone",
        "sweep-{moved}-into-{target}",
    ),
    Relation(
        "rope",
        "a rope straight along a line, between two things, or along the open side of a square",
        (ROPE,),
        (LINE, BLOCK, CYLINDER, SQUARE),
        1,
        "lay the red rope along the blue line",
        "lay-{moved}-along-{target}",
    ),
)
