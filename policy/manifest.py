"""What a dataset holds, as `dataset.json` says it: tasks, seeds, shards and their hashes. The shards hang on it.

<home>/datasets/<name>/dataset.json                   this
                       shards/<task>/<episodes>.parquet
                       README.md                      the card, for people
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from memory.atomic import write_atomically
from memory.record import NAME_PATTERN
from policy.tasks import Mode
from sim.errors import EnvironmentBroken, FileDamaged, UsageError, did_you_mean
from sim.layout import Frozen, Primitive, Rules

FORMAT = 1  # of the manifest and of the shards
MANIFEST, SHARDS, CARD = "dataset.json", "shards", "README.md"
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class DatasetDamaged(FileDamaged):
    """A file of a dataset does not hold what was written into it (exit code 3)."""


class ShardEntry(Frozen):
    """A shard: consecutive episodes of a task.

    Attributes:
        file: Its path in the dataset's folder.
        sha256: Of its bytes.
        bytes: Its size.
        first: Number of its first episode in the task.
        seeds: The seed of each of its episodes.
        steps: How many steps each of its episodes has.
    """

    file: Annotated[str, Field(pattern=r"^shards/[a-z0-9][a-z0-9-]*/\d+-\d+\.parquet$")]
    sha256: Hash
    bytes: Count
    first: Count
    seeds: tuple[int, ...]
    steps: tuple[Annotated[int, Field(ge=1)], ...]


class TaskSummary(Frozen):
    """The demonstrations of a task.

    Attributes:
        origin: `human`, the name of the model that wrote the task, or `file`.
        program_sha256: Of the task's program.
        mode: Seen (`train`) or unseen (`test`) colours.
        appearance: How the table looks.
        rules: The rules that success was judged by.
        primitive: The motion primitive.
        instructions: What the robot was told: the first few different ones.
        next_seed: The first seed that was not tried; seeds count up from `TRAIN_SEEDS`.
        rejected: How many episodes were no demonstrations, by reason.
        given_up: Why the task was left out; empty when it was not.
        shards: Where its episodes are, in order.
    """

    origin: str
    program_sha256: Hash
    mode: Mode = "train"
    appearance: str = "plain"
    rules: Rules = "strict"
    primitive: Primitive = "pick_place"
    instructions: tuple[str, ...] = ()
    next_seed: int
    rejected: dict[str, Count] = Field(default_factory=dict)
    given_up: str = ""
    shards: tuple[ShardEntry, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each episode."""
        return tuple(seed for shard in self.shards for seed in shard.seeds)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many steps each episode has."""
        return tuple(steps for shard in self.shards for steps in shard.steps)

    @property
    def episodes(self) -> int:
        """How many episodes there are."""
        return len(self.seeds)

    @property
    def steps(self) -> int:
        """How many steps they have together."""
        return sum(self.lengths)

    @property
    def bytes(self) -> int:
        """What they take on the disk."""
        return sum(shard.bytes for shard in self.shards)

    def fingerprint(self, count: int) -> str:
        """What its first episodes are, 16 hexadecimal digits: the same however many follow them."""
        told = self.model_dump(mode="json", include={"program_sha256", "mode", "appearance", "rules"})
        episodes = [self.seeds[:count], self.lengths[:count]]
        return hashlib.sha256(json.dumps([told, episodes], sort_keys=True).encode()).hexdigest()[:16]

    @property
    def failures(self) -> int:
        """How many episodes were rejected."""
        return sum(self.rejected.values())


class Manifest(Frozen):
    """A dataset.

    Attributes:
        format: Version of the shards and of this file.
        versions: The versions of simsmith, pybullet and pyarrow that recorded it; several where they changed.
        commands: What was asked for, in order.
        tasks: Its tasks by name, those that were left out too.
    """

    format: int = FORMAT
    versions: dict[str, str] = Field(default_factory=dict)
    commands: tuple[str, ...] = ()
    tasks: dict[Annotated[str, Field(pattern=NAME_PATTERN)], TaskSummary] = Field(default_factory=dict)

    @property
    def rejected(self) -> dict[str, int]:
        """Rejected episodes of all tasks, by reason."""
        return dict(sum((Counter(task.rejected) for task in self.tasks.values()), Counter[str]()))


def dataset_folder(given: str, home: Path) -> Path:
    """The folder of a dataset that is named, or whose path is given (with a slash, or `.`).

    Raises:
        UsageError: This can be no name.
    """
    path = Path(given).expanduser()
    if len(path.parts) != 1 or given.startswith("."):
        return path.absolute()
    if re.fullmatch(NAME_PATTERN, given) is None:
        raise UsageError(f"a dataset cannot be called {given!r}", "use small letters, digits and hyphens, or a path")
    return home / "datasets" / given


def read_manifest(folder: Path) -> Manifest:
    """What a dataset's folder says it holds.

    Raises:
        UsageError: There is no dataset.
        DatasetDamaged: Its manifest is damaged, or of another version.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        others = sorted(path.parent.name for path in folder.parent.glob(f"*/{MANIFEST}"))
        near = did_you_mean(folder.name, others) if others else "simsmith demos makes one"
        raise UsageError(f"there is no dataset {folder}", near) from None
    except OSError as error:
        raise EnvironmentBroken(f"{folder / MANIFEST} cannot be read: {error.strerror}", "check its rights") from None
    try:
        document = json.loads(content)
        version = document["format"]
    except (ValueError, TypeError, KeyError):
        raise _damaged(folder, "it is no manifest of a dataset") from None
    if version != FORMAT:
        remedy = "update simsmith" if isinstance(version, int) and version > FORMAT else "record it anew"
        raise DatasetDamaged(f"{folder} is a dataset of format {version}, and this simsmith reads {FORMAT}", remedy)
    try:
        return Manifest.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(folder, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes what a dataset's folder holds, in the place of what stood there.

    Raises:
        OSError: The disk refuses.
    """
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False)
    write_atomically(folder / MANIFEST, text.encode("utf-8") + b"\n")


def _damaged(folder: Path, why: str) -> DatasetDamaged:
    return DatasetDamaged(f"{folder / MANIFEST} is damaged: {why}", "restore it, or record under another name")
