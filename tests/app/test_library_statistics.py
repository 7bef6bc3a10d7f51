"""The numbers and the map of a library, as the command gives them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import Command

VIEWS = {"code", "language", "scene", "mixture"}


def test_stats_writes_the_documented_json_and_nothing_else(reader) -> None:
    ran = reader("library", "stats", "--json")
    found = ran.document
    assert ran.code == 0
    assert found["by_origin"] == {"human": found["tasks"]}
    assert sum(found["by_family"].values()) == found["tasks"]
    assert set(found["vendi"]) == set(found["nearest_distance"]) == VIEWS
    assert all(1.0 < value < found["tasks"] for value in found["vendi"].values())
    assert all(0.0 < value < 1.0 for value in found["nearest_distance"].values())
    assert 0.0 < found["coverage"]["share"] < 1.0
    assert len(found["coverage"]["gaps"]) == 10


def test_stats_of_some_tasks_count_these_alone(reader) -> None:
    two = reader("library", "stats", "towers-of-hanoi", "put-block-in-bowl", "--json").document
    assert two["tasks"] == 2
    assert all(1.0 < value <= 2.0 for value in two["vendi"].values())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--origin", "humn"], "'human'"), (["towers-of-hanoy"], "'towers-of-hanoi'"), (["--session", "none"], "list")],
)
def test_stats_of_what_is_not_there_name_what_is(reader, arguments: list[str], told: str) -> None:
    ran = reader("library", "stats", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_stats_for_people_name_the_gaps(reader) -> None:
    ran = reader("library", "stats")
    assert "effective number of tasks" in ran.out
    assert "no task yet" in ran.out


def test_an_empty_library_has_numbers_and_a_map(tmp_path: Path) -> None:
    simsmith = Command(tmp_path / "home")
    found = simsmith("library", "stats", "--json").document
    assert (found["tasks"], found["by_origin"]) == (0, {})
    assert set(found["vendi"].values()) == {0.0}
    assert set(found["nearest_distance"].values()) == {None}
    assert "empty" in simsmith("library", "stats").out
    drawn = simsmith("library", "map", "--out", str(tmp_path / "map.html"), "--json")
    assert (drawn.code, drawn.document["tasks"]) == (0, 0)
    assert (tmp_path / "map.html").is_file()


def test_the_map_has_every_task_with_its_picture(reader, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    ran = reader("library", "map", "--out", str(out), "--view", "scene", "--color", "origin", "--json")
    page = out.read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])  # type: ignore[index]
    assert ran.document["bytes"] == out.stat().st_size
    assert not any(ran.document["left_out"].values())
    assert {item["name"] for item in data["tasks"]} == {folder.name for folder in (reader.home / "library").iterdir()}
    assert all(item["picture"].startswith("data:image/jpeg;base64,") for item in data["tasks"])
    assert data["color"] == "origin"


@pytest.mark.parametrize("out", ["no/such/folder.html", ".", ""])
def test_a_map_that_cannot_be_written_is_told_in_one_line(reader, tmp_path: Path, out: str) -> None:
    ran = reader("library", "map", "--out", str(tmp_path / out) if out else "")
    assert ran.code == 2
    assert "--out" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
