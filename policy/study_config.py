"""What a study is asked to do: typed presets, and what a study that is gone on with was asked before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from memory.atomic import write_atomically
from memory.errors import LibraryDamaged
from policy.families import HUMAN_FAMILIES
from sim.errors import UsageError
from sim.layout import Frozen

CONFIG = "config.json"
# Held-out human-made families: each has one thing in common with what is trained on (containers, towers, marks,
# boxes), so that transfer is possible, and none is a matter of colours alone.
TEST_FAMILIES = ("packing", "hanoi", "corner", "pallet")
TEST_HUMAN = tuple(name for family in TEST_FAMILIES for name in HUMAN_FAMILIES[family][0])
TRAIN_HUMAN = tuple(
    name for family, (names, _) in HUMAN_FAMILIES.items() if family not in TEST_FAMILIES for name in names
)


Preset = Literal["smoke", "cpu", "gpu"]


class Costs(Frozen):
    """Seconds of one core that things take, as they were measured; hours are computed from them.

    Attributes:
        demonstration: To lay out, run and record an oracle episode.
        sample: To learn from one sample: a gradient step takes so long for each in its batch.
        episode: A test episode with a policy.
        measured: On what.
    """

    demonstration: float
    sample: float
    episode: float
    measured: str = ""


class AskedSplit(Frozen):
    """A split that somebody asks for.

    Attributes:
        train: Tasks to train on: human-made ones, and generated ones in the order in which they are added.
        test: Tasks of other families to test.
    """

    train: Annotated[tuple[str, ...], Field(min_length=1)]
    test: tuple[str, ...] = ()


class StudyConfig(Frozen):
    """What a study is asked to do.

    Attributes:
        preset: The preset that it comes from.
        numbers: Numbers of generated tasks, 0 first.
        seeds: Seeds of training; each arm is trained once for each.
        split_seed: Seed of the held-out families and of the order of the generated tasks, the same for all arms.
        train_human: Human-made tasks that every arm is trained on.
        test_human: Human-made tasks of held-out families.
        held_out: Generated tasks of held-out families to test.
        demonstrations: Demonstrations that an arm is trained on, over all its tasks.
        training: Preset of training.
        steps: Gradient steps of an arm.
        batch: Samples of a gradient step.
        episodes: Test episodes of a task.
        color_episodes: Test episodes of a training task in unseen colours and shapes; 0 leaves that out.
        blind_number: At which number the text-blind arm is run; None leaves it out.
        filter_number: At which number the arm without filters is run; None leaves it out.
        rejected_share: Which part of its generated tasks that arm takes from the rejected candidates.
        split: The tasks, where they are asked for; they are chosen by family when None.
        costs: What things take, for the plan.
    """

    preset: Preset
    numbers: Annotated[tuple[int, ...], Field(min_length=1)]
    seeds: Annotated[tuple[int, ...], Field(min_length=1)] = (1, 2, 3)
    split_seed: int = 1
    train_human: Annotated[tuple[str, ...], Field(min_length=1)] = TRAIN_HUMAN
    test_human: tuple[str, ...] = TEST_HUMAN
    held_out: Annotated[int, Field(ge=0)]
    demonstrations: Annotated[int, Field(ge=1)]
    training: Preset
    steps: Annotated[int, Field(ge=1)]
    batch: Annotated[int, Field(ge=1)]
    episodes: Annotated[int, Field(ge=1)]
    color_episodes: Annotated[int, Field(ge=0)] = 0
    blind_number: int | None = None
    filter_number: int | None = None
    rejected_share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
    split: AskedSplit | None = None
    costs: Costs

    @model_validator(mode="after")
    def _numbers_agree(self) -> StudyConfig:
        if list(self.numbers) != sorted(set(self.numbers)) or self.numbers[0] != 0:
            raise ValueError("numbers do not count up from 0: gains are told against no generated tasks")
        for number in (self.blind_number, self.filter_number):
            if number is not None and number not in self.numbers:
                raise ValueError(f"{number} is none of the numbers: there would be nothing to compare that arm with")
        if self.demonstrations < len(self.train_human) + self.numbers[-1]:
            raise ValueError("there are fewer demonstrations than tasks: each task needs one")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("a seed stands twice")
        return self

    @property
    def rejected_wanted(self) -> int:
        """Rejected candidates that the arm without filters needs."""
        return round((self.filter_number or 0) * self.rejected_share)


LAPTOP = Costs(demonstration=0.4, sample=0.044, episode=0.52, measured="one core of a 2-core x86 machine")
GRAPHICS = Costs(demonstration=0.6, sample=0.002, episode=0.6, measured="one core, and an estimate of one GPU")
PRESETS: dict[Preset, StudyConfig] = {
    "smoke": StudyConfig(
        preset="smoke",
        numbers=(0, 3),
        train_human=("put-block-in-bowl", "sweeping-piles", "block-insertion"),
        test_human=("packing-shapes", "align-box-corner"),
        held_out=1,
        demonstrations=12,
        training="smoke",
        steps=20,
        batch=4,
        episodes=2,
        color_episodes=1,
        blind_number=3,
        filter_number=3,
        costs=LAPTOP,
    ),
    "cpu": StudyConfig(
        preset="cpu",
        numbers=(0, 10, 25, 50, 100),
        held_out=8,
        demonstrations=500,
        training="cpu",
        steps=1600,
        batch=8,
        episodes=8,
        color_episodes=4,
        blind_number=25,
        filter_number=25,
        costs=LAPTOP,
    ),
    "gpu": StudyConfig(
        preset="gpu",
        numbers=(0, 10, 25, 50, 100),
        seeds=(1, 2, 3, 4, 5),
        held_out=12,
        demonstrations=2000,
        training="gpu",
        steps=20_000,
        batch=32,
        episodes=50,
        color_episodes=20,
        blind_number=25,
        filter_number=25,
        costs=GRAPHICS,
    ),
}


def preset(name: Preset, seeds: int | None = None) -> StudyConfig:
    """The preset of this name.

    Args:
        name: Its name.
        seeds: How many seeds of training, 1, 2, ...; its own when None.
    """
    config = PRESETS[name]
    return config if seeds is None else config.model_copy(update={"seeds": tuple(range(1, seeds + 1))})


def with_split(config: StudyConfig, path: Path) -> StudyConfig:
    """The config with the split of a file: JSON, `{"train": [...], "test": [...]}`, names of tasks.

    Raises:
        UsageError: The file is not there, or is no split.
    """
    try:
        asked = AskedSplit.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a JSON file with a split") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        remedy = 'write {"train": ["task", ...], "test": ["task", ...]}'
        raise UsageError(f"{path} is no split: {place}: {first['msg']}", remedy) from None
    return config.model_copy(update={"split": asked})


def keep_config(folder: Path, config: StudyConfig) -> None:
    """Notes what a study is asked to do; one that was begun must have been asked the same.

    Raises:
        UsageError: It was asked something else; the keys that differ are named.
        LibraryDamaged: What it was asked cannot be read.
        OSError: The disk refuses.
    """
    path = folder / CONFIG
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, config.model_dump_json(indent=2).encode())
        return
    try:
        before = StudyConfig.model_validate_json(path.read_bytes())
    except (ValidationError, UnicodeDecodeError):
        raise LibraryDamaged(f"{path} cannot be read", "restore it, or take another --name") from None
    differ = differences(before, config)
    if differ:
        told = ", ".join(f"{key} ({was} before, {now} now)" for key, (was, now) in differ.items())
        raise UsageError(
            f"the study {folder.name} was begun with another config: {told}", "ask for the same, or take another --name"
        )


def differences(before: StudyConfig, now: StudyConfig) -> dict[str, tuple[Any, Any]]:
    """The keys in which two configs differ, with both values; what things cost does not count."""
    keys = [key for key in StudyConfig.model_fields if key != "costs"]
    return {key: (getattr(before, key), getattr(now, key)) for key in keys if getattr(before, key) != getattr(now, key)}
