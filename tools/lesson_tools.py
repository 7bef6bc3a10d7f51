"""Tools with which the loop remembers failures, and recalls what they teach; they belong to no role."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.tools import BaseTool

from memory import FailureStore, Sighting
from memory.failure import Reason, proposal_words
from memory.failures import LESSONS
from sim.verdict import Verdict
from tools.library_tools import tool


def lesson_tools(failures: FailureStore) -> list[BaseTool]:
    """The tools of these failures."""

    def remember_failure(
        reason: Reason,
        proposal: dict[str, Any],
        sighting: dict[str, Any],
        code: str = "",
        detail: str = "",
        verdict: dict[str, Any] | None = None,
    ) -> str:
        """Remember a rejected candidate; returns its id. The same sighting, told of twice, counts once.

        Args:
            reason: Why it was rejected.
            proposal: What the proposer answered.
            sighting: Where it was seen: session, round, attempt, repair, model.
            code: The program, empty where only a proposal was rejected.
            detail: The reason in words, where no diagnostic says it.
            verdict: What the proof said.
        """
        failure = failures.remember(
            program=code,
            reason=reason,
            detail=detail,
            proposal=proposal,
            verdict=Verdict.model_validate(verdict) if verdict else None,
            sighting=Sighting.model_validate(sighting),
        )
        return json.dumps({"id": failure.id, "count": failure.count})

    def note_repair(failures_before: list[str], code: str, verdict: dict[str, Any], candidate: str) -> str:
        """Note the next program of a candidate that has failed; returns the ids of the failures that are mended now.

        Args:
            failures_before: The ids of this candidate's failures so far.
            code: The program after the repair.
            verdict: What the proof says of it.
            candidate: Names the candidate.
        """
        mended = failures.repaired(failures_before, code, Verdict.model_validate(verdict), candidate)
        return json.dumps({"mended": [failure.id for failure in mended]})

    def recall_lessons(
        proposal: dict[str, Any], code: str = "", codes: list[str] | None = None, k: int = LESSONS
    ) -> str:
        """Recall what past failures teach about a task, the most useful first.

        Args:
            proposal: What the proposer answered.
            code: The program that failed, empty where nothing is written yet.
            codes: The codes of the diagnostics that it failed with.
            k: How many lessons to return, at most.
        """
        lessons = failures.lessons(proposal_words(proposal), code, codes or (), k)
        told = [{"id": lesson.failure, "lesson": lesson.told()} for lesson in lessons]
        return json.dumps({"lessons": told})

    return [tool(function) for function in (remember_failure, note_repair, recall_lessons)]
