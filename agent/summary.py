"""What a session did, from its events: how far candidates came, what was mended, why the others fell, what it took.

Candidates are told apart by their round: a round has one at a time, and a new proposal follows the rejection of the
last. A session that was killed may have noted things twice; a proposal that follows one which was never decided is the
same work done again, and takes its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from agent.budget import Ledger
from agent.histories import History, Unproposed, histories
from memory import Event
from sim.layout import Frozen
from sim.verdict import STAGES

STARTS = ("session-started", "session-resumed")
SessionState = Literal["finished", "waiting", "stopped"]


class Funnel(Frozen):
    """How many distinct candidates came how far; each step counts no more than the one before.

    Attributes:
        proposed: Proposals that the proposer gave.
        novel: Of these, those whose words were new enough to go on with (towards a goal, all are).
        parsed: Candidates of which a program passed the stage `parse`.
        built: Those of which a program passed `build`.
        solved: Those of which a program passed `solve`.
        held: Those of which a program passed `hold`, the last stage: they are proved.
        accepted: Those that were committed. Between the two stand novelty in all views, the critic and the person.
    """

    proposed: int = 0
    novel: int = 0
    parsed: int = 0
    built: int = 0
    solved: int = 0
    held: int = 0
    accepted: int = 0


class FirstTry(Frozen):
    """How far the first programs came, before any repair; what publications report of models.

    Attributes:
        programs: Candidates with a program that was judged.
        parsed: Of their first programs, those that passed `parse`.
        built: Those that passed `build`.
        solved: Those that passed `solve`.
        held: Those that passed `hold`.
    """

    programs: int = 0
    parsed: int = 0
    built: int = 0
    solved: int = 0
    held: int = 0

    @property
    def parsed_share(self) -> float | None:
        """The share of first programs that is Python with one task in it; None when there is no program."""
        return self.parsed / self.programs if self.programs else None


class Repairs(Frozen):
    """What repairs did.

    Attributes:
        attempted: Programs that were written to mend another.
        helped: Those that were accepted, or came to a later stage than the program before.
        candidates: Candidates whose first program failed.
        proved: Of these, the ones with a program that was accepted in the end.
        codes: How often a repair that helped did away with a diagnostic code, the most frequent first.
    """

    attempted: int = 0
    helped: int = 0
    candidates: int = 0
    proved: int = 0
    codes: dict[str, int] = Field(default_factory=dict)


class Taken(Frozen):
    """What answers of models took.

    Attributes:
        calls: Calls of the model.
        tool_calls: Calls of tools.
        input_tokens: Tokens read.
        output_tokens: Tokens written.
        cost_usd: US dollars; None where any part of it is unknown.
        seconds: From the questions to the answers.
        faults: What went wrong and was handled, by kind.
    """

    calls: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    seconds: float = 0.0
    faults: dict[str, int] = Field(default_factory=dict)


class Round(Frozen):
    """A round.

    Attributes:
        number: From 1.
        goal: What it was to make, empty when exploring.
        candidates: What was proposed in it, in order.
        unproposed: Why there was no proposal, each time that there was none.
    """

    number: int
    goal: str = ""
    candidates: tuple[History, ...] = ()
    unproposed: tuple[Unproposed, ...] = ()


class Summary(Frozen):
    """What a session did, so far or in all.

    Attributes:
        session: Its id.
        mode: `explore` or `make`; empty when the log does not say.
        goal: What to make, empty when exploring.
        settings: What it was asked to do.
        state: Whether it is finished, waits for a person, or was stopped (or is still running).
        plan: The steps towards the goal, as the planner gave them last.
        goal_reached: Whether the library has the goal's task; None when exploring, or when the log does not say.
        goal_task: The library task that the goal came to; empty where there is none, or the log does not say.
        rounds: The rounds that were begun.
        funnel: How far candidates came.
        first_try: How far the first programs came.
        repairs: What repairs did.
        rejected: Rejections by reason, the most frequent first.
        rejected_by_code: Candidates whose proof failed, by the diagnostic codes (errors) of their last program.
        usage: What all roles took.
        usage_by_role: What each took; empty in logs that do not say.
        diversity: That of the library `before` and `after`: tasks, vendi, mean_nearest.
        budgets: The limits that were reached: what, limit, spent.
        seconds: Time at work; what lies between two runs and in which a person was asked does not count.
        accepted: The names of the tasks that were committed, in order.
    """

    session: str = ""
    mode: str = ""
    goal: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    state: SessionState = "stopped"
    plan: tuple[dict[str, Any], ...] = ()
    goal_reached: bool | None = None
    goal_task: str = ""
    rounds: tuple[Round, ...] = ()
    funnel: Funnel = Funnel()
    first_try: FirstTry = FirstTry()
    repairs: Repairs = Repairs()
    rejected: dict[str, int] = Field(default_factory=dict)
    rejected_by_code: dict[str, int] = Field(default_factory=dict)
    usage: Taken = Taken()
    usage_by_role: dict[str, Taken] = Field(default_factory=dict)
    diversity: dict[str, dict[str, Any]] = Field(default_factory=dict)
    budgets: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0
    accepted: tuple[str, ...] = ()

    @property
    def candidates(self) -> list[History]:
        """All candidates, by round."""
        return [candidate for round_ in self.rounds for candidate in round_.candidates]

    @property
    def usage_per_task(self) -> dict[str, float | None] | None:
        """Tokens, dollars and seconds for each accepted task; None when none was accepted."""
        count = len(self.accepted)
        if not count:
            return None
        cost = self.usage.cost_usd
        return {
            "tokens": (self.usage.input_tokens + self.usage.output_tokens) / count,
            "cost_usd": None if cost is None else cost / count,
            "seconds": self.seconds / count,
        }


def summarise(events: Sequence[Event]) -> Summary:
    """What these events of one session tell; unfinished sessions and logs of older versions give what is in them."""
    settings = _last(events, "session-started")
    outcome = _last(events, "session-finished")
    rounds = _rounds(events, [str(name) for name in outcome.get("accepted", [])])
    candidates = [candidate for round_ in rounds for candidate in round_.candidates]
    ledger = Ledger.of(events)
    by_role = {role: Taken(**taken) for role, taken in ledger.by_role().items()}
    return Summary(
        session=events[0].session if events else "",
        mode=str(settings.get("mode", "")),
        goal=str(settings.get("goal", "")),
        settings=settings,
        state=session_state(events),
        plan=tuple(_last(events, "planned").get("steps", ())),
        goal_reached=outcome.get("goal_reached"),
        goal_task=str(outcome.get("goal_task") or ""),
        rounds=rounds,
        funnel=_funnel(candidates),
        first_try=_first_try(candidates),
        repairs=_repairs(candidates),
        rejected=_counted(
            [candidate.reason for candidate in candidates if candidate.reason]
            + [item.reason for round_ in rounds for item in round_.unproposed]
        ),
        rejected_by_code=_counted(
            code for candidate in candidates if candidate.reason.startswith("failed") for code in candidate.codes
        ),
        usage=Taken(**ledger.totals()) if by_role else _noted_usage(outcome.get("usage", {})),
        usage_by_role=by_role,
        diversity=outcome.get("diversity") or {},
        budgets=tuple(event.data for event in events if event.kind == "budget-spent"),
        seconds=ledger.seconds,
        accepted=accepted_names(events),
    )


def _last(events: Sequence[Event], kind: str) -> dict[str, Any]:
    """What the last event of a kind says; nothing when there is none."""
    return next((event.data for event in reversed(events) if event.kind == kind), {})


def session_state(events: Sequence[Event]) -> SessionState:
    """How a session stands; one that was stopped may as well run in another process."""
    if any(event.kind == "session-finished" for event in events):
        return "finished"
    return "waiting" if events and events[-1].kind == "approval-needed" else "stopped"


def accepted_names(events: Sequence[Event]) -> tuple[str, ...]:
    """What was committed; a session that was stopped between committing and noting it says so at its end."""
    outcome = _last(events, "session-finished")
    noted = [str(event.data.get("name", "")) for event in events if event.kind == "committed"]
    return tuple(dict.fromkeys([*noted, *(str(name) for name in outcome.get("accepted", []))]))


def _rounds(events: Sequence[Event], accepted: Sequence[str]) -> tuple[Round, ...]:
    begun = {event.round: str(event.data.get("goal", "")) for event in events if event.kind == "round-started"}
    candidates, unproposed = histories(events, accepted)
    numbers = {*begun, *(item.round for item in candidates), *(item.round for item in unproposed)}
    return tuple(
        Round(
            number=number,
            goal=begun.get(number, ""),
            candidates=tuple(item for item in candidates if item.round == number),
            unproposed=tuple(item for item in unproposed if item.round == number),
        )
        for number in sorted(numbers)
    )


def _funnel(candidates: Sequence[History]) -> Funnel:
    return Funnel(
        proposed=len(candidates),
        novel=sum(candidate.novel for candidate in candidates),
        **{
            word: sum(any(program.passed(stage) for program in candidate.programs) for candidate in candidates)
            for word, stage in (("parsed", "parse"), ("built", "build"), ("solved", "solve"), ("held", "hold"))
        },
        accepted=sum(bool(candidate.task) for candidate in candidates),
    )


def _first_try(candidates: Sequence[History]) -> FirstTry:
    first = [candidate.programs[0] for candidate in candidates if candidate.programs]
    return FirstTry(
        programs=len(first),
        **{
            word: sum(program.passed(stage) for program in first)
            for word, stage in (("parsed", "parse"), ("built", "build"), ("solved", "solve"), ("held", "hold"))
        },
    )


def _repairs(candidates: Sequence[History]) -> Repairs:
    pairs = [pair for candidate in candidates for pair in zip(candidate.programs, candidate.programs[1:], strict=False)]
    helped = [
        (before, after)
        for before, after in pairs
        if after.accepted or STAGES.index(after.stage) > STAGES.index(before.stage)
    ]
    failed = [candidate for candidate in candidates if candidate.programs and not candidate.programs[0].accepted]
    return Repairs(
        attempted=len(pairs),
        helped=len(helped),
        candidates=len(failed),
        proved=sum(any(program.accepted for program in candidate.programs) for candidate in failed),
        codes=_counted(code for before, after in helped for code in before.codes if code not in after.codes),
    )


def _noted_usage(usage: Mapping[str, Any]) -> Taken:
    """What the end of an older log says of usage."""
    words = ("calls", "tool_calls", "input_tokens", "output_tokens")
    return Taken(**{word: int(usage.get(word, 0)) for word in words}, cost_usd=usage.get("cost_usd"))


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
