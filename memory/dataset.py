"""The library as a data set in the form that the Hugging Face `datasets` package reads (its `imagefolder`).

    README.md              the card: what it is, and the type of every column
    metadata.jsonl         one line a task
    images/<name>-before.png, <name>-after.png

`datasets.load_dataset(FOLDER)` gives a row a task with both pictures decoded; the lines alone are read with
`load_dataset("json", data_files="FOLDER/metadata.jsonl")`. It is for reading and training; what shall come back into a
library is kept in an archive, which holds the whole proof.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memory.archive import Exported, chosen, require_some, sound_tasks
from memory.check import Problem
from memory.contents import PICTURES, parse_contents
from memory.files import TaskFiles
from memory.record import TaskRecord
from memory.target import new_target
from sim.signature import Signature
from sim.verdict import SeedSummary

CARD, LINES, IMAGES = "README.md", "metadata.jsonl", "images"

# The columns and their types, said in the card, so that an empty list in the first rows misleads nobody.
_TEXT, _TEXTS = "string", ["string"]
_COUNTS = [{"kind": "string", "count": "int64"}]
COLUMNS: dict[str, Any] = {
    "name": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "instruction": _TEXT,
    "instructions": _TEXTS,
    "code": _TEXT,
    "origin": _TEXT,
    "parents": _TEXTS,
    "created_at": _TEXT,
    "assets": _TEXTS,
    "signature": {
        "kinds": _COUNTS,
        "moved": _COUNTS,
        "colors": [{"color": "string", "count": "int64"}],
        "steps": _TEXTS,
        "primitive": _TEXT,
    },
    "seeds": {"run": "int64", "passed": "int64", "rate": "float64", "wilson_low": "float64"},
    "reviews": [{"reviewer": "string", "keep": "bool", "reason": "string"}],
    **{f"{picture}_file_name": _TEXT for picture in PICTURES},
}

_INTRODUCTION = """
# Robot practice tasks

{count} tabletop manipulation tasks for a robot arm with a suction cup or a spatula. Each is a short Python program that
lays out a PyBullet scene and sets goals. A scripted expert solved it on several seeds before it was kept. The programs
run in Simsmith.

```python
from datasets import load_dataset

tasks = load_dataset("PATH/TO/THIS/FOLDER", split="train")
tasks[0]["instruction"], tasks[0]["before"]
```

| column | means |
| --- | --- |
| `name`, `title`, `description` | what the task is called, and what it is |
| `instruction`, `instructions` | what the robot is told: the whole in one line, and a sentence for each goal |
| `code` | the program |
| `origin`, `parents`, `created_at` | who wrote it (`human`, or a model's name), from which tasks, and when |
| `assets`, `signature` | the objects in the scene, which of them are moved, and onto what |
| `seeds` | layouts on which the expert was run and passed, and the lower end of the 95 % Wilson interval |
| `reviews` | what critics said |
| `before`, `after` | the scene before and after the expert's work |
"""


def export_dataset(files: TaskFiles, names: Sequence[str], target: Path, *, overwrite: bool = False) -> Exported:
    """Write tasks to a folder as a data set; damaged ones are left out and named.

    Args:
        files: The library's files.
        names: The tasks; all when there is none.
        target: The folder.
        overwrite: Replace a data set that lies there.

    Raises:
        UsageError: A task is unknown, there is nothing to write, or the target exists.
        EnvironmentBroken: The disk refuses.
    """
    problems: list[Problem] = []
    written: list[str] = []
    with new_target(target, replaces=_is_dataset if overwrite else None) as folder:
        (folder / IMAGES).mkdir(parents=True)
        folder.chmod(0o755)
        with (folder / LINES).open("w", encoding="utf-8", newline="\n") as lines:
            for name, contents in sound_tasks(files, chosen(files, names), problems):
                images = {picture: contents[file] for picture in PICTURES if (file := f"{picture}.png") in contents}
                for picture, content in images.items():
                    (folder / _image(name, picture)).write_bytes(content)
                row = _row(parse_contents(contents, name), images)
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                written.append(name)
        require_some(written, problems)
        (folder / CARD).write_text(_card(len(written)), encoding="utf-8", newline="\n")
    return Exported(target=str(target), tasks=tuple(written), problems=tuple(problems))


def _row(record: TaskRecord, images: Mapping[str, bytes]) -> dict[str, Any]:
    """A task's line; every line has every column."""
    seeds = record.verdict.seeds if record.verdict else SeedSummary()
    row = record.model_dump(include=set(COLUMNS) - {"signature", "seeds"})
    row |= {
        "instruction": record.instruction,
        "signature": _signature(record.signature),
        "seeds": seeds.model_dump(),
        **{f"{picture}_file_name": _image(record.name, picture) if picture in images else None for picture in PICTURES},
    }
    return {column: row[column] for column in COLUMNS}


def _signature(signature: Signature | None) -> dict[str, Any]:
    """The scene view with lists in place of tables, whose keys would become columns."""
    scene = signature or Signature(kinds={}, moved={}, colors={}, steps=(), primitive="")
    return {
        "kinds": _counted("kind", scene.kinds),
        "moved": _counted("kind", scene.moved),
        "colors": _counted("color", scene.colors),
        "steps": scene.steps,
        "primitive": scene.primitive,
    }


def _counted(key: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{key: name, "count": count} for name, count in sorted(counts.items())]


def _image(name: str, picture: str) -> str:
    return f"{IMAGES}/{name}-{picture}.png"


def _card(count: int) -> str:
    header = {
        "pretty_name": "Robot practice tasks",
        "task_categories": ["robotics"],
        "tags": ["robotics", "simulation", "manipulation", "pybullet", "code"],
        "configs": [
            {"config_name": "default", "data_files": [{"split": "train", "path": [LINES, f"{IMAGES}/*.png"]}]},
        ],
        "dataset_info": {"features": _features()},
    }
    # JSON is YAML, so that the header needs no writer of its own; the license is left to whoever publishes it.
    parts = [f"{key}: {json.dumps(value)}" for key, value in header.items()]
    return "\n".join(["---", *parts, "---", _INTRODUCTION.format(count=count)])


def _features() -> list[dict[str, Any]]:
    """The columns as a card describes them; the pictures' names become the pictures."""
    images = {f"{picture}_file_name": picture for picture in PICTURES}
    return [
        {"name": images[name], "dtype": "image"} if name in images else _feature(name, kind)
        for name, kind in COLUMNS.items()
    ]


def _feature(name: str, kind: Any) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"name": name, "dtype": kind}
    if isinstance(kind, dict):
        return {"name": name, "struct": [_feature(key, inner) for key, inner in kind.items()]}
    (inner,) = kind
    return {"name": name, "list": inner if isinstance(inner, str) else _feature("", inner)["struct"]}


def _is_dataset(folder: Path) -> bool:
    """Whether a folder holds a data set of this shape and nothing else."""
    own = {CARD, LINES, IMAGES}
    return folder.is_dir() and (folder / LINES).is_file() and {item.name for item in folder.iterdir()} <= own
