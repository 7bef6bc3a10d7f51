"""The page of an evaluation, from outcomes written by hand: every text is escaped, and it says what there is to say."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.evaluation_page import evaluation_page
from policy.deeds import GoalFailure
from policy.evaluation import EpisodeOutcome, overall, summarise
from policy.evaluations import EvaluationSettings

HOSTILE = '</title><script>alert("x")</script><img src=x onerror=alert(1)> &amp;'
SETTINGS = EvaluationSettings(
    policy=HOSTILE, fingerprint="ab" * 32, tasks={"stack": "1", "broken": "2"}, first_seed=1_000_000, episodes=2
)
FAILED = GoalFailure(goal=0, instruction=HOSTILE, kind="beside its target", reason=HOSTILE, millimetres=23.4)
OUTCOMES = [
    EpisodeOutcome(task="stack", seed=1_000_000, instruction=HOSTILE, success=True, reward=1.0, steps=2),
    EpisodeOutcome(
        task="stack", seed=1_000_001, reward=0.25, steps=4, failures=(FAILED,), actions={"beside its target": 4}
    ),
    EpisodeOutcome(task="broken", seed=1_000_000, void=f"it cannot be laid out: {HOSTILE}"),
]
FILM, MAP = "films/stack-1000001-failure.mp4", "films/stack-1000001-attention.png"


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


def shown(folder: Path, **limits: int) -> Elements:
    results = [
        result.model_copy(update={"films": (FILM,), "attention": MAP}) if result.task == "stack" else result
        for result in summarise(OUTCOMES)
    ]
    return Elements(evaluation_page(SETTINGS, results, overall(OUTCOMES), OUTCOMES, folder, **limits))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    (tmp_path / FILM).write_bytes(b"a film")
    (tmp_path / MAP).write_bytes(b"a picture")
    return tmp_path


def test_rates_reasons_films_and_what_was_left_out(folder: Path) -> None:
    page = shown(folder)
    sources = {name: attributes["src"] for name, attributes in page.found if name in ("video", "img")}
    assert sources == {
        "video": f"data:video/mp4;base64,{base64.b64encode(b'a film').decode()}",
        "img": f"data:image/png;base64,{base64.b64encode(b'a picture').decode()}",
    }
    for words in ("50 % (9-91)", "beside its target, 23 mm away (1 of 1)", "0.62 (0.25-1.00)", "left out", "all tasks"):
        assert words in page.text


def test_every_text_is_escaped_and_nothing_is_loaded(folder: Path) -> None:
    page = shown(folder)
    names = [name for name, _ in page.found]
    assert "script" not in names
    assert names.count("title") == names.count("img") == 1
    assert not {"onerror", "style", "href"} & {word for _, attributes in page.found for word in attributes}
    assert page.text.count(HOSTILE) >= 4
    policy = next(attributes["content"] for name, attributes in page.found if "http-equiv" in attributes)
    assert re.fullmatch(r"default-src 'none'; img-src data:; style-src 'sha256-[^']+'; media-src data:", str(policy))


def test_films_that_are_too_much_or_gone_are_named(folder: Path) -> None:
    (folder / MAP).unlink()
    assert MAP in shown(folder).text
    page = shown(folder, most_bytes=3)
    assert FILM in page.text
    assert not {"video", "img"} & {name for name, _ in page.found}
