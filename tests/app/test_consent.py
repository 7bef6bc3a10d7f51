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
        ("could you make it taller?", "make it taller"),
        ("Can it be four blocks?", "make it four blocks"),
        ("and what if they were blue?", "make it blue"),
        ("how about four blocks?", "use four blocks"),
        ("Can we have a blue stand", "use a blue stand"),
        ("I'd rather have blue ones", "use blue ones"),
        ("make it four?", "make it four"),
    ],
)
def test_an_answer_is_a_yes_a_no_or_a_change(answer: str, meant: bool | str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    assert decided(lambda: "proved", lambda: None) == meant


@pytest.mark.parametrize(
    "question", ["what do you think?", "why?", "can it be done?", "could you explain?", "is it ok?"]
)
def test_a_question_gets_the_verdict_and_the_person_is_asked_again(question, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{question}\nyes\n"))
    assert decided(lambda: "it is proved", lambda: None) is True
    assert capsys.readouterr().out.count("it is proved") == 1
