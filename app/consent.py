"""Asking a person before a task is kept: the proposal, its picture, yes or no. On a terminal and from a pipe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.output import page, styled
from app.terminal import listen

if TYPE_CHECKING:
    from memory import Event

YES = ("y", "yes", "yes please", "yep", "yeah", "ok", "okay", "sure", "keep", "keep it")
NO = ("n", "no", "no thanks", "nope", "drop", "drop it")
NO_BUT = re.compile(r"^no\b[,;.:\s]+(?:but\b\s*)?", re.IGNORECASE)


def agreed() -> bool:
    """Whether the user says yes; the end of the input is a no."""
    while (line := listen("keep it? (yes or no) ")) is not None:
        if line.strip().lower() in YES:
            return True
        if line.strip().lower() in NO:
            return False
        page().print("please say yes or no")
    return False


def decided() -> bool | str:
    """Whether the user says yes, or in other words what to change; the end of the input and Ctrl-C are a no."""
    try:
        while (line := listen("keep it? (yes, no, or what to change) ")) is not None:
            said = " ".join(line.split())
            if said.lower().rstrip(".!") in YES:
                return True
            if said.lower().rstrip(".!") in NO:
                return False
            if said:
                return NO_BUT.sub("", said)
    except KeyboardInterrupt:
        page().print()
    return False


def show_proposal(events: list[Event]) -> None:
    """What is about to be kept: the proposal and where its pictures are."""
    console = page()
    proposal = next(event.data for event in reversed(events) if event.kind == "proposed")
    asked = next(event.data for event in reversed(events) if event.kind == "approval-needed")
    console.print(styled("\n", (proposal["title"], "bold")))
    if proposal["description"].rstrip(".") != proposal["title"]:
        console.print(proposal["description"])
    for number, step in enumerate(proposal["steps"], start=1):
        console.print(f"  {number}. {step}", soft_wrap=True)
    for name, path in asked["pictures"].items():
        console.print(styled((f"  {name}: ", "dim"), path), soft_wrap=True)
