"""The question before a task is kept: which answers are a yes, a no, and a change."""

from __future__ import annotations

import io

import pytest

from app.consent import decided


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        *((said, False) for said in ("no", "nah", "Stop.", "cancel", "undo", "undo that")),
        ("yes", True),
        ("no, make it four blocks", "make it four blocks"),
    ],
)
def test_an_answer_is_a_yes_a_no_or_a_change(answer: str, meant: bool | str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    assert decided(lambda: "proved", lambda: None) == meant
