"""Asking a person before a task is kept: the proposal, its picture, yes or no. On a terminal and from a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.wishes import wish
from app.output import page, styled
from app.terminal import listen

if TYPE_CHECKING:
    from memory import Event

YES = ("y", "yes", "yes please", "yep", "yeah", "ok", "okay", "sure", "keep", "keep it")
NO = (
    *("n", "no", "no thanks", "nope", "nah", "drop", "drop it", "quit", "exit", "stop", "cancel"),
    *("undo", "undo it", "undo that"),  # nothing is kept yet, so there is nothing else that could be undone
)
NO_BUT = re.compile(r"^no\b[,;.:\s]+(?:but\b\s*)?", re.IGNORECASE)


def agreed(question: str = "keep it? (yes or no) ") -> bool | None:
    """Whether the user says yes; None where the input ends and nobody says anything."""
    while (line := listen(question)) is not None:
        if line.strip().lower() in YES:
            return True
        if line.strip().lower() in NO:
            return False
        page().print("please say yes or no")
    return None


def decided(
    why: Callable[[], str], code: Callable[[], None], heard: Callable[[str], None] = lambda _: None
) -> bool | str:
    """Whether the user says yes, or in other words what to change; the end of the input and Ctrl-C are a no.

    Args:
        why: What the proof says, for a user who asks.
        code: Shows the program.
        heard: Takes every line that the user says.
    """
    console = page()
    try:
        while (line := listen("keep it? (yes, no, or what to change) ")) is not None:
            said = " ".join(line.split())
            if said:
                heard(said)
            plain = said.lower().strip("/.!")
            if plain in YES:
                return True
            if plain in NO:
                return False
            if plain in ("code", "show the code", "program"):
                code()
            elif said and plain not in ("why", "help") and (change := wish(NO_BUT.sub("", said))):
                return change
            elif said:
                console.print(
                    f"{why()}\nSay yes or no, say what to change, or code to see the program.", soft_wrap=True
                )
    except KeyboardInterrupt:
        console.print()
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
