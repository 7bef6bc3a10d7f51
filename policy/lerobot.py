"""A dataset in the form of LeRobot's data sets, version 3.0, written with pyarrow and ffmpeg alone.

    meta/info.json  meta/stats.json  meta/tasks.parquet
    meta/episodes/chunk-000/file-000.parquet             a row an episode: where its rows and its frames are
    data/chunk-000/file-000.parquet                      a row a step
    videos/observation.images.top/chunk-000/file-000.mp4 a frame a step, the episodes of a file one after the other

A step has no length of its own: it counts as a second. The height map is a column of floats and no second video, since
video has 8 bits a pixel and loses some of them, and here 0.1 mm counts. LeRobot's "task" is what the robot is told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from memory.target import new_target
from policy.dataset import Dataset
from policy.demonstration import Demonstration
from policy.lerobot_meta import STEPS_PER_SECOND, Statistics, card, episodes_table, info, tasks_table
from policy.observation import metres
from sim.camera import HEIGHTMAP_SHAPE
from sim.errors import UsageError
from sim.film import require_ffmpeg
from sim.stage import REST

VIDEO = "observation.images.top"
FRAMES_PER_FILE = 5_000
FILES_PER_CHUNK = 1000
QUALITY = ["-crf", "18", "-g", "2", "-bf", "0"]  # a key frame every second frame, so that any is found fast
VECTORS = {"observation.state": 3, "action": 6}
DATA = pa.schema(
    [
        *((name, pa.list_(pa.float32(), size)) for name, size in VECTORS.items()),
        ("observation.height", pa.list_(pa.list_(pa.float32()))),
        ("next.reward", pa.float32()),
        ("next.done", pa.bool_()),
        ("timestamp", pa.float32()),
        ("frame_index", pa.int64()),
        ("episode_index", pa.int64()),
        ("index", pa.int64()),
        ("task_index", pa.int64()),
    ]
)


@dataclass
class ExportedEpisode:
    """Where an episode is.

    Attributes:
        task: Name of the task.
        seed: Its seed.
        instructions: What the robot was told, each text once.
        length: Steps.
        start: Index of its first step in the whole.
        file: Number of its file, of data and of video.
        first_frame: Its first frame in the video.
        statistics: Of its features.
    """

    task: str
    seed: int
    instructions: tuple[str, ...]
    length: int
    start: int
    file: int
    first_frame: int
    statistics: dict[str, Statistics]


def export_lerobot(
    dataset: Dataset, target: Path, *, overwrite: bool = False, frames_per_file: int = FRAMES_PER_FILE
) -> None:
    """Writes a dataset as one for LeRobot; it appears complete or not at all.

    Args:
        dataset: The dataset.
        target: The folder to make.
        overwrite: Whether an export that lies there is replaced.
        frames_per_file: Most steps of a file of data, and most frames of a video.

    Raises:
        UsageError: The dataset is empty, or the target exists.
        DatasetDamaged: A shard is damaged.
        EnvironmentBroken: The disk refuses, or there is no ffmpeg.
    """
    if not dataset.tasks:
        raise UsageError(f"the dataset {dataset.folder} has no demonstrations", "record some with simsmith demos")
    require_ffmpeg()
    with new_target(target, replaces=_is_export if overwrite else None) as folder:
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        with _Writer(folder, frames_per_file) as writer:
            for name in dataset.tasks:
                for demonstration in dataset.demonstrations(name):
                    writer.add(demonstration)
        _write_meta(folder, writer.episodes, writer.tasks)


def _write_meta(folder: Path, episodes: Sequence[ExportedEpisode], tasks: Sequence[str]) -> None:
    meta = folder / "meta"
    (meta / "episodes" / "chunk-000").mkdir(parents=True)
    total = Statistics.merged([episode.statistics for episode in episodes])
    documents = {
        "info": info(len(episodes), sum(episode.length for episode in episodes), len(tasks), FILES_PER_CHUNK),
        "stats": {name: statistics.document() for name, statistics in total.items()},
    }
    for name, document in documents.items():
        (meta / f"{name}.json").write_text(json.dumps(document, indent=4), encoding="utf-8")
    pq.write_table(tasks_table(tasks), meta / "tasks.parquet")
    table = episodes_table(episodes, VIDEO, FILES_PER_CHUNK)
    pq.write_table(table, meta / "episodes" / "chunk-000" / "file-000.parquet", compression="zstd")
    (folder / "README.md").write_text(card(episodes, len(tasks)), encoding="utf-8")


class _Writer:
    """Writes data and video, file after file.

    Args:
        folder: Where to.
        frames_per_file: Most steps of a file.

    Attributes:
        episodes: What was written.
        tasks: The different instructions.
    """

    def __init__(self, folder: Path, frames_per_file: int) -> None:
        self.folder = folder
        self.frames_per_file = frames_per_file
        self.episodes: list[ExportedEpisode] = []
        self._numbers: dict[str, int] = {}
        self._frames = 0
        self._file = -1
        self._open = ExitStack()
        self._data: Any = None
        self._video: Any = None

    @property
    def tasks(self) -> list[str]:
        return list(self._numbers)

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, demonstration: Demonstration) -> None:
        """Adds an episode."""
        length = len(demonstration.steps)
        if self._file < 0 or self._frames + length > self.frames_per_file:
            self._next_file()
        start = self.episodes[-1].start + self.episodes[-1].length if self.episodes else 0
        columns = self._columns(demonstration, start)
        self._data.write_table(pa.table([_column(columns[name], DATA.field(name).type) for name in DATA.names], DATA))
        color = np.stack([step.color for step in demonstration.steps])
        for image in color:
            self._video.send(np.ascontiguousarray(image))
        statistics = {name: Statistics.of(values) for name, values in columns.items()}
        statistics[VIDEO] = Statistics.of_pictures(color)
        said = tuple(dict.fromkeys(step.instruction for step in demonstration.steps))
        self.episodes.append(
            ExportedEpisode(
                demonstration.task, demonstration.seed, said, length, start, self._file, self._frames, statistics
            )
        )
        self._frames += length

    def _columns(self, demonstration: Demonstration, start: int) -> dict[str, NDArray[Any]]:
        steps = demonstration.steps
        length = len(steps)
        frames = np.arange(length)
        # The tool is where the last action left it.
        state = [(*REST[:2], 0.0), *(step.place for step in steps[:-1])]
        numbers = [self._numbers.setdefault(step.instruction, len(self._numbers)) for step in steps]
        return {
            "observation.state": np.array(state, np.float32),
            "action": np.array([(*step.pick, *step.place) for step in steps], np.float32),
            "observation.height": np.stack([metres(step.height) for step in steps]),
            "next.reward": np.array([step.reward for step in steps], np.float32),
            "next.done": frames == length - 1,
            "timestamp": (frames / STEPS_PER_SECOND).astype(np.float32),
            "frame_index": frames,
            "episode_index": np.full(length, len(self.episodes)),
            "index": start + frames,
            "task_index": np.array(numbers),
        }

    def _next_file(self) -> None:
        import imageio_ffmpeg

        self._open.close()
        self._file, self._frames = self._file + 1, 0
        place = Path(f"chunk-{self._file // FILES_PER_CHUNK:03d}") / f"file-{self._file % FILES_PER_CHUNK:03d}"
        data = self.folder / "data" / place.with_suffix(".parquet")
        video = self.folder / "videos" / VIDEO / place.with_suffix(".mp4")
        for path in (data, video):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._data = self._open.enter_context(pq.ParquetWriter(data, DATA, compression="zstd", compression_level=9))
        rows, columns = HEIGHTMAP_SHAPE
        self._video = imageio_ffmpeg.write_frames(
            str(video),
            (columns, rows),
            fps=STEPS_PER_SECOND,
            codec="libx264",
            quality=None,
            output_params=QUALITY,
        )
        self._video.send(None)
        self._open.callback(self._video.close)


def _column(values: NDArray[Any], kind: Any) -> Any:
    """A column of numbers, of lists or of lists of lists."""
    if values.ndim == 1:
        return pa.array(values, kind)
    if pa.types.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])
    count, rows, columns = values.shape
    inner = pa.ListArray.from_arrays(_offsets(count * rows, columns), pa.array(values.ravel()))
    return pa.ListArray.from_arrays(_offsets(count, rows), inner)


def _offsets(count: int, size: int) -> Any:
    return pa.array(np.arange(count + 1, dtype=np.int32) * size)


def _is_export(folder: Path) -> bool:
    """Whether a folder holds such an export and nothing else."""
    own = {"README.md", "meta", "data", "videos"}
    return (folder / "meta" / "info.json").is_file() and {item.name for item in folder.iterdir()} <= own
