"""The library as a data set: one line a task, pictures beside it, and a card that tells the types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from memory_samples import PICTURES, hanoi_task, put_task

from memory import Review, TaskLibrary
from memory.dataset import COLUMNS, export_dataset
from memory.target import new_target
from sim.errors import EnvironmentBroken, UsageError


@pytest.fixture
def filled(letters: TaskLibrary) -> TaskLibrary:
    review = Review(reviewer="human", keep=True, reason='it is "good"\nand short')
    letters.add(put_task().model_copy(update={"reviews": (review,), "parents": ("towers-of-hanoi",)}), PICTURES)
    letters.add(hanoi_task().model_copy(update={"signature": None}), {})
    return letters


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]


def header(folder: Path) -> dict[str, object]:
    start, lines, _ = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert start == ""
    return {key: json.loads(value) for key, value in (line.split(": ", 1) for line in lines.splitlines())}


def test_a_line_says_what_a_task_is_and_names_its_pictures(filled: TaskLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "tasks"
    export_dataset(filled.files, [], folder)
    put, hanoi = rows(folder)
    record = filled.get("put-block-in-bowl")
    assert put["name"] == record.name
    assert put["code"] == record.code
    assert put["instruction"] == record.instruction
    assert put["reviews"] == [review.model_dump() for review in record.reviews]
    assert put["signature"] == {
        "kinds": [{"kind": "block", "count": 1}, {"kind": "bowl", "count": 1}],
        "moved": [{"kind": "block", "count": 1}],
        "colors": [{"color": "red", "count": 1}],
        "steps": ["pose:1xblock/block.urdf>1xbowl/bowl.urdf"],
        "primitive": "pick_place",
    }
    for picture, content in PICTURES.items():
        assert (folder / str(put[f"{picture}_file_name"])).read_bytes() == content
    assert hanoi["after_file_name"] is None


def test_every_line_has_the_columns_that_the_card_describes(filled: TaskLibrary, tmp_path: Path) -> None:
    export_dataset(filled.files, [], tmp_path / "tasks")
    features = header(tmp_path / "tasks")["dataset_info"]["features"]  # type: ignore[index]
    described = [f"{item['name']}_file_name" if item.get("dtype") == "image" else item["name"] for item in features]
    assert described == list(COLUMNS)
    assert [list(row) for row in rows(tmp_path / "tasks")] == [described, described]
    assert "license" not in header(tmp_path / "tasks")


def test_the_same_tasks_give_the_same_files(filled: TaskLibrary, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export_dataset(filled.files, [], tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) == 4
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)


def test_only_a_data_set_is_replaced_and_only_when_asked(filled: TaskLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "tasks"
    export_dataset(filled.files, [], folder)
    with pytest.raises(UsageError, match="exists already"):
        export_dataset(filled.files, ["towers-of-hanoi"], folder)
    export_dataset(filled.files, ["towers-of-hanoi"], folder, overwrite=True)
    assert [row["name"] for row in rows(folder)] == ["towers-of-hanoi"]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not what an export writes"):
        export_dataset(filled.files, [], folder, overwrite=True)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_data_set_whose_successor_cannot_take_its_place_stays(tmp_path: Path) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    (folder / "metadata.jsonl").write_text("mine")
    with pytest.raises(EnvironmentBroken, match="cannot be written"), new_target(folder, replaces=Path.is_dir):
        pass  # nothing is written, so that nothing can be put there
    assert (folder / "metadata.jsonl").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_damaged_task_is_left_out_and_named(filled: TaskLibrary, tmp_path: Path) -> None:
    (filled.home / "library" / "towers-of-hanoi" / "task.py").unlink()
    exported = export_dataset(filled.files, [], tmp_path / "tasks")
    assert [problem.name for problem in exported.problems] == ["towers-of-hanoi"]
    assert [row["name"] for row in rows(tmp_path / "tasks")] == ["put-block-in-bowl"]
