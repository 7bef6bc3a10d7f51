"""What the command line shows of the library's memory: lineage and failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory import FailureStore, MiniLM, Provenance, Sighting, TaskLibrary, TaskRecord
from sim.tasks import human_sources
from sim.verdict import Diagnostic, Verdict

GOOD = human_sources()["put-block-in-bowl"]
MISSPELT = GOOD.replace("bowl/bowl.urdf", "bowl/bowls.urdf")


@pytest.fixture
def failing(tmp_path: Path, minilm: MiniLM):
    """The command on a home where two failures are remembered, one of them twice and mended."""
    from command import Command

    store = FailureStore(tmp_path / "home", minilm)
    for code, program, words, times in (
        ("unknown-asset", MISSPELT, "Put the block into the bowl", 2),
        ("overlap", "class StackBlocks(Task): pass", "Stack three blocks", 1),
    ):
        finding = Diagnostic(code=code, stage="screen", message=f"{code} here", line=3)
        for number in range(times):
            failure = store.remember(
                program=program,
                reason="failed",
                proposal={"title": words},
                verdict=Verdict(stage="screen", diagnostics=(finding,)),
                sighting=Sighting(session="session-1", round=number),
            )
        if times == 2:
            store.repaired([failure.id], GOOD, Verdict(accepted=True, stage="hold"), "session-1/1/0")
    return Command(tmp_path / "home")


def test_failures_are_listed_with_what_repaired_them(failing) -> None:
    listed = failing("library", "failures", "--json").document["failures"]
    assert [(item["codes"], item["count"], item["task"]) for item in listed] == [
        (["unknown-asset"], 2, "Put the block into the bowl"),
        (["overlap"], 1, "Stack three blocks"),
    ]
    assert listed[0]["program"] == MISSPELT
    assert listed[0]["repair"]["accepted"]
    ran = failing("library", "failures")
    assert ran.code == 0
    assert '- env.add_object("bowl/bowls.urdf"' in ran.out
    assert '+ env.add_object("bowl/bowl.urdf"' in ran.out
    assert "Put the block into the bowl" in ran.out


def test_failures_are_found_by_code_words_and_program(failing, tmp_path: Path) -> None:
    def codes(*arguments: str) -> list[str]:
        ran = failing("library", "failures", *arguments, "--json")
        return [item["codes"][0] for item in ran.document["failures"]]

    file = tmp_path / "mine.py"
    file.write_text(GOOD)
    assert codes("--code", "overlap") == ["overlap"]
    assert codes("--code", "unstable") == []
    assert codes("--similar", "a tower of blocks", "-k", "1") == ["overlap"]
    assert codes("--similar", str(file)) == ["unknown-asset", "overlap"]
    wrong = failing("library", "failures", "--code", "overlaps")
    assert wrong.code == 2
    assert "did you mean 'overlap'" in wrong.err
    assert failing("library", "failures", "--code", "overlap", "--similar", "blocks").code == 2


def test_a_damaged_failure_is_told_of_and_found_by_the_check(failing) -> None:
    (first, _) = sorted((failing.home / "failures").glob("*.json"))
    first.write_text("{")
    ran = failing("library", "failures", "--json")
    assert len(ran.document["failures"]) == 1
    assert "1 damaged failures" in ran.err
    check = failing("library", "check", "--json")
    assert check.code == 1
    assert [problem["name"] for problem in check.document["problems"]] == [first.name]


def test_lineage_is_drawn_with_what_was_removed(simsmith, minilm: MiniLM) -> None:
    library = TaskLibrary(simsmith.home, minilm)
    made = Provenance(model="openai:test-model", references=("put-block-in-bowl",), repairs=2, input_tokens=123)
    for name, parents in (("child", ("put-block-in-bowl", "packing-boxes")), ("grandchild", ("child", "never-there"))):
        record = TaskRecord(name=name, title=name.title(), origin="test-model", parents=parents, provenance=made)
        library.add(record, {})
    library.remove("packing-boxes")

    document = simsmith("library", "show", "grandchild", "--lineage", "--json").document
    assert [(item["name"], item["of"], item["generation"], item["state"]) for item in document["ancestors"]] == [
        ("child", "grandchild", 1, "kept"),
        ("packing-boxes", "child", 2, "removed"),
        ("put-block-in-bowl", "child", 2, "kept"),
        ("never-there", "grandchild", 1, "unknown"),
    ]
    assert document["descendants"] == []
    drawn = simsmith("library", "show", "put-block-in-bowl", "--lineage").out.splitlines()
    found = {word: next(line.index(word) for line in drawn if f" {word} " in line) for word in ("child", "grandchild")}
    assert found["grandchild"] > found["child"] > 0
    shown = simsmith("library", "show", "grandchild").out
    assert "openai:test-model" in shown
    assert "123 tokens read" in shown
    assert simsmith("library", "show", "no-such-task", "--lineage").code == 2
