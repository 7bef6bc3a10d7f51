"""`simsmith chat`: a conversation in which a goal becomes a task, with the user's consent."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.library import similar
from app.output import page
from app.sessions import follow
from app.workshop import home_folder, open_library, open_session
from sim.errors import EnvironmentBroken, SimsmithError

if TYPE_CHECKING:
    from agent.session import Session, Settings
    from memory import Event

HELP = """Say what the robot should practise, such as: stack three blue blocks on the green one
You see the proposal and a picture, and nothing is kept before you say yes.

  similar TEXT   the library tasks nearest to a text
  help           this page
  quit           leave (or Ctrl-D)"""
YES = ("y", "yes", "ok", "sure", "keep", "keep it")
NO = ("n", "no", "drop", "drop it")
SEARCH = ("similar to ", "similar ", "find ", "search for ", "search ")


class Chat:
    """A conversation; works on a terminal and from a pipe.

    Args:
        home: The home.
        settings: Model and seed for every session of the conversation.
    """

    def __init__(self, home: Path, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self.console = page()

    @classmethod
    def open(cls, home: Path | None, *, seed: int, model: str | None, base_url: str | None) -> Chat:
        """A conversation with the model that options and environment ask for."""
        from agent.models import choose_model, load_model
        from agent.session import Settings

        choice = choose_model(model, base_url)
        load_model(choice)
        folder = home_folder(home)
        open_library(folder)
        return cls(folder, Settings(seed=seed, approve=True, model=choice.name, base_url=choice.base_url))

    def run(self) -> None:
        """Talks until the user leaves."""
        self.console.print(f"[bold]simsmith chat[/] ({self.settings.model})\n{HELP}\n")
        while (line := self._listen("you> ")) is not None:
            text = line.strip().removeprefix("/")
            if text.lower() in ("quit", "exit", "bye"):
                return
            try:
                self._answer(text)
            except EnvironmentBroken:
                raise
            except SimsmithError as error:
                self.console.print(str(error), style="yellow", soft_wrap=True)

    def _answer(self, text: str) -> None:
        searched = next((text[len(word) :] for word in SEARCH if text.lower().startswith(word)), "")
        if not text:
            return
        if text.lower() == "help":
            self.console.print(HELP)
        elif text.lower() in (word.strip() for word in SEARCH):
            self.console.print("similar to what? say: similar TEXT")
        elif searched.strip():
            similar(self.home, searched.strip(), 5, as_json=False)
        elif text.endswith("?"):
            similar(self.home, text, 5, as_json=False)
        else:
            self._make(text)

    def _make(self, goal: str) -> None:
        from agent.session import new_session_id

        settings = replace(self.settings, mode="make", goal=goal, rounds=1)
        with open_session(self.home, new_session_id(), settings) as session:
            events = follow(session.run(), 1)
            while session.waiting:
                self._show(events)
                events = follow(session.run(answer=self._agreed()), 1)
            self._conclude(session)

    def _show(self, events: list[Event]) -> None:
        proposal = next(event.data for event in reversed(events) if event.kind == "proposed")
        asked = next(event.data for event in reversed(events) if event.kind == "approval-needed")
        self.console.print(f"\n[bold]{proposal['title']}[/]")
        if proposal["description"].rstrip(".") != proposal["title"]:
            self.console.print(proposal["description"])
        for number, step in enumerate(proposal["steps"], start=1):
            self.console.print(f"  {number}. {step}", soft_wrap=True)
        for name, path in asked["pictures"].items():
            self.console.print(f"  [dim]{name}:[/] {path}", soft_wrap=True)

    def _agreed(self) -> bool:
        """Whether the user says yes; the end of the input is a no."""
        while (line := self._listen("keep it? (yes or no) ")) is not None:
            if line.strip().lower() in YES:
                return True
            if line.strip().lower() in NO:
                return False
            self.console.print("please say yes or no")
        return False

    def _conclude(self, session: Session) -> None:
        outcome = session.outcome()
        for name in outcome["accepted"]:
            self.console.print(f"[green]kept[/] as {name}: see simsmith library show {name}\n", soft_wrap=True)
        if not outcome["accepted"]:
            why = outcome["details"][-1] if outcome["details"] else {"detail": "no reason was given"}
            self.console.print(f"not kept: {why['detail']}\n", style="yellow", soft_wrap=True)

    def _listen(self, prompt: str) -> str | None:
        """A line of the user's, None at the end of the input."""
        if sys.stdin.isatty():
            try:
                return self.console.input(prompt)
            except EOFError:
                return None
        line = sys.stdin.readline()
        if line:
            self.console.print(f"{prompt}{line.rstrip()}", markup=False)
        return line or None
