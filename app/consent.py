"""Asking a person before a task is kept: the proposal, its picture, yes or no. On a terminal and from a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.output import page, styled

if TYPE_CHECKING:
    from memory import Event

YES = ("y", "yes", "ok", "sure", "keep", "keep it")
NO = ("n", "no", "drop", "drop it")


def listen(prompt: str) -> str | None:
    """A line of the user's, None at the end of the input."""
    console = page()
    if sys.stdin.isatty():
        try:
            return console.input(prompt, markup=False)
        except EOFError:
            return None
    line = sys.stdin.readline()
    if line:
        console.print(f"{prompt}{line.rstrip()}")
    return line or None


def agreed() -> bool:
    """Whether the user says yes; the end of the input is a no."""
    while (line := listen("keep it? (yes or no) ")) is not None:
        if line.strip().lower() in YES:
            return True
        if line.strip().lower() in NO:
            return False
        page().print("please say yes or no")
    return False


def show_proposal(events: list[Event]) -> None:
    """What is about to be kept: the proposal and where its pictures are.

    Args:
        events: What happened so far; the last question among them, and its round, are what counts.
    """
    console = page()
    question = next(event for event in reversed(events) if event.kind == "approval-needed")
    asked, number = question.data, question.round
    proposal = next(event.data for event in reversed(events) if event.kind == "proposed" and event.round == number)
    console.print(styled("\n", (proposal["title"], "bold")))
    if proposal["description"].rstrip(".") != proposal["title"]:
        console.print(proposal["description"])
    for number, step in enumerate(proposal["steps"], start=1):
        console.print(f"  {number}. {step}", soft_wrap=True)
    for name, path in asked["pictures"].items():
        console.print(styled((f"  {name}: ", "dim"), path), soft_wrap=True)
