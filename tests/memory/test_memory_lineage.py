"""Where a task comes from and what came of it; and records that an earlier version wrote."""

from __future__ import annotations

import json

from memory_samples import PICTURES, put_task

from memory import Provenance, TaskLibrary, TaskRecord
from memory.lineage import Relative, ancestors, descendants
from memory.migrations import FAILURE_STEPS, TASK_STEPS


def family(**parents: tuple[str, ...]) -> dict[str, TaskRecord]:
    return {name: TaskRecord(name=name, title=name.title(), parents=own) for name, own in parents.items()}


def told(relatives: list[Relative]) -> list[tuple[str, int, str]]:
    return [(relative.name, relative.generation, relative.state) for relative in relatives]


def test_ancestors_and_descendants_are_followed_over_generations() -> None:
    records = family(a=(), b=("a",), c=("a", "gone"), d=("c", "b", "never"), e=("d",))
    assert told(ancestors("d", records, {"gone"})) == [
        ("b", 1, "kept"),
        ("a", 2, "kept"),
        ("c", 1, "kept"),
        ("a", 2, "repeated"),
        ("gone", 2, "removed"),
        ("never", 1, "unknown"),
    ]
    assert told(descendants("a", records)) == [
        ("b", 1, "kept"),
        ("d", 2, "kept"),
        ("e", 3, "kept"),
        ("c", 1, "kept"),
        ("d", 2, "repeated"),
    ]
    assert ancestors("a", records) == descendants("e", records) == []
    assert ancestors("c", records)[0] == Relative(
        name="a", of="c", generation=1, state="kept", title="A", origin="human"
    )


def test_cycles_end_where_they_close() -> None:
    records = family(a=("c",), b=("a", "b"), c=("b",))
    assert told(ancestors("a", records)) == [
        ("c", 1, "kept"),
        ("b", 2, "kept"),
        ("a", 3, "repeated"),
        ("b", 3, "repeated"),
    ]
    assert [name for name, _, state in told(descendants("a", records)) if state == "kept"] == ["b", "c"]


def test_a_long_chain_and_a_dense_family_are_followed_to_the_end() -> None:
    chain = family(**{f"t{number}": (f"t{number - 1}",) if number else () for number in range(3000)})
    assert ancestors("t2999", chain)[-1].generation == 2999
    dense = family(**{f"t{number}": tuple(f"t{other}" for other in range(number)) for number in range(60)})
    assert len(ancestors("t59", dense)) == 60 * 59 / 2


def test_a_task_that_an_earlier_version_wrote_is_read_and_its_file_stays(letters: TaskLibrary) -> None:
    letters.add(put_task(), PICTURES)
    path = letters.files.folder / "put-block-in-bowl" / "task.json"
    document = json.loads(path.read_text())
    del document["provenance"]
    document["schema_version"] = 1
    path.write_text(json.dumps(document))
    record = letters.get("put-block-in-bowl")
    assert (record.schema_version, record.provenance) == (2, None)
    assert record == put_task()
    assert letters.check() == []
    assert json.loads(path.read_text()) == document


def test_every_version_of_a_shape_has_a_step_to_the_next() -> None:
    from memory import Failure

    assert TaskRecord.model_fields["schema_version"].default == len(TASK_STEPS) + 1
    assert Failure.model_fields["schema_version"].default == len(FAILURE_STEPS) + 1


def test_how_a_task_came_about_is_kept(letters: TaskLibrary) -> None:
    made = Provenance(
        model="openai:test-model", references=("a", "b"), repairs=2, input_tokens=900, cost_usd=0.01, seconds=12.5
    )
    letters.add(put_task().model_copy(update={"provenance": made}), PICTURES)
    assert letters.get("put-block-in-bowl").provenance == made
