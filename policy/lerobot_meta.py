"""What LeRobot's data sets (version 3.0) say of themselves: features, statistics, tasks, episodes, card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.camera import HEIGHTMAP_SHAPE

if TYPE_CHECKING:
    from policy.lerobot import ExportedEpisode

VERSION = "v3.0"
ROBOT = "simsmith_tabletop"
STEPS_PER_SECOND = 1
PLACE = ("x", "y", "yaw")
PATH = "chunk-{chunk_index:03d}/file-{file_index:03d}"
MOST_MEGABYTES = {"data": 100, "video": 200}  # a file, as LeRobot has it
TASK_INDEX = "__index_level_0__"  # what pandas calls an index without a name

CARD = """
# Demonstrations of tabletop tasks

{episodes:,} episodes with {steps:,} steps of {tasks:,} tasks in the form of LeRobot's data sets, version 3.0. A
scripted expert solved each of them in the PyBullet tabletop of Simsmith.

| feature | |
| --- | --- |
| `observation.images.top` | video: the table from above, 160 x 320, row 0 is x = 0.25 m, column 0 is y = -0.5 m |
| `observation.height` | height above the table in metres, 160 x 320, exact to 0.1 mm |
| `observation.state` | where the tool was left: x, y (m), yaw (rad) |
| `action` | pick x, y, yaw and place x, y, yaw: one pick and place, or one push |

There are {instructions:,} instructions, which LeRobot calls tasks. A step counts as a second.
"""


@dataclass(frozen=True, eq=False)
class Statistics:
    """Least, greatest, mean and spread of a feature.

    Attributes:
        low: The least value.
        high: The greatest.
        mean: The mean.
        square: The mean of the squares.
        count: Of how many steps.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    square: NDArray[np.float64]
    count: int

    @classmethod
    def of(cls, values: NDArray[Any]) -> Statistics:
        """Of (N,) numbers or (N, D) vectors each component; of (N, rows, columns) maps all pixels, as (1, 1)."""
        number = values.astype(np.float64).reshape(len(values), -1) if values.ndim < 3 else values.astype(np.float64)
        axes = 0 if values.ndim < 3 else (0, 1, 2)
        found = cls._over(number, axes, len(values))
        return found if values.ndim < 3 else found._shaped((1, 1))

    @classmethod
    def of_pictures(cls, color: NDArray[np.uint8]) -> Statistics:
        """Of (N, rows, columns, 3) pictures each channel in 0..1, as (3, 1, 1)."""
        return cls._over(color / 255.0, (0, 1, 2), len(color))._shaped((3, 1, 1))

    @classmethod
    def _over(cls, values: NDArray[np.float64], axes: int | tuple[int, ...], count: int) -> Statistics:
        low, high = values.min(axes), values.max(axes)
        return cls(low, high, values.mean(axes), (values**2).mean(axes), count)

    @staticmethod
    def merged(parts: Sequence[Mapping[str, Statistics]]) -> dict[str, Statistics]:
        """The statistics of all episodes from those of each, by feature."""
        return {name: Statistics._together([part[name] for part in parts]) for name in parts[0]}

    @staticmethod
    def _together(parts: Sequence[Statistics]) -> Statistics:
        counts = [part.count for part in parts]
        return Statistics(
            np.min([part.low for part in parts], axis=0),
            np.max([part.high for part in parts], axis=0),
            np.average([part.mean for part in parts], axis=0, weights=counts),
            np.average([part.square for part in parts], axis=0, weights=counts),
            sum(counts),
        )

    def _shaped(self, shape: tuple[int, ...]) -> Statistics:
        low, high, mean, square = (values.reshape(shape) for values in (self.low, self.high, self.mean, self.square))
        return Statistics(low, high, mean, square, self.count)

    def document(self) -> dict[str, Any]:
        """As LeRobot writes them."""
        deviation = np.sqrt(np.maximum(self.square - self.mean**2, 0.0))
        named = {"min": self.low, "max": self.high, "mean": self.mean, "std": deviation}
        return {**{name: values.tolist() for name, values in named.items()}, "count": [self.count]}


