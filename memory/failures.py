"""What went wrong, remembered: rejected candidates, what mended them, and the lessons in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memory.check import Problem
from memory.embedding import Embedder
from memory.errors import LibraryDamaged, WrittenByNewer
from memory.failure import REASONS, Failure, Reason, Sighting, failure_of
from memory.failure_files import FailureFiles, Outline
from memory.failure_vectors import FailureVectors
from memory.lessons import Lesson, choose, lesson_of
from memory.programs import embed_programs
from sim.errors import UsageError, did_you_mean
from sim.layout import Frozen
from sim.verdict import Verdict, diagnostics_catalogue

LESSONS = 3


class Found(Frozen):
    """A failure that a search found, and how near it is, 0..1."""

    failure: Failure
    score: float


class FailureStore:
    """The remembered failures of a home; several processes may use them at once.

    Args:
        home: The home.
        embedder: Turns texts into vectors; used by searches and lessons alone.
    """

    def __init__(self, home: Path, embedder: Embedder) -> None:
        self.files = FailureFiles(home)
        self._embedder = embedder
        self._vectors = FailureVectors(self.files, embedder)

    def remember(
        self,
        *,
        program: str,
        reason: Reason,
        sighting: Sighting,
        detail: str = "",
        proposal: Mapping[str, Any] | None = None,
        verdict: Verdict | None = None,
    ) -> Failure:
        """Remember a rejected candidate, or count it once more; a sighting that is known changes nothing.

        Args:
            program: The candidate; empty where only a proposal was rejected.
            reason: Why it was rejected.
            sighting: Where it was seen.
            detail: The reason in words, where no diagnostic says it.
            proposal: What the proposer answered.
            verdict: What the proof said.

        Returns:
            The failure as it stands on the disk now. A damaged file in its place is written anew.

        Raises:
            EnvironmentBroken: The home cannot be written.
            WrittenByNewer: A newer simsmith wrote the failure.
        """
        new = failure_of(
            program=program,
            reason=reason,
            detail=detail,
            proposal=proposal or {},
            verdict=verdict,
            sighting=sighting,
        )
        with self.files.locked():
            known = self._readable(new.id)
            failure = known.seen(sighting) if known else new
            if failure is not known:
                self.files.write(failure)
        return failure

    def repaired(self, names: Sequence[str], program: str, verdict: Verdict, candidate: str) -> list[Failure]:
        """Note the next program of a candidate: it mends those of the candidate's failures that it got past.

        Args:
            names: The ids of this candidate's failures so far.
            program: The program after the repair.
            verdict: What the proof says of it.
            candidate: The candidate, as `Sighting.candidate` names it.

        Returns:
            The failures whose repair is now known.

        Raises:
            EnvironmentBroken: The home cannot be written.
        """
        mended = []
        with self.files.locked():
            for name in dict.fromkeys(names):
                known = self._readable(name)
                if known is None:
                    continue
                failure = known.mended(program, verdict, candidate)
                if failure != known:
                    self.files.write(failure)
                if failure.repair:
                    mended.append(failure)
        return mended

    def get(self, name: str) -> Failure:
        """The failure of this id.

        Raises:
            UsageError: There is none.
            LibraryDamaged: Its file is damaged.
        """
        return self.files.read(name)

    def all(self) -> list[Failure]:
        """Every failure that can be read, the most frequent first, then the last seen."""
        return self._read(self._sorted(self.files.outlines()))

    def most_frequent(self, k: int) -> list[Failure]:
        """The first k of `all`."""
        return self._read(self._sorted(self.files.outlines())[:k])

    def recent(self) -> list[Outline]:
        """The failures that no repair has led to a proof, the last seen first."""
        left = [outline for outline in self.files.outlines() if not outline.accepted]
        return sorted(left, key=lambda outline: (outline.last_seen, outline.id), reverse=True)

    def by_code(self, code: str) -> list[Failure]:
        """The failures with this diagnostic code, or of this reason, in the order of `all`.

        Raises:
            UsageError: There is no such code.
        """
        valid = {*diagnostics_catalogue(), *REASONS}
        if code not in valid:
            raise UsageError(f"no diagnostic has the code {code!r}", did_you_mean(code, valid))
        fit = [outline for outline in self.files.outlines() if code in (*outline.codes, outline.reason)]
        return self._read(self._sorted(fit))

    def search(self, query: str, k: int = 5) -> list[Found]:
        """The failures nearest to a text or a program, nearest first.

        A program is compared with programs; words are compared with what the candidates were about and with what
        was wrong with them, whichever is nearer.

        Raises:
            UsageError: There is nothing to look for, or k is not positive.
        """
        if k < 1 or not query.strip():
            raise UsageError("there is nothing to look for", "give some words or a program, and a positive number")
        names = [outline.id for outline in self.files.outlines()]
        if _is_program(query):
            scores = self._vectors.likeness(names, "program", embed_programs(self._embedder, [query])[0])
        else:
            vector = self._embedder.embed([query])[0]
            about, wrong = (self._vectors.likeness(names, view, vector) for view in ("words", "complaint"))
            scores = {name: max(about[name], wrong[name]) for name in about}
        best = sorted(scores, key=lambda name: (-scores[name], name))[:k]
        return [Found(failure=failure, score=scores[failure.id]) for failure in self._read(best)]

    def lessons(self, words: str, program: str = "", codes: Sequence[str] = (), k: int = LESSONS) -> list[Lesson]:
        """What is remembered that matters for the task at hand, the most useful first, one lesson for each code.

        Args:
            words: What the task is about.
            program: The program that failed; empty where nothing is written yet.
            codes: The codes that it failed with.
            k: How many lessons, at most.
        """
        outlines = self.files.outlines()
        if not outlines or k < 1:
            return []
        names = [outline.id for outline in outlines]
        likeness = self._vectors.likeness(names, "words", self._embedder.embed([words])[0])
        if program:
            near = self._vectors.likeness(names, "program", embed_programs(self._embedder, [program])[0])
            likeness = {name: (value + near[name]) / 2 for name, value in likeness.items()}
        chosen = dict(choose(outlines, likeness, codes, k))
        return [lesson_of(failure, chosen[failure.id], likeness[failure.id]) for failure in self._read(list(chosen))]

    def problems(self) -> list[Problem]:
        """Failures that cannot be read, and foreign files; changes nothing."""
        return self.files.problems()

    def _readable(self, name: str) -> Failure | None:
        """The failure of this id; None when there is none, or its file is damaged."""
        try:
            return self.files.read(name)
        except WrittenByNewer:
            raise
        except (LibraryDamaged, UsageError):
            return None

    def _read(self, names: Sequence[str]) -> list[Failure]:
        """These failures, without those that are gone or damaged meanwhile."""
        found = []
        for name in names:
            try:
                found.append(self.files.read(name))
            except (LibraryDamaged, UsageError):
                continue
        return found

    def _sorted(self, outlines: Sequence[Outline]) -> list[str]:
        newest = sorted(outlines, key=lambda outline: outline.last_seen, reverse=True)
        return [outline.id for outline in sorted(newest, key=lambda outline: -outline.count)]


def _is_program(text: str) -> bool:
    """Whether this looks like a task program, even one that Python cannot read."""
    return re.search(r"^class\s+\w", text, re.MULTILINE) is not None
