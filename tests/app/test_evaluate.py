"""`simsmith evaluate`: a table, a document, films and a page; a second run goes on; one clear line for each mistake."""

from __future__ import annotations

import json
import re
import shutil
import signal
from html.parser import HTMLParser
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from command import Command
from safetensors.numpy import save_file

from sim.tasks import human_sources


@pytest.fixture
def simsmith(tmp_path: Path) -> Command:
    """The command on a home with nothing in it."""
    return Command(tmp_path / "home")


QUICK = ("--tasks", "align-box-corner,put-block-in-bowl", "--episodes", "2", "--workers", "1")


def lines(folder: Path) -> list[dict[str, object]]:
    """The outcomes of a folder."""
    return [json.loads(line) for line in (folder / "outcomes.jsonl").read_text().splitlines()]


def test_the_document_of_the_upper_bound_and_its_table(simsmith, tmp_path: Path) -> None:
    ran = simsmith("evaluate", "oracle", *QUICK, "--films", "0", "--out", str(tmp_path), "--json")
    assert ran.code == 0, ran.err
    told = ran.document
    assert (told["policy"], told["episodes"], told["first_seed"], told["left_out"]) == ("oracle", 2, 1_000_000, [])
    assert {"evaluation", "rules", "appearance", "fingerprint", "folder", "page", "seconds"} <= set(told)
    assert [result["task"] for result in told["results"]] == ["align-box-corner", "put-block-in-bowl"]
    for result in told["results"]:
        assert result["success"] == {"successes": 2, "episodes": 2, "rate": 1.0, "wilson": [0.3424, 1.0]}
        assert (result["mean_reward"], result["failures"], result["films"]) == (1.0, [], [])
    assert told["overall"]["success"]["episodes"] == 4
    assert json.loads((tmp_path / "results.json").read_text())["results"][0]["success"]["successes"] == 2
    again = simsmith("evaluate", "oracle", *QUICK, "--films", "0", "--out", str(tmp_path))
    assert "4 of 4 episodes were run before" in again.err
    assert re.search(r"align-box-corner +100 % \(34-100\) +1\.00 \(0\.34-1\.00\)", again.out)
    assert re.search(r"all tasks +100 % \(51-100\)", again.out)