def info(episodes: int, frames: int, tasks: int, files_per_chunk: int) -> dict[str, Any]:
    """`meta/info.json`."""
    return {
        "codebase_version": VERSION,
        "robot_type": ROBOT,
        "total_episodes": episodes,
        "total_frames": frames,
        "total_tasks": tasks,
        "chunks_size": files_per_chunk,
        "data_files_size_in_mb": MOST_MEGABYTES["data"],
        "video_files_size_in_mb": MOST_MEGABYTES["video"],
        "fps": STEPS_PER_SECOND,
        "splits": {"train": f"0:{episodes}"},
        "data_path": f"data/{PATH}.parquet",
        "video_path": f"videos/{{video_key}}/{PATH}.mp4",
        "features": _features(),
    }


def _features() -> dict[str, Any]:
    rows, columns = HEIGHTMAP_SHAPE
    video = {
        "video.height": rows,
        "video.width": columns,
        "video.codec": "h264",
        "video.pix_fmt": "yuv420p",
        "video.is_depth_map": False,
        "video.fps": STEPS_PER_SECOND,
        "video.channels": 3,
        "has_audio": False,
    }
    action = [f"{what}.{axis}" for what in ("pick", "place") for axis in PLACE]
    return {
        "observation.images.top": {
            "dtype": "video",
            "shape": [rows, columns, 3],
            "names": ["height", "width", "channels"],
            "info": video,
        },
        "observation.height": {"dtype": "float32", "shape": [rows, columns], "names": ["height", "width"]},
        "observation.state": {"dtype": "float32", "shape": [len(PLACE)], "names": list(PLACE)},
        "action": {"dtype": "float32", "shape": [len(action)], "names": action},
        **{
            name: {"dtype": kind, "shape": [1], "names": None}
            for name, kind in {
                "next.reward": "float32",
                "next.done": "bool",
                "timestamp": "float32",
                "frame_index": "int64",
                "episode_index": "int64",
                "index": "int64",
                "task_index": "int64",
            }.items()
        },
    }


def tasks_table(tasks: Sequence[str]) -> Any:
    """`meta/tasks.parquet`: as pandas writes a frame whose index are the instructions."""
    table = pa.table({"task_index": pa.array(range(len(tasks)), pa.int64()), TASK_INDEX: pa.array(tasks, pa.string())})
    word = {"pandas_type": "unicode", "numpy_type": "object"}
    number = {"name": "task_index", "field_name": "task_index", "pandas_type": "int64", "numpy_type": "int64"}
    pandas = {
        "index_columns": [TASK_INDEX],
        "column_indexes": [{"name": None, "field_name": None, **word, "metadata": {"encoding": "UTF-8"}}],
        "columns": [{**number, "metadata": None}, {"name": None, "field_name": TASK_INDEX, **word, "metadata": None}],
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.2.3",
    }
    return table.replace_schema_metadata({"pandas": json.dumps(pandas)})


def episodes_table(episodes: Sequence[ExportedEpisode], video: str, files_per_chunk: int) -> Any:
    """`meta/episodes`: where each episode's rows and frames are, and its statistics."""
    rows = []
    for number, episode in enumerate(episodes):
        chunk, file = divmod(episode.file, files_per_chunk)
        row: dict[str, Any] = {
            "episode_index": number,
            "tasks": list(episode.instructions),
            "length": episode.length,
            "data/chunk_index": chunk,
            "data/file_index": file,
            "dataset_from_index": episode.start,
            "dataset_to_index": episode.start + episode.length,
            f"videos/{video}/chunk_index": chunk,
            f"videos/{video}/file_index": file,
            f"videos/{video}/from_timestamp": episode.first_frame / STEPS_PER_SECOND,
            f"videos/{video}/to_timestamp": (episode.first_frame + episode.length) / STEPS_PER_SECOND,
            "meta/episodes/chunk_index": 0,
            "meta/episodes/file_index": 0,
            "simsmith/task": episode.task,
            "simsmith/seed": episode.seed,
        }
        for name, statistics in episode.statistics.items():
            row |= {f"stats/{name}/{what}": values for what, values in statistics.document().items()}
        rows.append(row)
    return pa.Table.from_pylist(rows)


def card(episodes: Sequence[ExportedEpisode], instructions: int) -> str:
    """`README.md`, with the header that LeRobot's data sets have."""
    header = {
        "task_categories": ["robotics"],
        "tags": ["LeRobot"],
        "configs": [{"config_name": "default", "data_files": "data/*/*.parquet"}],
    }
    text = CARD.format(
        episodes=len(episodes),
        steps=sum(episode.length for episode in episodes),
        tasks=len({episode.task for episode in episodes}),
        instructions=instructions,
    )
    return "\n".join(["---", *(f"{key}: {json.dumps(value)}" for key, value in header.items()), "---", text])
