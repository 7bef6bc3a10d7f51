"""The history of each candidate of a session, from the session's events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from memory import Event
from sim.layout import Frozen
from sim.verdict import STAGES, Diagnostic


class Program(Frozen):
    """One program of a candidate, and what its proof said.

    Attributes:
        repair: 0 for the first program, then 1, 2, ...
        code: The program; empty where the log does not have it.
        accepted: Whether it is proved.
        stage: The last stage that it came to.
        errors: The findings that rejected it.
        pictures: Paths of its pictures.
    """

    repair: int = 0
    code: str = ""
    accepted: bool = False
    stage: str = STAGES[0]
    errors: tuple[Diagnostic, ...] = ()
    pictures: dict[str, str] = Field(default_factory=dict)

    def passed(self, stage: str) -> bool:
        """Whether it passed this stage."""
        return self.accepted or STAGES.index(self.stage) > STAGES.index(stage)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its errors, each once."""
        return tuple(dict.fromkeys(error.code for error in self.errors))


class History(Frozen):
    """What became of a candidate.

    Attributes:
        round: Its round.
        name: As it was proposed.
        title: A few words.
        instruction: What the robot is told.
        novel: Whether it went on from the first look at novelty.
        programs: Its programs that were judged, the first one first.
        review: What the critic said.
        task: The library task that it became; empty when it became none.
        reason: Why it was rejected; empty when it was not, or not yet.
        detail: The same, in words.
    """

    round: int
    name: str = ""
    title: str = ""
    instruction: str = ""
    novel: bool = False
    programs: tuple[Program, ...] = ()
    review: str = ""
    task: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the errors of its last program."""
        return self.programs[-1].codes if self.programs else ()


class Unproposed(Frozen):
    """A rejection without a candidate: the proposer gave no usable answer, or said that it cannot be done.

    Attributes:
        round: Its round.
        reason: Why there is none.
        detail: The same, in words.
        attempt: Which proposal of the round it was to be, from 0; None in logs that do not say.
    """

    round: int
    reason: str
    detail: str = ""
    attempt: int | None = None


@dataclass
class _Open:
    """A candidate while its events are read."""

    round: int
    proposal: Mapping[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    code: dict[int, str] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)
    decided: bool = False

    def close(self) -> History:
        told = {word: str(self.proposal.get(word) or "") for word in ("name", "title", "instruction")}
        programs = tuple(self.programs[repair] for repair in sorted(self.programs))
        return History(round=self.round, **told, programs=programs, **self.values)


def histories(events: Iterable[Event], accepted: Sequence[str] = ()) -> tuple[list[History], list[Unproposed]]:
    """The history of each candidate, and the rejections that have none.

    Args:
        events: The events of one session, in order; rounds may run side by side.
        accepted: Names that its end says were accepted: a session may be stopped between a commit and its noting.
    """
    rounds: dict[int, list[_Open]] = {}
    unproposed: list[Unproposed] = []
    for event in events:
        begun = rounds.setdefault(event.round, [])
        if event.kind == "round-started":  # for the second time, if it is all done again after a kill
            begun.clear()
            unproposed = [item for item in unproposed if item.round != event.round]
        elif event.kind == "proposed":
            if begun and not begun[-1].decided:
                begun.pop()  # the same work, done again after a kill
            begun.append(_Open(event.round, event.data))
        elif event.kind == "rejected" and not (begun and event.data.get("name")):
            attempt = event.data.get("attempt")
            if attempt is not None:  # told before, and once more after a kill
                unproposed = [item for item in unproposed if (item.round, item.attempt) != (event.round, attempt)]
            unproposed.append(Unproposed(round=event.round, attempt=attempt, **_reason(event.data)))
        elif begun:
            _note(begun[-1], event)
    candidates = [candidate for number in sorted(rounds) for candidate in rounds[number]]
    noted = {candidate.values.get("task") for candidate in candidates}
    for candidate in candidates:
        name = str(candidate.proposal.get("name"))
        if not candidate.decided and name in accepted and name not in noted:
            candidate.values["task"] = name
    return [candidate.close() for candidate in candidates], unproposed


def _note(candidate: _Open, event: Event) -> None:
    """Adds an event to its candidate; what is told twice changes nothing."""
    data, values = event.data, candidate.values
    match event.kind:
        case "novelty":
            values.setdefault("novel", bool(data.get("novel", True)))
        case "coded":
            values["novel"] = True  # towards a goal, being near is no reason to stop
            candidate.code[int(data.get("repair", 0))] = str(data.get("code", ""))
        case "verdict":
            repair = int(data.get("repair", len(candidate.programs)))
            candidate.programs[repair] = _program(data, repair, candidate.code.get(repair, ""))
        case "reviewed":
            values["review"] = str(data.get("reason", ""))
        case "committed":
            values["task"] = str(data.get("name", ""))
            candidate.decided = True
        case "rejected" if not candidate.decided:
            values.update(_reason(data))
            candidate.decided = True


def _program(data: Mapping[str, Any], repair: int, code: str) -> Program:
    stage = str(data.get("stage", STAGES[0]))
    found = [_finding(item) for item in data.get("diagnostics", [])]
    return Program(
        repair=repair,
        code=code,
        accepted=bool(data.get("accepted", False)),
        stage=stage if stage in STAGES else STAGES[0],
        errors=tuple(item for item in found if item.severity == "error"),
        pictures=data.get("pictures") or {},
    )


def _finding(data: Mapping[str, Any]) -> Diagnostic:
    """A finding as the log has it; what other versions note besides is passed over."""
    known = {word: data[word] for word in Diagnostic.model_fields if word in data}
    return Diagnostic(**{"code": "unknown", "stage": STAGES[0], "message": "", **known})


def _reason(data: Mapping[str, Any]) -> dict[str, str]:
    return {word: str(data.get(word, "")) for word in ("reason", "detail")}
