"""Export, import and restore as commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command import Command

from memory import MiniLM, TaskLibrary
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools.commit import commit_file

ALIGN = human_sources()["align-box-corner"]


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A home with one proved task, into which no seeds were put."""
    home = tmp_path_factory.mktemp("small") / "home"
    commit_file(TaskLibrary(home, minilm), Sandbox(), ALIGN, "align-box-corner")
    return home


@pytest.fixture
def small(small_home: Path, tmp_path: Path) -> Command:
    return Command(Path(shutil.copytree(small_home, tmp_path / "small")))


def test_export_import_into_an_empty_home_and_export_again(small: Command, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    exported = small("library", "export", str(first), "--json")
    assert exported.code == 0, exported.err
    assert exported.document["tasks"] == ["align-box-corner"]
    other = Command(tmp_path / "other")
    imported = other("library", "import", str(first), "--json")
    assert imported.code == 0, imported.err
    assert imported.document["counts"] == {"imported": 1}
    assert other("library", "export", str(second)).code == 0
    assert second.read_bytes() == first.read_bytes()
    refused = other("library", "export", str(second), "align-box-corner")
    assert refused.code == 2
    assert "--force" in refused.err
    assert other("library", "export", str(second), "align-box-corner", "--force").code == 0


def test_what_is_left_out_gives_exit_code_1_and_the_reason(small: Command, tmp_path: Path) -> None:
    library = tmp_path / "given" / "library"
    shutil.copytree(small.home / "library", library)
    (library / "align-box-corner" / "task.py").write_text("pass\n")
    (library / "broken-too").mkdir()
    (library / "broken-too" / "task.json").write_text("[" * 100_000)
    imported = small("library", "import", str(library.parent), "--json")
    assert imported.code == 1
    assert [item["outcome"] for item in imported.document["tasks"]] == ["damaged", "damaged"]
    assert "task.py" in imported.document["tasks"][0]["detail"]
    exported = Command(library.parent)("library", "export", str(tmp_path / "none.zip"))
    assert exported.code == 2
    assert "all 2 tasks are damaged" in exported.err
    assert not (tmp_path / "none.zip").exists()


def test_a_file_that_is_no_archive_changes_nothing(small: Command, tmp_path: Path) -> None:
    (tmp_path / "tasks.zip").write_text("hello")
    refused = small("library", "import", str(tmp_path / "tasks.zip"))
    assert refused.code == 2
    assert str(tmp_path / "tasks.zip") in refused.err
    missing = small("library", "import", str(tmp_path / "nothing"))
    assert missing.code == 2
    assert "no file or folder" in missing.err


def test_a_data_set_is_a_folder_of_lines_and_pictures(small: Command, tmp_path: Path) -> None:
    exported = small("library", "export", str(tmp_path / "data"), "--format", "dataset")
    assert exported.code == 0, exported.err
    (line,) = (tmp_path / "data" / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert row["code"] == ALIGN
    assert row["seeds"]["passed"] >= 9
    assert (tmp_path / "data" / row["after_file_name"]).read_bytes().startswith(b"\x89PNG")


def test_a_removed_task_is_restored(small: Command) -> None:
    TaskLibrary(small.home).remove("align-box-corner")
    restored = small("library", "restore", "align-box-corner", "--json")
    assert restored.code == 0, restored.err
    assert restored.document == {"restored": "align-box-corner"}
    assert TaskLibrary(small.home).get("align-box-corner").code == ALIGN
    again = small("library", "restore", "align-box-corner")
    assert again.code == 2
    assert small("library", "restore", "align-box").code == 2
