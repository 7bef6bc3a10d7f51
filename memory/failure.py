"""A failure: a candidate that was rejected, why, and what mended it."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from pydantic import Field

from memory.programs import normalise_code
from memory.record import Moment, utc_now
from sim.layout import Frozen
from sim.syntax import syntax_tree
from sim.verdict import STAGES, Diagnostic, Verdict

Reason = Literal["failed", "not-novel", "not-worth-it", "declined"]
REASONS: tuple[Reason, ...] = get_args(Reason)
MOST_SIGHTINGS = 100  # that are kept of a failure; all are counted


class Sighting(Frozen):
    """One time that a failure was seen.

    Attributes:
        session: The session it was seen in.
        round: The session's round.
        attempt: The proposal of that round, from 0.
        repair: The repairs of that candidate before, from 0.
        model: The model that wrote the candidate.
        at: When, ISO 8601 in UTC.
    """

    session: str
    round: int = 0
    attempt: int = 0
    repair: int = 0
    model: str = ""
    at: Moment = Field(default_factory=utc_now)

    @property
    def candidate(self) -> str:
        """Names the candidate, the same for all its repairs."""
        return f"{self.session}/{self.round}/{self.attempt}"

    @property
    def key(self) -> str:
        """Names the sighting: one that is told of twice counts once."""
        return f"{self.candidate}/{self.repair}"


class Repair(Frozen):
    """What got past a failure.

    Attributes:
        program: The program after the repair.
        diff: What changed, as a unified diff.
        candidate: The candidate that was repaired, as `Sighting.candidate` names it.
        accepted: Whether the proof accepted that candidate in the end.
    """

    program: str
    diff: str
    candidate: str
    accepted: bool = False


class Failure(Frozen):
    """A rejected candidate as it is remembered; the same program with the same findings is one failure.

    Attributes:
        schema_version: Version of this shape on disk; `memory.migrations` reads earlier ones.
        id: Hash of the program, whatever it calls its variables, and of the codes.
        reason: Why it was rejected: by the proof, by novelty, by the critic, or by a person.
        detail: The reason in words, where no diagnostic says it.
        codes: The codes of the diagnostics that rejected it, in order; the reason where there are none.
        program: The candidate, character for character; empty where only a proposal was rejected.
        proposal: What the proposer answered.
        verdict: What the proof said; None where it was not proved.
        count: How often it was seen.
        first_seen: When it was first seen, ISO 8601 in UTC.
        last_seen: When it was last seen.
        sightings: Where it was seen, the last ones.
        repair: What mended it, None when nothing did so far.
    """

    schema_version: Literal[1] = 1
    id: str
    reason: Reason
    detail: str = ""
    codes: tuple[str, ...]
    program: str = ""
    proposal: dict[str, Any] = Field(default_factory=dict)
    verdict: Verdict | None = None
    count: int = 1
    first_seen: Moment
    last_seen: Moment
    sightings: tuple[Sighting, ...]
    repair: Repair | None = None

    @property
    def stage(self) -> str:
        """The stage of the proof that it reached; empty where it was not proved."""
        return self.verdict.stage if self.verdict else ""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings that rejected it, none where something else did."""
        return self.verdict.errors if self.verdict and self.reason == "failed" else ()

    @property
    def title(self) -> str:
        """What the candidate was about, in a few words."""
        return str(self.proposal.get("title") or self.proposal.get("name") or "")

    @property
    def words(self) -> str:
        """What the candidate was about."""
        return proposal_words(self.proposal)

    @property
    def complaint(self) -> str:
        """What was wrong with it: code and message of every finding."""
        told = [f"{item.code}: {item.message}" for item in self.diagnostics]
        return "; ".join(dict.fromkeys(told)) or f"{self.reason}: {self.detail}"

    def seen(self, sighting: Sighting) -> Failure:
        """The failure after another sighting; the same one when that is known."""
        if sighting.key in {known.key for known in self.sightings}:
            return self
        return self.model_copy(
            update={
                "count": self.count + 1,
                "last_seen": max(self.last_seen, sighting.at),
                "sightings": (*self.sightings, sighting)[-MOST_SIGHTINGS:],
            }
        )

    def mended(self, program: str, verdict: Verdict, candidate: str) -> Failure:
        """The failure after a repair of its candidate: with what mended it, if this did and nothing better is known.

        Args:
            program: The program after the repair.
            verdict: What the proof says of it.
            candidate: The candidate, as `Sighting.candidate` names it.
        """
        known = self.repair
        if known and (known.accepted or known.candidate == candidate):
            # What got past this failure first is less than all that was changed until the proof was there.
            accepted = known.accepted or verdict.accepted
            return self.model_copy(update={"repair": known.model_copy(update={"accepted": accepted})})
        if program == self.program or (not verdict.accepted and (known or not self._left_behind(verdict))):
            return self
        diff = program_diff(self.program, program)
        repair = Repair(program=program, diff=diff, candidate=candidate, accepted=verdict.accepted)
        return self.model_copy(update={"repair": repair})

    def _left_behind(self, verdict: Verdict) -> bool:
        """Whether a later verdict came past this failure's findings, instead of ending before it came to them."""
        met_again = {item.code for item in verdict.errors} & set(self.codes)
        return not met_again and STAGES.index(verdict.stage) >= STAGES.index(self.stage or STAGES[0])


def failure_of(
    *,
    program: str,
    reason: Reason,
    detail: str,
    proposal: Mapping[str, Any],
    verdict: Verdict | None,
    sighting: Sighting,
) -> Failure:
    """A failure that is seen for the first time; the arguments are its attributes."""
    errors = verdict.errors if verdict and reason == "failed" else ()
    codes = tuple(dict.fromkeys(item.code for item in errors)) or (reason,)
    return Failure(
        id=failure_id(program or proposal_words(proposal), codes),
        reason=reason,
        detail=detail,
        codes=codes,
        program=program,
        proposal=dict(proposal),
        verdict=verdict,
        first_seen=sighting.at,
        last_seen=sighting.at,
        sightings=(sighting,),
    )


def failure_id(program: str, codes: Iterable[str]) -> str:
    """16 hexadecimal digits: the same for programs that differ in layout, comments and names of variables only."""
    text = "\0".join([_anonymous(program), *sorted(set(codes))])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def proposal_words(proposal: Mapping[str, Any]) -> str:
    """What a proposal is about, as one text."""
    said = [str(proposal.get(key, "")).strip().rstrip(".") for key in ("title", "description", "instruction")]
    return ". ".join(dict.fromkeys(text for text in said if text))


def program_diff(before: str, after: str) -> str:
    """What changed between two programs, as a unified diff with two lines around each change."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "failed.py", "mended.py", n=2, lineterm="")
    return "\n".join(lines)


def _anonymous(program: str) -> str:
    """The normalised program with its variables named in the order in which they appear."""
    normal = normalise_code(program)
    try:
        tree = syntax_tree(normal)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return normal
    nodes = list(ast.walk(tree))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound = stored | {node.arg for node in nodes if isinstance(node, ast.arg)}
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in bound:
            node.id = names.setdefault(node.id, f"name{len(names)}")
        elif isinstance(node, ast.arg):
            node.arg = names.setdefault(node.arg, f"name{len(names)}")
    try:
        return ast.unparse(tree)
    except RecursionError:
        return normal
