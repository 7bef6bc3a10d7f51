"""Rejected candidates as tasks to train on: what the library would hold without the filters `ground` and `hold`."""

from __future__ import annotations

from collections.abc import Iterable

from memory.failure import Failure
from memory.record import TaskRecord
from policy.tasks import PracticeTask

FILTERS = ("ground", "hold")  # what they reject is built and moves; it is not what it says, or does not last


def only_filtered(failures: Iterable[Failure]) -> list[Failure]:
    """The candidates that were built and that only `ground` or `hold` rejected, in the order of their ids."""
    found = [failure for failure in failures if failure.program and _only_filtered(failure)]
    return sorted(found, key=lambda failure: failure.id)


def _only_filtered(failure: Failure) -> bool:
    verdict = failure.verdict
    if failure.reason != "failed" or verdict is None or verdict.rules != "strict" or verdict.signature is None:
        return False
    return verdict.stage in FILTERS and {item.stage for item in verdict.errors} <= set(FILTERS)


def rejected_record(failure: Failure) -> TaskRecord:
    """A rejected candidate as the library would have it, to be compared with its tasks."""
    assert failure.verdict is not None
    parents = failure.proposal.get("parents", ())
    return TaskRecord(
        name=f"rejected-{failure.id}",
        title=failure.title,
        description=str(failure.proposal.get("description", "")),
        instructions=failure.verdict.instructions,
        code=failure.program,
        assets=failure.verdict.assets,
        origin=failure.sightings[-1].model or "rejected",
        parents=tuple(str(parent) for parent in parents) if isinstance(parents, (list, tuple)) else (),
        verdict=failure.verdict,
        created_at=failure.first_seen,
        signature=failure.verdict.signature,
        session=failure.sightings[-1].session,
        proposal=failure.proposal,
    )


def rejected_task(record: TaskRecord) -> PracticeTask:
    """A rejected candidate as a task that can be laid out."""
    return PracticeTask(record.name, record.code, origin=record.origin)
