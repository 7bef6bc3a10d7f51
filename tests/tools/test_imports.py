"""Import: every task is proved on the way in, nothing is overwritten, and one bad task never stops the others."""

from __future__ import annotations

import itertools
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from memory import MiniLM, TaskLibrary
from memory.archive import export_archive
from memory.contents import task_contents
from sim.errors import UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools.commit import commit_file
from tools.imports import Imported, import_tasks
from tools.offers import open_source
from tools.task_files import programs

PUBLISHED = Path(__file__).resolve().parents[1] / "sim" / "published"
ALIGN, PUT = (human_sources()[name] for name in ("align-box-corner", "put-block-in-bowl"))
FLOATING = ALIGN.replace("targ_poses=[mark_pose]", "targ_poses=[((*mark_pose[0][:2], 0.2), mark_pose[1])]")


class NoModel:
    """Stands where the model is, and must not be asked."""

    name = "all-MiniLM-L6-v2"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(f"embedded again: {texts}")


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> TaskLibrary:
    """A library of two proved tasks; only read."""
    library = TaskLibrary(tmp_path_factory.mktemp("proved") / "home", minilm)
    commit_file(library, Sandbox(), ALIGN, "align-box-corner")
    commit_file(library, Sandbox(), PUT, "put-block-in-bowl")
    return library


@pytest.fixture
def library(tmp_path: Path, minilm: MiniLM) -> TaskLibrary:
    return TaskLibrary(tmp_path / "home", minilm)


def run(library: TaskLibrary, path: Path, *, keep_duplicates: bool = False) -> list[Imported]:
    with open_source(path) as source:
        return list(import_tasks(library, Sandbox(), source, keep_duplicates=keep_duplicates))


def outcomes(items: Sequence[Imported]) -> dict[str, str]:
    return {item.name: item.outcome for item in items}


def test_exported_imported_into_an_empty_home_and_exported_again_the_bytes_are_the_same(
    proved: TaskLibrary, tmp_path: Path
) -> None:
    export_archive(proved.files, [], tmp_path / "first.zip")
    library = TaskLibrary(tmp_path / "home", NoModel())
    done = run(library, tmp_path / "first.zip")
    assert [(item.outcome, item.detail) for item in done] == [("imported", ""), ("imported", "")]
    export_archive(library.files, [], tmp_path / "second.zip")
    assert (tmp_path / "second.zip").read_bytes() == (tmp_path / "first.zip").read_bytes()
    again = run(library, tmp_path / "first.zip")
    assert [item.outcome for item in again] == ["already-there", "already-there"]


def test_duplicates_are_found_by_the_vectors_that_an_archive_brings_along(proved: TaskLibrary, tmp_path: Path) -> None:
    there = TaskLibrary(tmp_path / "home", proved.embedder)
    twin = proved.get("align-box-corner").model_copy(update={"name": "align-again"})
    there.add(twin, proved.pictures("align-box-corner"))
    (done,) = (item for item in run(TaskLibrary(there.home, NoModel()), proved.home) if item.outcome == "duplicate")
    assert done.name == "align-box-corner"
    assert "align-again" in done.detail
    assert there.names() == ["align-again", "put-block-in-bowl"]


def test_an_import_that_was_stopped_is_completed_by_the_next_one(proved: TaskLibrary, library: TaskLibrary) -> None:
    with open_source(proved.home) as source:
        (first,) = itertools.islice(import_tasks(library, Sandbox(), source), 1)
    assert outcomes([first]) == {"align-box-corner": "imported"}
    assert library.names() == ["align-box-corner"]
    assert outcomes(run(library, proved.home)) == {
        "align-box-corner": "already-there",
        "put-block-in-bowl": "imported",
    }
    assert library.check() == []


def test_what_the_proof_does_not_bear_out_is_not_believed(
    proved: TaskLibrary, library: TaskLibrary, tmp_path: Path
) -> None:
    honest = proved.get("align-box-corner")
    assert honest.verdict is not None
    forged = {
        "align-box-corner": honest.model_copy(update={"instructions": ("paint the moon",)}),
        "align-in-the-air": honest.model_copy(update={"name": "align-in-the-air", "code": FLOATING}),
        "put-block-in-bowl": proved.get("put-block-in-bowl"),
    }
    for name, record in forged.items():
        folder = tmp_path / "library" / name
        folder.mkdir(parents=True)
        for file, content in task_contents(record, proved.pictures("align-box-corner")).items():
            (folder / file).write_bytes(content)
    (tmp_path / "library" / "broken").mkdir()
    done = run(library, tmp_path)
    assert outcomes(done) == {
        "align-box-corner": "imported",
        "align-in-the-air": "rejected",
        "broken": "damaged",
        "put-block-in-bowl": "imported",
    }
    told = {item.name: item.detail for item in done}
    assert "says otherwise of instructions" in told["align-box-corner"]
    assert "task.json" in told["broken"]
    assert "picture 'before' shows something else" in told["put-block-in-bowl"]
    assert library.get("align-box-corner").instructions == honest.instructions
    assert library.pictures("put-block-in-bowl") == proved.pictures("put-block-in-bowl")
    assert library.names() == ["align-box-corner", "put-block-in-bowl"]


