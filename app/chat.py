"""`simsmith chat`: a conversation in which a goal becomes a task, with the user's consent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk import Desk
from app.output import page, progress, styled
from app.sessions import settings_of
from app.terminal import Speech, line_editing, listen
from app.workshop import open_library, open_session
from sim.errors import EnvironmentBroken, SimsmithError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from agent.conversation import Conversation
    from agent.session import Session, Settings
    from app.options import LibraryPlace, SessionOptions
    from sim.sandbox import Sandbox

WELCOME = "Say what the robot should practise, such as: stack three blue blocks on the green one"
LEAVING = ("quit", "exit", "bye", "/quit", "/exit", "/q")
HISTORY = "chat-history"  # in the home: the lines of all conversations


@dataclass(frozen=True)
class Command:
    """Something that a person can ask for without the agent.

    Attributes:
        usage: How it is written.
        about: What it does.
        run: Takes the words behind it, and returns what is to be said.
        needs: Whether words have to stand behind it.
        tool: What the agent would have called for it: the tool, and which of its arguments the words are.
    """

    usage: str
    about: str
    run: Callable[[str], str]
    needs: bool = False
    tool: tuple[str, str] = ("", "")


class Chat:
    """A conversation; works on a terminal and from a pipe.

    Args:
        desk: What can be done.
        conversation: The agent.
        model: What speaks, for the first line.
        home: Where the history of lines is kept.
    """

    def __init__(self, desk: Desk, conversation: Conversation, model: str, home: Path) -> None:
        self.desk = desk
        self.conversation = conversation
        self.model = model
        self.home = home
        self.speech = Speech()
        self.console = page()
        self.commands = {
            "/similar": Command(
                "/similar TEXT",
                "the library tasks nearest to a text, or to a task",
                self._similar,
                tool=("search_tasks", "query"),
            ),
            "/show": Command(
                "/show NAME", "a library task: its proof, its pictures", self._show, tool=("show_task", "name")
            ),
            "/code": Command("/code [NAME]", "the program of the last task, or of one in the library", desk.code),
            "/why": Command("/why [NAME]", "what the proof found, in plain words", desk.explain_verdict),
            "/list": Command("/list", "the names of all tasks", lambda _: desk.list_tasks(), tool=("list_tasks", "")),
            "/export": Command("/export FILE", "the tasks kept here, as an archive", desk.export_tasks, needs=True),
            "/undo": Command(
                "/undo", "takes the last kept task out of the library again", lambda _: desk.undo(), tool=("undo", "")
            ),
            "/restore": Command("/restore NAME", "brings a removed task back", desk.restore, needs=True),
            "/history": Command("/history", "what was said so far", lambda _: self._history()),
            "/help": Command("/help", "this page", lambda _: self._help()),
            "/quit": Command("/quit", "leave (or Ctrl-D)", lambda _: ""),
        }

    @classmethod
    def open(cls, place: LibraryPlace, sandbox: Sandbox, options: SessionOptions) -> Chat:
        """A conversation with the model that options and environment ask for."""
        from agent.conversation import Conversation
        from agent.models import ModelChoice, load_models
        from agent.session import new_session_id

        settings = settings_of(options, chat=True)
        with progress.status("opening the library") if progress.is_terminal else contextlib.nullcontext():
            loaded = load_models(settings.choice, settings.choices, place.home / "endpoints.json")
            voice = loaded.of("chat")
        if voice.manner != "tools":
            progress.print(f"{settings.model} makes no tool calls: it works, and the composer converses", style="dim")
            voice = load_models(ModelChoice(), {}).of("chat")
        library = open_library(place)

        def opened(asked: Settings) -> contextlib.AbstractContextManager[Session]:
            return open_session(place, sandbox, new_session_id(), asked, library)

        desk = Desk(library, settings, opened)
        tools = desk.tools(obeys=voice.choice.is_composer)
        return cls(desk, Conversation(voice, tools, loaded.patience), settings.model, place.home)

    def run(self) -> None:
        """Talks until the user leaves."""
        told = f" ({self.model}, {len(self.desk.names())} tasks)\n{WELCOME}\n"
        self.console.print(styled(("simsmith chat", "bold"), told, ("/help lists the commands, /quit leaves\n", "dim")))
        with line_editing(self.home / HISTORY, lambda: [*self.commands, *self.desk.names()]):
            while (line := self._hear()) is not None:
                text = " ".join(line.split())
                if text.lower() in LEAVING:
                    return
                if text:
                    self._take_turn(text)

    def _hear(self) -> str | None:
        try:
            return listen("you> ", remember=True)
        except KeyboardInterrupt:
            self.console.print()
            return None

    def _take_turn(self, text: str) -> None:
        """One turn; what goes wrong in it is said, and the conversation goes on."""
        try:
            if text.startswith("/") or text.lower() == "help":
                self._obey(text)
            else:
                self.conversation.say(text, self.speech)
        except KeyboardInterrupt:
            self.speech.end()
            self.console.print("\nstopped; say something else, or /quit", style="yellow")
        except EnvironmentBroken as error:
            self.speech.end()
            self.console.print(f"{error}", style="red", soft_wrap=True)
            self.console.print("nothing that was said is lost: say it again, or /quit", style="dim")
        except SimsmithError as error:
            self.speech.end()
            self.console.print(str(error), style="yellow", soft_wrap=True)
        self.speech.end()
        self.console.print()

    def _obey(self, text: str) -> None:
        """Does what a command says, and lets the agent know."""
        name, _, words = text.partition(" ")
        command = self.commands.get(name.lower() if name.startswith("/") else f"/{name.lower()}")
        if command is None:
            told = f"there is no command {name}: {did_you_mean(name, self.commands)}"
            self.console.print(told, style="yellow", soft_wrap=True)
        elif command.needs and not words:
            self.console.print(f"{command.usage}: {command.about}", style="yellow")
        else:
            said = command.run(words)
            told = json.loads(said).get("text", "") if said else ""
            if told:
                self.console.print(told, soft_wrap=True)
            if said:
                tool, argument = command.tool
                call = (tool, {argument: words} if argument and words else {}, said) if tool else None
                self.conversation.note(text, told or "It stands on the person's screen.", call)

    # -- commands that are not the desk's --------------------------------------------------------------------------

    def _similar(self, words: str) -> str:
        asked = words or self.desk.last.kept or str(self.desk.last.proposal.get("instruction", ""))
        return self.desk.search_tasks(asked)

    def _show(self, name: str) -> str:
        return self.desk.show_task(name or self.desk.last.name)

    def _history(self) -> str:
        for who, words in self.conversation.said:
            self.console.print(styled((f"{who:>6}  ", "dim"), words), soft_wrap=True)
        return ""

    def _help(self) -> str:
        self.console.print(
            "Say in your own words what the robot should practise. You see the proposal and a picture, and nothing is\n"
            "kept before you say yes. Then change it (make it four blocks), ask why, look for similar tasks, or undo.\n"
        )
        for command in self.commands.values():
            self.console.print(styled((f"  {command.usage:<15}", "bold"), command.about))
        return ""
