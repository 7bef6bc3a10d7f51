"""The library at a glance, for whoever thinks of the next task: what it has, what it lacks, and what failed lately.

The scenes come from the index and what is made of them is kept, so that a digest costs little after the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memory.coverage import Combination, combinations, coverage_of, length_class
from memory.failure import Reason
from memory.failure_files import Outline
from memory.failures import FailureStore
from memory.library import TaskLibrary
from memory.scene_steps import family
from sim.layout import Frozen
from sim.signature import Signature

GAPS = 12
RECENT = 10  # failures that are told


class RecentFailure(Frozen):
    """A proposal that came to nothing lately.

    Attributes:
        name: What it was called.
        reason: Why it was rejected.
        codes: The codes of the diagnostics that rejected its programs.
        detail: The reason in words, where no diagnostic says it.
    """

    name: str
    reason: Reason
    codes: tuple[str, ...] = ()
    detail: str = ""


class LibraryDigest(Frozen):
    """The library at a glance.

    Attributes:
        tasks: How many there are.
        names: All of them, in alphabetical order.
        families: Tasks of each family, the most first.
        gaps: What no task does, in words, the most useful first.
        primitives: Tasks by motion primitive.
        lengths: Tasks by number of goals, in classes.
        recent_failures: What was rejected lately, one entry a proposal, the newest first.
    """

    tasks: int
    names: tuple[str, ...]
    families: dict[str, int]
    gaps: tuple[str, ...]
    primitives: dict[str, int]
    lengths: dict[str, int]
    recent_failures: tuple[RecentFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What counts of a task's scene."""

    family: str
    combinations: frozenset[Combination]
    primitive: str
    length: str


class Digester:
    """Makes digests of a library and its failures.

    Args:
        library: The library.
        failures: The failures of the same home.
    """

    def __init__(self, library: TaskLibrary, failures: FailureStore) -> None:
        self._library = library
        self._failures = failures
        self._sketches: dict[str, _Sketch | None] = {}  # by fingerprint; None for a task without a scene
        self._counted: tuple[int, LibraryDigest] | None = None

    def digest(self) -> LibraryDigest:
        """The library as it is now.

        Raises:
            EnvironmentBroken: The index is damaged, or the home cannot be written.
        """
        stamp = self._library.files.stamp()
        if self._counted is None or self._counted[0] != stamp:
            self._counted = stamp, self._count()
        return self._counted[1].model_copy(update={"recent_failures": tuple(self._recent())})

    def _count(self) -> LibraryDigest:
        entries = self._library.entries()
        sketches = {entry["fingerprint"]: self._sketch(entry) for entry in entries.values()}
        self._sketches = sketches
        seen = [sketches[entry["fingerprint"]] for entry in entries.values()]
        known = [sketch for sketch in seen if sketch]
        covered = coverage_of(
            combinations=Counter(combination for sketch in known for combination in sketch.combinations),
            primitives=Counter(sketch.primitive for sketch in known),
            lengths=Counter(sketch.length for sketch in known),
            gaps=GAPS,
        )
        families = Counter(sketch.family if sketch else family(None) for sketch in seen)
        names = self._library.names()
        return LibraryDigest(
            tasks=len(names),
            names=tuple(names),
            families=dict(sorted(families.items(), key=lambda item: (-item[1], item[0]))),
            gaps=covered.gaps,
            primitives=covered.primitives,
            lengths=covered.lengths,
        )

    def _sketch(self, entry: Mapping[str, str]) -> _Sketch | None:
        if entry["fingerprint"] in self._sketches:
            return self._sketches[entry["fingerprint"]]
        if not entry["signature"]:
            return None
        scene = Signature.model_validate_json(entry["signature"])
        return _Sketch(family(scene), frozenset(combinations(scene)), scene.primitive, length_class(scene))

    def _recent(self) -> list[RecentFailure]:
        """One entry for each proposal: its programs fail one after the other, with codes of their own."""
        told: dict[str, list[Outline]] = {}
        for outline in self._failures.recent():
            if outline.name not in told and len(told) == RECENT:
                break
            told.setdefault(outline.name, []).append(outline)
        return [_recent_failure(outlines) for outlines in told.values()]


def _recent_failure(outlines: Sequence[Outline]) -> RecentFailure:
    """What is said of the failures of one proposal, the newest first."""
    newest = outlines[0]
    codes = dict.fromkeys(code for outline in outlines if outline.reason == "failed" for code in outline.codes)
    return RecentFailure(name=newest.name, reason=newest.reason, codes=tuple(codes), detail=newest.detail)


def shortened(digest: Mapping[str, Any], names: int) -> dict[str, Any]:
    """A digest, as JSON, with so many of the names at most, evenly spread, and how many were left out."""
    told, every = dict(digest), list(digest.get("names", ()))
    if len(every) > names:
        told["names"] = [every[at * len(every) // names] for at in range(names)]
        told["names_left_out"] = len(every) - names
    return told
