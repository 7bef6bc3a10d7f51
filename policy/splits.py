"""Splits: which tasks are trained on and which are the test, by family and without near-duplicates between the two."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from policy.families import CUT, Families, families_of
from policy.likeness import Likeness
from sim.errors import UsageError, did_you_mean
from sim.layout import Frozen

if TYPE_CHECKING:
    import numpy as np

LARGEST_SHARE = 2  # a held-out family is at most half of the held-out tasks, where there are families so small


class Leak(Frozen):
    """Two tasks on either side of a split that are too near to each other.

    Attributes:
        train: The task that would be trained on.
        test: The task that would be the test.
        similarity: Their likeness in the library's mixture of views, 0..1.
        reason: Why the novelty measure takes them for the same.
        dropped: Which of them an automatic split left out.
    """

    train: str
    test: str
    similarity: float
    reason: str
    dropped: str = ""


class Split(Frozen):
    """Which tasks are trained on and which are the test.

    Attributes:
        train_human: Human-made tasks that every policy is trained on: their unseen seeds are the in-domain test.
        train_generated: Generated tasks in the order in which they are added: the first n make the arm of n.
        test_human: Human-made tasks of held-out families.
        test_generated: Generated tasks of held-out families.
        rejected: Rejected candidates that may be trained on without filters, in the order in which they are added.
        excluded: Generated tasks that are not trained on since they are kin to a test family, and that family.
        leaks: Near-duplicates between train and test, and what was done about them.
        families: The family of each task.
    """

    train_human: tuple[str, ...]
    train_generated: tuple[str, ...] = ()
    test_human: tuple[str, ...] = ()
    test_generated: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    excluded: dict[str, str] = Field(default_factory=dict)
    leaks: tuple[Leak, ...] = ()
    families: dict[str, str] = Field(default_factory=dict)


def find_leaks(likeness: Likeness, train: Sequence[str], test: Sequence[str]) -> Iterator[Leak]:
    """The near-duplicates between train and test, by the measure that guards the library."""
    for name in test:
        others = [other for other in train if other != name]
        if name in train:
            yield Leak(train=name, test=name, similarity=1.0, reason="the same task")
        if likeness.novelty_beside(name, others).novel:
            continue
        for other in others:
            judged = likeness.novelty_beside(name, [other])
            if not judged.novel:
                score = round(judged.nearest[0].score, 4)
                yield Leak(train=other, test=name, similarity=score, reason=judged.reason)


def explicit_split(likeness: Likeness, train: Sequence[str], test: Sequence[str], cut: float = CUT) -> Split:
    """The split that somebody asked for.

    Args:
        likeness: The tasks and how alike they are.
        train: Names of the tasks to train on, in the order in which generated ones are added.
        test: Names of the tasks to test.
        cut: As for `families_of`.

    Raises:
        UsageError: An unknown task, a near-duplicate between train and test, or a family on both sides.
    """
    for name in (*train, *test):
        if name not in likeness.records:
            raise UsageError(f"the split names an unknown task {name!r}", did_you_mean(name, likeness.records))
    leak = next(find_leaks(likeness, train, test), None)
    if leak:
        raise UsageError(
            f"{leak.train} (train) and {leak.test} (test) are near-duplicates, likeness {leak.similarity:.2f}:"
            f" {leak.reason}",
            "take one of them out of the split",
        )
    families = families_of(likeness, cut)
    for name in test:
        for other in train:
            if families.kin[name] & families.kin[other]:
                near = likeness.between([name], [other])[0, 0]
                raise UsageError(
                    f"{other} (train) and {name} (test) are of one family, {families.of[name]}, likeness {near:.2f}",
                    "take one of them out of the split: zero-shot is for families that nobody trained on",
                )
    human = {name for name in (*train, *test) if likeness.records[name].origin == "human"}
    return Split(
        train_human=tuple(name for name in train if name in human),
        train_generated=tuple(name for name in train if name not in human),
        test_human=tuple(name for name in test if name in human),
        test_generated=tuple(name for name in test if name not in human),
        families={name: families.of[name] for name in (*train, *test)},
    )


def automatic_split(
    likeness: Likeness,
    *,
    train_human: Sequence[str],
    test_human: Sequence[str],
    held_out: int,
    seed: int,
    rejected: Collection[str] = (),
    cut: float = CUT,
) -> Split:
    """A split by family: whole families are held out, and what is kin or too near to them is not trained on.

    Args:
        likeness: The tasks and how alike they are: human-made and generated ones, and rejected candidates.
        train_human: The human-made tasks to train on.
        test_human: The human-made tasks to test, of other families.
        held_out: How many generated tasks to test, at least, where there are so many.
        seed: Of the choice of held-out families and of the order of the generated tasks.
        rejected: Which of the tasks are rejected candidates: these are never the test.
        cut: As for `families_of`.

    Raises:
        UsageError: A human-made family, or near-duplicates among human-made tasks, stand on both sides.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    families = families_of(likeness, cut)
    explicit_split(likeness, train_human, test_human, cut)
    generated = sorted(
        name for name, record in likeness.records.items() if record.origin != "human" and name not in rejected
    )
    human = {families.of[name] for name, record in likeness.records.items() if record.origin == "human"}
    test_generated = _held_out(families, generated, human, held_out, rng)
    test_families = frozenset[str]().union(*(families.kin[name] for name in (*test_human, *test_generated)))
    excluded = {}
    order: dict[bool, list[str]] = {False: [], True: []}
    for name in rng.permutation([*generated, *sorted(rejected)]).tolist():
        kin = sorted(families.kin[name] & test_families)
        if not kin:
            order[name in rejected].append(name)
        elif name not in test_generated:
            excluded[name] = kin[0]
    leaks = []
    for leak in find_leaks(likeness, [*train_human, *order[False], *order[True]], [*test_human, *test_generated]):
        # Human-made tasks are the same in every study: of a pair with one of them it is the generated task that goes.
        dropped = leak.test if leak.train in train_human else leak.train
        leaks.append(leak.model_copy(update={"dropped": dropped}))
    gone = {leak.dropped for leak in leaks}
    kept = {side: tuple(name for name in names if name not in gone) for side, names in order.items()}
    tested = tuple(name for name in test_generated if name not in gone)
    used = (*train_human, *kept[False], *kept[True], *test_human, *tested)
    return Split(
        train_human=tuple(train_human),
        train_generated=kept[False],
        test_human=tuple(test_human),
        test_generated=tested,
        rejected=kept[True],
        excluded=excluded,
        leaks=tuple(leaks),
        families={name: families.of[name] for name in used},
    )


def _held_out(
    families: Families, generated: Sequence[str], human: Collection[str], count: int, rng: np.random.Generator
) -> list[str]:
    """Generated tasks of whole families that have no human-made member, of several families where there are several.

    One that was also written from a task of a human-made family is passed over: it may be one that is trained on.
    """
    members = {
        family: [name for name in families.members(family) if name in generated and not families.kin[name] & set(human)]
        for family in rng.permutation(sorted({families.of[name] for name in generated} - set(human))).tolist()
    }
    small = [family for family in members if len(members[family]) <= max(1, count // LARGEST_SHARE)]
    large = sorted(set(members) - set(small), key=lambda family: (len(members[family]), family))
    chosen: list[str] = []
    for family in (*small, *large):
        if len(chosen) < count:
            chosen += members[family]
    return chosen
