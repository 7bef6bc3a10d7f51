"""`simsmith chat`: a conversation in which a goal becomes a task, with the user's consent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.consent import agreed, listen, show_proposal
from app.library import similar
from app.output import page, styled
from app.sessions import follow
from app.workshop import open_library, open_session
from sim.errors import EnvironmentBroken, SimsmithError

if TYPE_CHECKING:
    from agent.session import Session, Settings
    from app.options import LibraryPlace
    from sim.sandbox import Sandbox

HELP = """Say what the robot should practise, such as: stack three blue blocks on the green one
You see the proposal and a picture, and nothing is kept before you say yes.

  similar TEXT   the library tasks nearest to a text
  help           this page
  quit           leave (or Ctrl-D)"""
SEARCH = ("similar to ", "similar ", "find ", "search for ", "search ")


class Chat:
    """A conversation; works on a terminal and from a pipe.

    Args:
        place: Where the library is.
        sandbox: Where task code runs.
        settings: Model and seed for every session of the conversation.
    """

    def __init__(self, place: LibraryPlace, sandbox: Sandbox, settings: Settings) -> None:
        self.place = place
        self.sandbox = sandbox
        self.settings = settings
        self.console = page()

    @classmethod
    def open(cls, place: LibraryPlace, sandbox: Sandbox, *, seed: int, model: str | None, base_url: str | None) -> Chat:
        """A conversation with the model that options and environment ask for."""
        from agent.models import choose_model, load_model
        from agent.session import Settings

        choice = choose_model(model, base_url)
        load_model(choice)
        open_library(place)
        return cls(place, sandbox, Settings(seed=seed, approve=True, model=choice.name, base_url=choice.base_url))

    def run(self) -> None:
        """Talks until the user leaves."""
        self.console.print(styled(("simsmith chat", "bold"), f" ({self.settings.model})\n{HELP}\n"))
        while (line := listen("you> ")) is not None:
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
            similar(self.place, searched.strip(), 5, as_json=False)
        elif text.endswith("?"):
            similar(self.place, text, 5, as_json=False)
        else:
            self._make(text)

    def _make(self, goal: str) -> None:
        from agent.session import new_session_id

        settings = replace(self.settings, mode="make", goal=goal, rounds=1)
        with open_session(self.place, self.sandbox, new_session_id(), settings) as session:
            events = follow(session.run(), 1)
            while session.waiting:
                show_proposal(events)
                events = follow(session.run(agreed()), 1)
            self._conclude(session)

    def _conclude(self, session: Session) -> None:
        outcome = session.outcome()
        for name in outcome["accepted"]:
            told = f" as {name}: see simsmith library show {name}\n"
            self.console.print(styled(("kept", "green"), told), soft_wrap=True)
        if not outcome["accepted"]:
            why = outcome["details"][-1] if outcome["details"] else {"detail": "no reason was given"}
            self.console.print(f"not kept: {why['detail']}\n", style="yellow", soft_wrap=True)
