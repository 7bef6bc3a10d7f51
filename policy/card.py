"""The card of a dataset, `README.md` in its folder: what it is, where it comes from, and how it is read."""

from __future__ import annotations

import json
from pathlib import Path

from memory.atomic import write_atomically
from policy.manifest import CARD, SHARDS, Manifest, TaskSummary

TEXT = """
# Demonstrations of tabletop tasks

{episodes:,} episodes of {tasks}, {steps:,} steps, {size:.1f} MB. A scripted expert that sees the state of
the simulator solved each of them with full reward, in the PyBullet tabletop of Simsmith. A row is a step: what was seen
from above before it (RGB and height, 160 x 320 pixels, 3.125 mm each), the instruction, and the action (pick and place:
x, y in metres, yaw in radians).

```python
import numpy as np
import pyarrow.parquet as pq

table = pq.read_table("{example}")
color = np.frombuffer(table["color"][0].as_py(), np.uint8).reshape(160, 320, 3)
height = np.frombuffer(table["height"][0].as_py(), "<u2").reshape(160, 320) * 1e-4  # metres
print(table["instruction"][0], table["pick"][0], table["place"][0])
```

`dataset.json` names every shard with its SHA-256.

## Tasks

| task | origin | primitive | appearance | rules | colours | episodes | steps | kB a step | seeds | rejected |
| --- | --- | --- | --- | --- | --- | --: | --: | --: | --- | --- |
{rows}
{left_out}
## Instructions

{instructions}

## Where it comes from

{commands}

Recorded with {versions}, dataset format {format}. Seeds count up from 0. Episodes without
full reward were rejected: {rejected}.

## License

The pictures are renderings of the assets of Simsmith, which is under the MIT license. Instructions come from the task
programs. The license of the dataset is left to whoever publishes it.
"""


def write_card(folder: Path, manifest: Manifest) -> None:
    """Writes the card of a dataset.

    Raises:
        OSError: The disk refuses.
    """
    write_atomically(folder / CARD, card(manifest).encode("utf-8"))


def card(manifest: Manifest) -> str:
    """The card of a dataset, Markdown with a header that dataset viewers read."""
    tasks = {name: task for name, task in manifest.tasks.items() if task.shards}
    header = {
        "pretty_name": "Demonstrations of tabletop tasks",
        "task_categories": ["robotics"],
        "tags": ["robotics", "simulation", "manipulation", "pybullet", "imitation-learning"],
        "configs": [{"config_name": "default", "data_files": f"{SHARDS}/*/*.parquet"}],
    }
    example = next((task.shards[0].file for task in tasks.values()), f"{SHARDS}/TASK/00000-00009.parquet")
    text = TEXT.format(
        episodes=sum(task.episodes for task in tasks.values()),
        tasks=f"{len(tasks)} task{'' if len(tasks) == 1 else 's'}",
        steps=sum(task.steps for task in tasks.values()),
        size=sum(task.bytes for task in tasks.values()) / 1e6,
        example=example,
        rows="\n".join(_row(name, task) for name, task in tasks.items()),
        left_out=_left_out(manifest),
        instructions="\n".join(_instructions(name, task) for name, task in tasks.items()),
        commands="\n".join(f"    {command}" for command in manifest.commands) or "It was recorded by a program.",
        versions="; ".join(f"{name} {number}" for name, number in manifest.versions.items()),
        format=manifest.format,
        rejected=_counts(manifest.rejected),
    )
    # JSON is YAML, so that the header needs no writer of its own.
    return "\n".join(["---", *(f"{key}: {json.dumps(value)}" for key, value in header.items()), "---", text])


def _row(name: str, task: TaskSummary) -> str:
    seeds = f"{task.seeds[0]} to {task.seeds[-1]}"
    size = f"{task.bytes / 1000 / task.steps:.1f}"
    colors = "seen" if task.mode == "train" else "unseen"
    cells = [name, task.origin, task.primitive, task.appearance, task.rules, colors]
    counted = [task.episodes, task.steps, size, seeds, _counts(task.rejected)]
    return f"| {' | '.join(_cell(str(value)) for value in [*cells, *counted])} |"


def _left_out(manifest: Manifest) -> str:
    told = [f"- {name}: {_cell(task.given_up)}" for name, task in manifest.tasks.items() if task.given_up]
    return "\n".join(["", "Left out, since their oracle failed too often:", "", *told, ""]) if told else ""


def _instructions(name: str, task: TaskSummary) -> str:
    return f"- {name}: {'; '.join(_cell(text) for text in task.instructions)}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items()) or "none"


def _cell(text: str) -> str:
    """Text that breaks no table."""
    return " ".join(text.replace("|", "/").split())
