"""The lessons that a coder is shown: few, near, with repairs, one for each mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from memory_samples import BALL, ZONE, put_task

from memory import Failure, FailureStore, MiniLM, Sighting
from memory.lessons import MOST_LETTERS, MOST_LINES, changed_lines
from sim.verdict import Diagnostic, Verdict

ACCEPTED = Verdict(accepted=True, stage="hold")
BLOCK_TASK, BALL_TASK = put_task(), put_task("roll-ball-to-zone", asset=BALL, onto=ZONE, relation="on")
SPEAK = {"title": "Write a letter", "instruction": "write a letter to the bank about the money"}


@pytest.fixture
def store(tmp_path: Path, minilm: MiniLM) -> FailureStore:
    return FailureStore(tmp_path / "home", minilm)


def fail(
    store: FailureStore, program: str, *codes: str, words: dict[str, str] | None = None, mended: str = "", **more: Any
) -> Failure:
    """Remember a failure; with `mended`, its candidate was repaired to this and accepted."""
    findings = [
        Diagnostic(code=code, stage="build", message=f"{code} is wrong", source="x = 1", hint=f"mend {code}")
        for code in codes
    ]
    failure = store.remember(
        program=program,
        reason="failed",
        proposal=words or {"title": BLOCK_TASK.title, "instruction": BLOCK_TASK.instruction},
        verdict=Verdict(stage="build", diagnostics=tuple(findings)),
        sighting=Sighting(session="before", **more),
    )
    if mended:
        store.repaired([failure.id], mended, ACCEPTED, "before/0/0")
    return store.get(failure.id)


def wrong(text: str, program: str = BLOCK_TASK.code) -> str:
    return program.replace("pos_eps = 0.05", f"pos_eps = {text}")


def test_a_repair_is_taught_with_the_lines_that_it_changed(store: FailureStore) -> None:
    fail(store, wrong("five"), "raised", mended=BLOCK_TASK.code)
    (lesson,) = store.lessons(BLOCK_TASK.language, wrong("six"), ["raised"])
    assert lesson.told() == {
        "code": "raised",
        "task": "put block in bowl",
        "what_was_wrong": "raised is wrong",
        "line": "x = 1",
        "what_mended_it": [
            "-    pos_eps = five  # metres: anywhere in the bowl",
            "+    pos_eps = 0.05  # metres: anywhere in the bowl",
        ],
    }
    assert lesson.accepted


def test_after_a_failure_only_repairs_of_the_same_code_are_taught_the_nearest_first(store: FailureStore) -> None:
    fail(store, wrong("one"), "overlap", mended=BLOCK_TASK.code)
    fail(store, wrong("two"), "raised")
    near = fail(store, wrong("three"), "raised", mended=BLOCK_TASK.code)
    zone = {"title": BALL_TASK.title, "instruction": BALL_TASK.instruction}
    far = fail(store, wrong("four", BALL_TASK.code), "raised", words=zone, mended=BALL_TASK.code)
    assert [lesson.failure for lesson in store.lessons(BLOCK_TASK.language, wrong("five"), ["raised"])] == [near.id]
    assert [lesson.failure for lesson in store.lessons(BALL_TASK.language, BALL_TASK.code, ["raised"])] == [far.id]
    assert store.lessons(BLOCK_TASK.language, wrong("five"), ["unstable"]) == []


def test_one_lesson_a_code_and_no_more_than_asked_for(store: FailureStore) -> None:
    for number, code in enumerate(["raised", "raised", "overlap", "unstable", "outside"]):
        fail(store, wrong(f"x{number}"), code, mended=BLOCK_TASK.code)
    codes = ["raised", "overlap", "unstable", "outside"]
    lessons = store.lessons(BLOCK_TASK.language, wrong("y"), codes)
    assert len(lessons) == len({lesson.code for lesson in lessons}) == 3
    assert {lesson.code for lesson in store.lessons(BLOCK_TASK.language, wrong("y"), codes, k=9)} == set(codes)


def test_before_anything_is_written_failures_of_near_tasks_teach_and_of_others_do_not(store: FailureStore) -> None:
    mended = fail(store, wrong("one"), "raised", mended=BLOCK_TASK.code)
    fail(store, wrong("two"), "raised")
    open_still = fail(store, wrong("three"), "overlap")
    fail(store, wrong("four"), "unstable", words=SPEAK, mended=BLOCK_TASK.code)
    lessons = store.lessons("put the blue block into the yellow bowl")
    assert [lesson.failure for lesson in lessons] == [mended.id, open_still.id]
    assert lessons[1].told()["advice"] == "mend overlap"
    assert "advice" not in lessons[0].told()


def test_what_was_not_new_teaches_the_coder_nothing_but_a_critic_does(store: FailureStore) -> None:
    words = {"title": BLOCK_TASK.title, "instruction": BLOCK_TASK.instruction}
    told = {"not-novel": "the same program as x", "not-worth-it": "the sentence names no colour"}
    for number, (reason, detail) in enumerate(told.items()):
        sighting = Sighting(session="before", round=number)
        store.remember(program=BLOCK_TASK.code, reason=reason, detail=detail, proposal=words, sighting=sighting)  # type: ignore[arg-type]
    (lesson,) = store.lessons(BLOCK_TASK.language)
    assert (lesson.code, lesson.wrong) == ("not-worth-it", "the sentence names no colour")


def test_a_long_repair_is_cut() -> None:
    before = [f"a{number} = {number}" for number in range(30)]
    lines = changed_lines("\n".join(["--- failed.py", "+++ mended.py", *(f"-{line}" for line in before), "+" * 500]))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "(and 19 more changed lines)"
    assert len(changed_lines("---\n+++\n+" + "y" * 500)[0]) == MOST_LETTERS + 3
