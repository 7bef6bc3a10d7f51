"""`simsmith show`: pictures, films, and one clear line for each mistake."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import imageio.v3 as imageio
import pytest

from sim.tasks import human_sources


def test_pictures_before_and_after_and_the_verdict_of_the_episode(reader, tmp_path: Path) -> None:
    ran = reader("show", "align-box-corner", "--seed", "3", "--out", os.path.relpath(tmp_path), "--json")
    assert ran.code == 0
    told = ran.document
    assert (told["task"], told["seed"], told["success"], told["film"]) == ("align-box-corner", 3, True, None)
    assert told["goals"][0]["reached"]
    for what in ("before", "after"):
        path = Path(told["pictures"][what])
        assert path.is_absolute()
        assert path.resolve() == tmp_path / f"align-box-corner-{what}.png"
        assert imageio.imread(told["pictures"][what]).shape == (480, 640, 3)
    shown = reader("show", "align-box-corner", "--out", str(tmp_path)).out
    assert "solved  align-box-corner, seed 0: 1 action\n" in shown
    assert "reached  align the" in shown


def test_a_film_of_a_task_file(reader, tmp_path: Path) -> None:
    file, film = tmp_path / "task.py", tmp_path / "films" / "corner.gif"
    file.write_text(human_sources()["align-box-corner"])
    ran = reader("show", str(file), "--gif", "--out", str(film), "--json")
    assert ran.code == 0
    assert ran.document["film"] == str(film)
    assert imageio.improps(film).shape[1:3] == (360, 480)
    assert [path.name for path in film.parent.iterdir()] == ["corner.gif"]


def test_a_library_task_is_laid_out_in_the_sandbox(simsmith, tmp_path: Path) -> None:
    library = simsmith.home / "library"
    shutil.move(library / "align-box-corner", library / "my-own-corner")
    description = library / "my-own-corner" / "task.json"
    description.write_text(description.read_text().replace('"align-box-corner"', '"my-own-corner"', 1))
    ran = simsmith("show", "my-own-corner", "--out", str(tmp_path), "--json")
    assert ran.code == 0, ran.err
    assert set(ran.document["pictures"]) == {"before", "after"}


def test_a_file_that_cannot_be_laid_out_is_a_clean_no(reader, tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text(human_sources()["put-block-in-bowl"].replace("bowl/bowl.urdf", "bowl/bowls.urdf"))
    ran = reader("show", str(file), "--out", str(tmp_path))
    assert ran.code == 1
    assert "did you mean 'bowl/bowl.urdf'?" in ran.out
    assert reader("show", str(file), "--json").document["verdict"]["diagnostics"][0]["code"] == "unknown-asset"


MISTAKES = [
    (["put-block-in-bowls"], 2, "did you mean 'put-block-in-bowl'?"),
    (["no-such-file.py"], 2, "no file no-such-file.py"),
    (["align-box-corner", "--gif", "--mp4"], 2, "choose one"),
    (["align-box-corner", "--gif", "--out", "film.mp4"], 2, ".gif"),
    (["align-box-corner", "--out", "film.gif"], 2, "ask for a film"),
    (["align-box-corner", "--out", "/dev/null/films"], 2, "cannot be written"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES)
def test_mistakes_are_one_line(reader, arguments: list[str], code: int, said: str) -> None:
    ran = reader("show", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_no_ffmpeg_is_one_line(reader) -> None:
    ran = reader("show", "align-box-corner", "--mp4", IMAGEIO_FFMPEG_EXE="/nowhere/ffmpeg")
    assert (ran.code, ran.out) == (3, "")
    assert "no ffmpeg" in ran.err