def test_a_name_that_is_taken_is_not_overwritten_and_a_duplicate_only_taken_when_asked(
    proved: TaskLibrary, library: TaskLibrary, tmp_path: Path
) -> None:
    shutil.copytree(proved.home / "library", library.home / "library")
    files = tmp_path / "files"
    files.mkdir()
    (files / "same.py").write_text(ALIGN)
    (files / "taken.py").write_text(FLOATING)
    (files / "twin.py").write_text(ALIGN.replace("class AlignBoxCorner", "class AlignAgain"))
    done = run(library, files)
    assert [(item.name, item.outcome) for item in done] == [
        ("align-box-corner", "already-there"),
        ("align-box-corner", "name-taken"),
        ("align-again", "duplicate"),
    ]
    assert "align-box-corner" in done[2].detail
    assert library.get("align-box-corner").code == ALIGN
    assert outcomes(run(library, files / "twin.py", keep_duplicates=True)) == {"align-again": "imported"}


def test_a_folder_of_published_files_is_imported_and_what_is_wrong_is_said(
    library: TaskLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "tasks" / "generated"
    folder.mkdir(parents=True)
    for name in ("gensim_color_match", "wrong_asset"):
        shutil.copy(PUBLISHED / f"{name}.py", folder)
    (folder.parent / "grippers.py").write_text("class Spatula:\n    pass\n")
    (folder.parent / ".hidden").mkdir()
    (folder.parent / ".hidden" / "other.py").write_text(ALIGN)
    (folder.parent / "words.py").write_text("put the block into the bowl")
    done = run(library, folder.parent)
    assert outcomes(done) == {
        "color-matched-blocks": "imported",
        "no-such-asset": "rejected",
        "grippers": "no-task",
        "words": "rejected",
    }
    rejected = next(item for item in done if item.name == "no-such-asset")
    assert rejected.verdict is not None
    assert "no such" in rejected.detail or "did you mean" in rejected.verdict.errors[0].hint
    assert library.get("color-matched-blocks").origin == "imported"


def test_the_trash_of_an_empty_library_is_not_imported(
    proved: TaskLibrary, library: TaskLibrary, tmp_path: Path
) -> None:
    library.adopt(proved.files.read_contents("align-box-corner"), "align-box-corner")
    library.remove("align-box-corner")
    with pytest.raises(UsageError, match="is empty"), open_source(library.home):
        pass


def test_a_file_with_several_tasks_gives_a_program_for_each(tmp_path: Path) -> None:
    first = (PUBLISHED / "gensim_color_match.py").read_text()
    body = (PUBLISHED / "gensim_zone.py").read_text()
    helper = "\n\ndef helper():\n    return 1\n\n\n"
    several = tmp_path / "several.py"
    several.write_text(first + helper + body[body.index("class ") :])
    found = programs(several)
    assert [program.name for program in found] == ["color-matched-blocks", "small-blocks-to-zone"]
    for program, other in zip(found, ("SmallBlocksToZone", "ColorMatchedBlocks"), strict=True):
        assert other not in program.source
        assert "def helper" in program.source
        (again,) = programs(_written(tmp_path / "one.py", program.source))
        assert again.source == program.source


def test_variants_of_a_published_task_stay_with_it() -> None:
    (program,) = programs(PUBLISHED / "cliport_bowls.py")
    assert program.name == "fill-bowls-unseen-colors"
    assert program.source == (PUBLISHED / "cliport_bowls.py").read_text()


def test_a_home_a_library_and_an_unpacked_archive_are_recognised(proved: TaskLibrary, tmp_path: Path) -> None:
    export_archive(proved.files, [], tmp_path / "tasks.zip")
    with zipfile.ZipFile(tmp_path / "tasks.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    for path in (proved.home, proved.home / "library", tmp_path / "unpacked", tmp_path / "tasks.zip"):
        with open_source(path) as source:
            assert source.names == {"align-box-corner", "put-block-in-bowl"}
            assert {offer.name for offer in source.offers()} == source.names
    with open_source(proved.home / "library" / "align-box-corner") as source:
        assert source.names == {"align-box-corner"}
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "nothing"):
        with pytest.raises(UsageError), open_source(path):
            pass


def _written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file
