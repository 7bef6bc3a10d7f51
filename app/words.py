"""How the numbers of a session are told to people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.summary import Summary

FUNNEL_WORDS = {
    "proposed": "what the proposer gave",
    "novel": "the proposals that were new enough in words to go on with",
    "parsed": "the candidates with a program that is Python and has one task in it",
    "built": "those with a program that lays out a scene that holds",
    "solved": "those with a program whose task the oracle solves",
    "held": "those that are proved: what was reached lasts",
    "accepted": "those that are in the library now; the others were not novel in all views, or not worth keeping",
}
STATES = {"finished": "finished", "waiting": "waits for an answer", "stopped": "can be resumed"}


def state_words(summary: Summary) -> str:
    """How a session stands."""
    return STATES[summary.state]


def step_states(summary: Summary) -> list[str]:
    """For each step of the plan what came of it; empty where nothing was tried yet."""
    told = []
    for step in summary.plan:
        goal = step.get("goal")
        rounds = [round_ for round_ in summary.rounds if round_.number and round_.goal == goal]
        made = [candidate.task for round_ in rounds for candidate in round_.candidates if candidate.task]
        tried = any(candidate.reason for round_ in rounds for candidate in round_.candidates) or any(
            round_.unproposed for round_ in rounds
        )
        there = step.get("name") if step.get("state") == "there" else ""
        if made:
            told.append(f"made as {made[-1]}")
        elif there:
            told.append(f"there as {there}")
        else:
            told.append("failed" if tried else "")
    return told


def settings_words(summary: Summary) -> dict[str, str]:
    """What a session was asked to do, as far as it says anything; an address without the password in it."""
    told = {word: value for word, value in summary.settings.items() if value not in (None, "", {}, [], False)}
    return {word: re.sub(r"//[^/@\s]*@", "//", str(value)) for word, value in told.items()}


def budget_words(data: Mapping[str, Any]) -> str:
    """A limit that was reached: the limit of 5 minutes, after 5 min 2 s."""
    what, spent = data.get("what", ""), data.get("spent")
    if what == "minutes" and isinstance(spent, (int, float)):
        return f"the limit of {_short(data.get('limit'))} minutes, after {duration(spent * 60)}"
    return f"the limit of {_short(data.get('limit'))} {what}, after {_short(spent)}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def duration(seconds: float) -> str:
    """Seconds in words of at most two parts: 34 s, 12 min 5 s, 3 h 20 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def cost(dollars: float | None) -> str:
    """US dollars; a dash where nobody knows."""
    if dollars is None:
        return "-"
    return f"{dollars:.2f}" if dollars >= 1 or not dollars else f"{dollars:.4f}"


def count(number: int, word: str, several: str = "") -> str:
    """A number and its word: 1 program, 2 programs; what several are called where an s does not do."""
    return f"{number:,} {word if number == 1 else several or f'{word}s'}"
