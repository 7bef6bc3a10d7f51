"""Which tasks of a library a study would train on and test, and how like they are."""

from __future__ import annotations

from dataclasses import dataclass

from memory import TaskLibrary
from memory.failures import FailureStore
from memory.lineage import ancestors
from policy.likeness import Likeness
from policy.predictors import Nearness, nearness_of
from policy.rejected import only_filtered, rejected_record
from policy.splits import Split, automatic_split, explicit_split
from policy.study_config import StudyConfig
from sim.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Proposal:
    """The tasks that a study would be made with.

    Attributes:
        split: Who is trained on and who is the test.
        nearness: How like they are.
        writers: Who wrote each rejected candidate of the store of failures.
    """

    split: Split
    nearness: Nearness
    writers: dict[str, str]


def propose(config: StudyConfig, library: TaskLibrary) -> Proposal:
    """The tasks that a study would be made with now, by the library and the store of failures of its home.

    Args:
        config: What the study is asked to do.
        library: The library.

    Raises:
        UsageError: A task that the config names is not in the library, or what it asks for is no split.
    """
    records = {record.name: record for record in library.records()}
    asked = config.split
    named = (*asked.train, *asked.test) if asked else (*config.train_human, *config.test_human)
    for name in named:
        if name not in records:
            raise UsageError(f"the library has no task {name!r}", did_you_mean(name, records))
    rejected = only_filtered(FailureStore(library.home, library.embedder).all()) if config.filter_number else []
    candidates = [rejected_record(failure) for failure in rejected]
    used = {name for name, record in records.items() if name in named or (not asked and record.origin != "human")}
    # What a task was written from makes it kin to others, whether or not it is in the study itself.
    everything = records | {record.name: record for record in candidates}
    for name in (*used, *(record.name for record in candidates)):
        used |= {relative.name for relative in ancestors(name, everything)}
    known = [record for name, record in records.items() if name in used]
    likeness = Likeness.of(library, [*known, *candidates])
    if asked:
        split = explicit_split(likeness, asked.train, asked.test)
    else:
        split = automatic_split(
            likeness,
            train_human=config.train_human,
            test_human=config.test_human,
            held_out=config.held_out,
            seed=config.split_seed,
            rejected={record.name for record in candidates},
        )
    train = (*split.train_human, *split.train_generated, *split.rejected)
    nearness = nearness_of(likeness, (*split.test_human, *split.test_generated), train)
    return Proposal(split, nearness, {record.name: record.origin for record in candidates})
