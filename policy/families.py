"""Families: which tasks practise the same thing, so that none of them is trained on when another one is the test.

Human-made tasks have theirs from a small table. Generated ones are clustered by the library's mixture of views
(average linkage); a cluster that is as near to a human-made task as its members are to each other joins its family, and
what was written from a task belongs to that task's family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory import TaskRecord
from policy.likeness import Likeness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Mean distance (1 - likeness) between clusters above which they stay apart. The pairs in the table below are 0.06 to
# 0.55 apart (but for `insertion`, 0.72: one hole and five), human-made tasks of different families 0.64 and more.
CUT = 0.55

# Why the members of a human-made family belong together.
HUMAN_FAMILIES: dict[str, tuple[tuple[str, ...], str]] = {
    "bowls": (("put-block-in-bowl", "place-red-in-green"), "blocks of one colour go into bowls of another"),
    "packing": (("packing-boxes", "packing-shapes"), "things go into one brown container"),
    "pyramids": (("stack-block-pyramid", "stack-block-pyramid-seq"), "the same pyramid, told at once or step by step"),
    "hanoi": (("towers-of-hanoi", "towers-of-hanoi-seq"), "the same puzzle, told at once or step by step"),
    "ropes": (("align-rope", "manipulating-rope"), "a rope is laid along a line, bead by bead"),
    "piles": (("sweeping-piles", "separating-piles"), "a pile of small blocks is pushed into a zone"),
    "insertion": (("block-insertion", "assembling-kits"), "a shape goes into the hole that fits it, with its turn"),
    "corner": (("align-box-corner",), "a box is aligned with a mark; no other task has one"),
    "pallet": (("palletizing-boxes",), "boxes of one size are stacked in layers; no other task does that"),
}


@dataclass(frozen=True)
class Families:
    """The family of each task.

    Attributes:
        of: Its family, by task.
        kin: All families that it has to do with, by task: its own, that of the tasks that it is like, and those of all
            tasks that it was written from.
    """

    of: Mapping[str, str]
    kin: Mapping[str, frozenset[str]]

    def members(self, family: str) -> tuple[str, ...]:
        """The tasks of a family, in alphabetical order."""
        return tuple(sorted(name for name, own in self.of.items() if own == family))


def human_family(name: str) -> str:
    """The family of a human-made task; one that the table does not know is a family of its own."""
    return next((family for family, (names, _) in HUMAN_FAMILIES.items() if name in names), name)


def families_of(likeness: Likeness, cut: float = CUT) -> Families:
    """The family of each task.

    Args:
        likeness: The tasks and how alike they are; those of origin `human` are the human-made ones.
        cut: Mean distance between clusters above which they stay apart.
    """
    records = likeness.records
    human = {name: human_family(name) for name, record in records.items() if record.origin == "human"}
    generated = [name for name in records if name not in human]
    of = {**human, **_clustered(likeness, generated, human, cut)}
    kin = {name: frozenset([family]) for name, family in of.items()}
    for name in _by_age(records, generated):
        parents = [parent for parent in records[name].parents if parent in of and parent != name]
        if not parents:
            continue
        # The nearest of them gives the family; the others make it kin to theirs.
        nearest = likeness.between([name], parents)[0]
        of[name] = of[parents[int(nearest.argmax())]]
        kin[name] = kin[name].union([of[name]], *(kin[parent] for parent in parents))
    return Families(of, kin)


def _clustered(likeness: Likeness, names: Sequence[str], human: Mapping[str, str], cut: float) -> dict[str, str]:
    """The family of each generated task by likeness alone: called after its most central member, or a human one."""
    found: dict[str, str] = {}
    for members in _clusters(likeness.between(names, names), names, cut):
        family = _human_family_near(likeness, members, human, cut)
        if family is None:
            closeness = likeness.between(members, members).sum(axis=1)
            family = f"like-{members[int(closeness.argmax())]}"
        found |= dict.fromkeys(members, family)
    return found


def _clusters(mixture: NDArray[np.float64], names: Sequence[str], cut: float) -> list[list[str]]:
    """Clusters by average linkage, their members in the order of the names."""
    import numpy as np

    if len(names) < 2:
        return [[name] for name in names]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = np.clip(1.0 - (mixture + mixture.T) / 2, 0.0, None)
    np.fill_diagonal(distances, 0.0)
    labels = fcluster(linkage(squareform(distances, checks=False), "average"), cut, "distance")
    clusters: dict[int, list[str]] = {}
    for name, label in zip(names, labels, strict=True):
        clusters.setdefault(int(label), []).append(name)
    return list(clusters.values())


def _human_family_near(likeness: Likeness, members: Sequence[str], human: Mapping[str, str], cut: float) -> str | None:
    """The family of the human-made task that a cluster is nearest to, when it is near enough."""
    nearness = {name: float(likeness.between(members, [name]).mean()) for name in sorted(human)}
    nearest = max(nearness, key=lambda name: nearness[name], default=None)
    return human[nearest] if nearest is not None and nearness[nearest] >= 1.0 - cut else None


def _by_age(records: Mapping[str, TaskRecord], names: Sequence[str]) -> list[str]:
    """The names, the oldest task first: a task is written from older ones."""
    return sorted(names, key=lambda name: (records[name].moment, name))