class Elements(HTMLParser):
    """Names and attributes of a page's elements, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_films_and_the_page_show_what_failed_and_why(simsmith) -> None:
    ran = simsmith("evaluate", "random", "--tasks", "align-box-corner", "--episodes", "2", "--workers", "1", "--json")
    assert ran.code == 0, ran.err
    (result,) = ran.document["results"]
    assert sum(failure["count"] for failure in result["failures"]) == 2
    folder = simsmith.home / "evaluations" / ran.document["evaluation"]
    assert Path(ran.document["page"]) == folder / "index.html"
    (film,) = result["films"]
    assert Path(film) == folder / "films" / "align-box-corner-1000000-failure.mp4"
    assert imageio.improps(film).shape[1:3] == (360, 480)
    page = Elements((folder / "index.html").read_text())
    sources = [attributes["src"] for name, attributes in page.found if name == "video"]
    assert len(sources) == 1
    assert str(sources[0]).startswith("data:video/mp4;base64,")
    assert not {"script", "link", "iframe"} & {name for name, _ in page.found}
    for words in (
        "random",
        "0 %",
        result["failures"][0]["kind"],
        "seed 1000000: align the",
        " - failed, ",
        "2 episodes",
    ):
        assert words in page.text
    film_made = Path(film).stat().st_mtime_ns
    again = simsmith("evaluate", "random", "--tasks", "align-box-corner", "--episodes", "2", "--json").document
    assert again["results"] == ran.document["results"]
    assert Path(film).stat().st_mtime_ns == film_made


def test_what_is_stopped_with_ctrl_c_goes_on(simsmith, tmp_path: Path) -> None:
    asked = ("evaluate", "oracle", "--tasks", "align-box-corner", "--episodes", "200", "--workers", "1")
    asked += ("--films", "0", "--out", str(tmp_path / "out"))
    process = simsmith.start(*asked)
    assert process.stderr is not None
    assert "20 of 200 episodes are done, now align-box-corner" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    done = lines(tmp_path / "out")
    assert 0 < len(done) < 200
    (told,) = re.findall(r"stopped after (\d+) of 200 episodes - go on with: simsmith evaluate oracle --tasks", err)
    assert abs(int(told) - len(done)) <= 1  # the last one may be in the file and not be counted yet
    ran = simsmith(*asked[:5], str(len(done) + 1), *asked[6:], "--json")
    assert ran.code == 0, ran.err
    assert lines(tmp_path / "out")[:-1] == done
    assert ran.document["overall"]["success"]["episodes"] == len(done) + 1


def test_a_task_file_that_cannot_be_laid_out_is_told_and_left_out(simsmith, tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text(human_sources()["put-block-in-bowl"].replace("bowl/bowl.urdf", "bowl/bowls.urdf"))
    asked = ("--episodes", "1", "--films", "0", "--out", str(tmp_path / "out"))
    ran = simsmith("evaluate", "oracle", "--tasks", f"{file},align-box-corner", *asked, "--json")
    assert ran.code == 0, ran.err
    (left_out,) = ran.document["left_out"]
    assert left_out["task"] == str(file)
    assert "did you mean 'bowl/bowl.urdf'?" in left_out["reason"]
    assert ran.document["overall"]["success"]["episodes"] == 1
    alone = simsmith("evaluate", "oracle", "--tasks", str(file), *asked)
    assert (alone.code, alone.out) == (2, "")
    assert "no asset 'bowl/bowls.urdf'" in alone.err


@pytest.fixture
def trained(simsmith) -> Path:
    """The folder of a policy called mine."""
    folder = simsmith.home / "policies" / "mine"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    save_file({"weight": np.zeros(4, np.float32)}, folder / "weights.safetensors")
    return folder


@pytest.mark.parametrize(
    ("damage", "code", "told"),
    [
        (lambda folder: (folder / "weights.safetensors").unlink(), 2, "has no weights.safetensors"),
        (lambda folder: (folder / "weights.safetensors").write_bytes(b"x" * 99), 3, "weights.safetensors is damaged"),
        (lambda folder: (folder / "config.json").write_text("{"), 3, "config.json is damaged"),
        (shutil.rmtree, 2, "no policy 'mine'"),
    ],
)
def test_a_policy_that_cannot_be_loaded(simsmith, trained: Path, damage, code: int, told: str) -> None:
    damage(trained)
    ran = simsmith("evaluate", "mine", *QUICK)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert not (simsmith.home / "evaluations").exists()


MISTAKES = [
    (["orakel"], "did you mean 'oracle'?"),
    (["oracle", "--tasks", "align-box-korner"], "did you mean 'align-box-corner'?"),
    (["oracle", "--tasks", " , "], "no task is named"),
    (["oracle", "--tasks", "generated"], "the library has no generated tasks"),
    (["oracle", "--episodes", "0"], "Input should be greater than or equal to 1"),
    (["oracle", "--rules", "lenient"], "'lenient' is not one of"),
    (["oracle", "--appearance", "real"], "'real' is not one of"),
]


@pytest.mark.parametrize(("arguments", "told"), MISTAKES)
def test_a_mistake_is_one_line(simsmith, arguments: list[str], told: str) -> None:
    ran = simsmith("evaluate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_another_policy_in_the_same_folder_is_refused(simsmith, tmp_path: Path) -> None:
    asked = (*QUICK[:2], "--episodes", "1", "--films", "0", "--out", str(tmp_path))
    assert simsmith("evaluate", "oracle", *asked).code == 0
    ran = simsmith("evaluate", "random", *asked)
    assert ran.code == 2
    assert "has an evaluation of a policy with other weights - choose another folder with --out" in ran.err
    for other in (("--rules", "ravens"), ("--test-colors",), ("--seed-offset", "1"), ("--appearance", "randomised")):
        assert simsmith("evaluate", "oracle", *asked, *other).code == 2
