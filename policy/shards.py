"""Shards: files of demonstrations, Parquet with a row a step. `docs/datasets.md` describes them for other readers.

Pictures are kept as plain arrays, compressed by Parquet's own Zstandard a whole page of steps at a time: that makes
them smaller than PNG does, since the steps of an episode are alike, and they are read without being decoded one by
one. The same demonstrations give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from policy.demonstration import Demonstration, Step
from policy.manifest import FORMAT
from policy.observation import HEIGHT_UNIT
from sim.camera import HEIGHTMAP_SHAPE
from sim.layout import Layout

ROWS, COLUMNS = HEIGHTMAP_SHAPE
COLOR_SHAPE = (ROWS, COLUMNS, 3)
LEVEL = 9  # of Zstandard: higher ones take ten times as long and save a tenth
PAGE = 8 << 20  # bytes before compression
WORDS = ["task", "instruction", "layout"]  # columns that say the same many times over
DESCRIPTION = {
    "format": FORMAT,
    "color": {"type": "uint8", "shape": COLOR_SHAPE, "means": "RGB from above; row 0 is x = 0.25, column 0 y = -0.5"},
    "height": {"type": "uint16, little endian", "shape": HEIGHTMAP_SHAPE, "unit": HEIGHT_UNIT, "means": "metres"},
    "pick": "x, y in metres, yaw in radians; where the tool comes down",
    "place": "x, y in metres, yaw in radians; where it goes",
}
SCHEMA = pa.schema(
    [
        ("task", pa.string()),
        ("seed", pa.int64()),
        ("episode", pa.int32()),
        ("step", pa.int32()),
        ("goal", pa.int32()),
        ("instruction", pa.string()),
        ("pick", pa.list_(pa.field("element", pa.float64()), 3)),
        ("place", pa.list_(pa.field("element", pa.float64()), 3)),
        ("reward", pa.float32()),
        ("color", pa.binary(ROWS * COLUMNS * 3)),
        ("height", pa.binary(ROWS * COLUMNS * 2)),
        ("layout", pa.string()),
    ],
    metadata={"simsmith": json.dumps(DESCRIPTION)},
)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a shard as arrays; N steps.

    Attributes:
        seed: (N,) int64.
        episode: (N,) int32, the episode's number in its task, from 0.
        step: (N,) int32, from 0 in each episode.
        goal: (N,) int32.
        instruction: N texts.
        pick: (N, 3) float64.
        place: (N, 3) float64.
        color: (N, 160, 320, 3) uint8.
        height: (N, 160, 320) uint16, tenths of a millimetre.
    """

    seed: NDArray[np.int64]
    episode: NDArray[np.int32]
    step: NDArray[np.int32]
    goal: NDArray[np.int32]
    instruction: list[str]
    pick: NDArray[np.float64]
    place: NDArray[np.float64]
    color: NDArray[np.uint8]
    height: NDArray[np.uint16]


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def encode(demonstrations: Sequence[Demonstration], first: int, before: bytes = b"") -> bytes:
    """A shard's file.

    Args:
        demonstrations: What is in it, of one task.
        first: Number of the first of them in its task.
        before: A shard whose episodes come before them.
    """
    rows = [
        {
            "task": demonstration.task,
            "seed": demonstration.seed,
            "episode": first + number,
            "step": index,
            "goal": step.goal,
            "instruction": step.instruction,
            "pick": step.pick,
            "place": step.place,
            "reward": step.reward,
            "color": step.color.tobytes(),
            "height": step.height.astype("<u2").tobytes(),
            "layout": demonstration.layout.model_dump_json(),
        }
        for number, demonstration in enumerate(demonstrations)
        for index, step in enumerate(demonstration.steps)
    ]
    table = pa.Table.from_pylist(rows, SCHEMA)
    if before:
        table = pa.concat_tables([pq.read_table(io.BytesIO(before)), table]).combine_chunks()
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        row_group_size=max(1, table.num_rows),
        use_dictionary=WORDS,
        compression="zstd",
        compression_level=LEVEL,
        data_page_size=PAGE,
        write_page_checksum=True,
    )
    return sink.getvalue()


def decode(content: bytes) -> Rows:
    """The rows of a shard whose bytes are those that were written."""
    table = pq.read_table(io.BytesIO(content), columns=[name for name in SCHEMA.names if name != "layout"])
    return Rows(
        seed=table["seed"].to_numpy(),
        episode=table["episode"].to_numpy(),
        step=table["step"].to_numpy(),
        goal=table["goal"].to_numpy(),
        instruction=table["instruction"].to_pylist(),
        pick=_lists(table["pick"]),
        place=_lists(table["place"]),
        color=_arrays(table["color"], np.dtype(np.uint8), COLOR_SHAPE),
        height=_arrays(table["height"], np.dtype("<u2"), HEIGHTMAP_SHAPE),
    )


def decode_demonstrations(content: bytes) -> list[Demonstration]:
    """The demonstrations of a shard."""
    rows = decode(content)
    words = pq.read_table(io.BytesIO(content), columns=["task", "layout", "reward"]).to_pydict()
    starts = np.flatnonzero(rows.step == 0).tolist()
    found = []
    for start, end in zip(starts, [*starts[1:], len(rows.step)], strict=True):
        steps = tuple(_step(rows, index, words["reward"][index]) for index in range(start, end))
        layout = Layout.model_validate_json(words["layout"][start])
        found.append(Demonstration(words["task"][start], int(rows.seed[start]), layout, steps))
    return found


def _step(rows: Rows, index: int, reward: float) -> Step:
    pick, place = (tuple(values[index].tolist()) for values in (rows.pick, rows.place))
    return Step(
        rows.color[index], rows.height[index], pick, place, int(rows.goal[index]), rows.instruction[index], reward
    )


def _lists(column: Any) -> NDArray[np.float64]:
    """A column of lists of three as (N, 3)."""
    values: NDArray[np.float64] = column.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(-1, 3)
    return values


def _arrays(column: Any, kind: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A column of arrays of one shape as (N, *shape), without a copy where there is one chunk."""
    parts = [
        np.frombuffer(chunk.buffers()[1], kind).reshape(-1, *shape)[chunk.offset : chunk.offset + len(chunk)]
        for chunk in column.chunks
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
