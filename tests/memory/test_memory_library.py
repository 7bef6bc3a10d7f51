"""The library as its callers see it: adding, reading, searching, removing."""

from __future__ import annotations

from pathlib import Path

import pytest
from memory_samples import BALL, PICTURES, LetterEmbedder, hanoi_task, put_task

from memory import MiniLM, Review, TaskLibrary
from sim.errors import EnvironmentBroken, UsageError
from sim.verdict import Diagnostic, SeedSummary, Verdict


def test_a_task_comes_back_as_it_was_added(letters: TaskLibrary) -> None:
    verdict = Verdict(
        task="put-block-in-bowl",
        accepted=True,
        seeds=SeedSummary(run=10, passed=10, rate=1.0, wilson_low=0.72),
        diagnostics=(Diagnostic(code="x", stage="build", message="Füße", values={"height": 0.25}),),
        signature=put_task().signature,
    )
    review = Review(reviewer="critic", keep=True, reason="a first step")
    record = put_task().model_copy(
        update={"verdict": verdict, "reviews": (review,), "parents": ("a",), "session": "s-1", "proposal": {"n": [1]}}
    )
    letters.add(record, PICTURES)
    assert letters.get(record.name) == record
    assert letters.pictures(record.name) == PICTURES


@pytest.mark.parametrize(
    "code", ["x = 1\r\ny = 2\r\n", "# ünïcödé 🤖\n\tx = 1   \n\n\n", "no newline", "\ufeffx = 1\n", ""]
)
def test_code_survives_byte_for_byte(letters: TaskLibrary, code: str) -> None:
    letters.add(put_task().model_copy(update={"code": code}), PICTURES)
    assert (letters.home / "library" / "put-block-in-bowl" / "task.py").read_bytes() == code.encode()
    assert letters.get("put-block-in-bowl").code == code


def test_a_name_can_be_used_once(letters: TaskLibrary) -> None:
    letters.add(put_task(), PICTURES)
    with pytest.raises(UsageError, match="there is a task 'put-block-in-bowl' in the library already"):
        letters.add(put_task(color="blue"), PICTURES)
    assert letters.get("put-block-in-bowl") == put_task()


def test_what_cannot_be_stored_is_refused_and_leaves_nothing(letters: TaskLibrary) -> None:
    with pytest.raises(UsageError, match="no picture 'later'"):
        letters.add(put_task(), {"later": b""})
    with pytest.raises(UsageError, match="holds what is not text"):
        letters.add(put_task().model_copy(update={"code": "x = '\ud800'"}), PICTURES)
    assert letters.names() == []
    assert letters.check() == []


def test_an_unknown_name_gets_a_hint(letters: TaskLibrary) -> None:
    letters.add(put_task(), PICTURES)
    with pytest.raises(
        UsageError, match=r"no task 'put-block-in-bow' in the library \(did you mean 'put-block-in-bowl"
    ):
        letters.get("put-block-in-bow")
    with pytest.raises(UsageError, match="no task"):
        letters.get("../library/put-block-in-bowl")


def test_records_come_oldest_first(letters: TaskLibrary) -> None:
    letters.add(put_task("b-late", created_at="2026-01-01T12:00:00.500000+00:00"), PICTURES)
    letters.add(put_task("c-early", created_at="2026-01-01T12:00:00Z"), PICTURES)
    letters.add(put_task("a-late", created_at="2026-01-01T12:00:00.500000+00:00"), PICTURES)
    assert [record.name for record in letters.records()] == ["c-early", "a-late", "b-late"]


def test_removing_moves_to_the_trash_and_out_of_the_search(letters: TaskLibrary) -> None:
    for _ in range(2):  # the same name twice: both lie in the trash
        letters.add(put_task(), PICTURES)
        letters.add(hanoi_task(), PICTURES)
        trashed = letters.remove("put-block-in-bowl")
        assert (trashed / "task.py").read_text() == put_task().code
        assert [hit.name for hit in letters.search("block")] == ["towers-of-hanoi"]
        letters.remove("towers-of-hanoi")
    assert len(list((letters.home / "trash").iterdir())) == 4
    assert letters.names() == []
    assert letters.check() == []
    with pytest.raises(UsageError, match="it is empty"):
        letters.remove("put-block-in-bowl")


def test_search_understands_what_is_meant(library: TaskLibrary) -> None:
    hits = library.search("put the ball into the bowl", k=3)
    assert [hit.name for hit in hits] == ["put-block-in-bowl", "roll-ball-to-zone", "towers-of-hanoi"]
    assert library.search("rings on three pegs", k=1)[0].name == "towers-of-hanoi"
    assert all(0.0 <= score <= 1.0 for hit in hits for score in (hit.score, *hit.views.values()) if score is not None)
    assert library.search("rings on three pegs", k=1)[0].views["code"]
    assert library.search("hello", k=1)[0].views["scene"] is None  # says nothing of a scene


def test_the_nearest_of_a_task_is_itself(library: TaskLibrary) -> None:
    for record in library.records():
        first, second, third = library.nearest(record, k=5)
        assert first.name == record.name
        assert first.score == pytest.approx(1.0, abs=1e-4)
        assert first.views == pytest.approx({"code": 1.0, "language": 1.0, "scene": 1.0}, abs=1e-4)
        assert third.score <= second.score < 0.9
        assert library.nearest(record, k=1, exclude_self=True)[0].name == second.name


def test_a_task_is_compared_in_the_views_it_has(library: TaskLibrary) -> None:
    proposal = put_task().model_copy(update={"code": "", "signature": None})
    hit = library.nearest(proposal, k=1)[0]
    assert hit.name == "put-block-in-bowl"
    assert hit.score == hit.views["language"]
    assert hit.views["code"] is None
    assert hit.views["scene"] is None
    program = library.nearest(put_task("put-cube", asset=BALL).code, k=1)[0]
    assert program.name == "put-block-in-bowl"
    assert program.score == program.views["code"]


def test_an_empty_library_has_no_hits_and_a_wrong_question_is_said_so(letters: TaskLibrary) -> None:
    assert letters.search("block") == []
    assert letters.nearest(put_task()) == []
    assert letters.records() == []
    assert not letters.home.exists()  # asking makes nothing
    with pytest.raises(UsageError, match="nothing to search for"):
        letters.search("  ")
    with pytest.raises(UsageError, match="k is 0"):
        letters.search("block", k=0)


def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/simsmith")):
        with pytest.raises(EnvironmentBroken, match=r"cannot be written.*--home or SIMSMITH_HOME"):
            TaskLibrary(home, LetterEmbedder()).add(put_task(), PICTURES)


def test_another_embedder_makes_the_index_anew(letters: TaskLibrary, minilm: MiniLM) -> None:
    letters.add(put_task(), PICTURES)
    letters.add(hanoi_task(), PICTURES)
    successor = TaskLibrary(letters.home, minilm)
    assert "was made with letters/3" in successor.check()[0].problem
    assert successor.nearest(hanoi_task(), k=1)[0].score == pytest.approx(1.0, abs=1e-4)
    assert successor.check() == []
