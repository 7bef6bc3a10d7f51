"""The test episodes of a study, laid out once for all arms."""

from __future__ import annotations

import contextlib
from pathlib import Path

from pydantic import ValidationError

from memory.errors import LibraryDamaged
from policy.seeds import TEST_SEEDS
from policy.splits import Split
from policy.study_config import StudyConfig
from policy.study_plan import Group
from policy.tasks import Mode, find_tasks
from sim.errors import TaskError
from sim.layout import Frozen, Layout
from sim.sandbox import Sandbox


class Trial(Frozen):
    """A test episode that all arms are given.

    Attributes:
        group: What it is a test of.
        task: The task.
        layout: The scene and its goals.
    """

    group: Group
    task: str
    layout: Layout


class Trials(Frozen):
    """All test episodes of a study."""

    trials: tuple[Trial, ...]


def lay_out(config: StudyConfig, split: Split, home: Path, sandbox: Sandbox) -> Trials:
    """Lays out all test episodes; a seed without a layout is left out of all arms alike.

    Args:
        config: How many there are.
        split: Of which tasks.
        home: The home of the library.
        sandbox: Where programs are laid out.
    """
    groups: tuple[tuple[Group, tuple[str, ...], Mode, int], ...] = (
        ("in-domain", split.train_human, "train", config.episodes),
        ("unseen-colors", split.train_human, "test", config.color_episodes),
        ("zero-shot-human", split.test_human, "train", config.episodes),
        ("zero-shot-generated", split.test_generated, "train", config.episodes),
    )
    trials = []
    for group, names, mode, episodes in groups:
        for task in find_tasks(names, home, sandbox, mode) if names else ():
            for seed in range(TEST_SEEDS, TEST_SEEDS + episodes):
                with contextlib.suppress(TaskError):
                    trials.append(Trial(group=group, task=task.name, layout=task.layout(seed, sandbox)))
    return Trials(trials=tuple(trials))


def read_trials(path: Path) -> Trials:
    """The test episodes of a file.

    Raises:
        LibraryDamaged: It cannot be read.
    """
    try:
        return Trials.model_validate_json(path.read_bytes())
    except ValidationError:
        raise LibraryDamaged(f"{path} cannot be read", "remove it: it is made again, the same") from None
