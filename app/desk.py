"""The desk at which the agent of a conversation works: what it can do, and what it has done so far.

Each public method is a tool of the agent's and a command of the person's at once: it shows on the terminal what it
finds, and answers in JSON. The docstrings are what a model is told of the tools.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.columns import Columns

from app.consent import agreed, decided, show_proposal
from app.library import tell_code, tell_task
from app.output import page, progress, score, styled, table
from app.sessions import follow
from app.words import count
from app.work import Work
from memory import Event, TaskLibrary
from memory.archive import export_archive
from sim.errors import UsageError
from tools.explanation import explain
from tools.library_tools import tool

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from agent.session import Session, Settings

MOST_NAMES = 100  # that are told the agent; the person sees all
CHANGED = ", changed: "
QUIET = ("round-started", "rejected", "committed")  # the conversation tells of them in its own words
STOPPED = "it was stopped"


def _drop(session: Session) -> None:
    """Ends a session whose proposal was replaced."""
    while session.waiting:
        for _ in session.run("another proposal took its place"):
            pass


class Desk:
    """What the agent of a conversation can do.

    Args:
        library: The library, open for the whole conversation.
        settings: Model and seed of every session of the conversation.
        open_session: Opens a session with these settings.
    """

    def __init__(
        self,
        library: TaskLibrary,
        settings: Settings,
        open_session: Callable[[Settings], AbstractContextManager[Session]],
    ) -> None:
        self._library = library
        self._settings = settings
        self._open = open_session
        self.last = Work("")
        self.kept: list[str] = []
        self._refused = ""  # why the last goal came to no task
        self._listed: list[str] = []  # what was listed last, in order: tasks can be named by their place in it
        self._answers: list[str] = []  # what the person said to questions since the agent was last told of it

    def names(self) -> list[str]:
        """The names of all library tasks."""
        return self._library.names()

    def tools(self, *, obeys: bool) -> list[BaseTool]:
        """The tools of the agent.

        Args:
            obeys: Whether the agent does what the person's words say and nothing else. Of any other the person is
                asked before it takes a task out of the library or writes a file.
        """
        making = (self.make_task, self.revise_task)
        looking = (self.search_tasks, self.show_task, self.list_tasks, self.explain_verdict)
        taking = (self.export_tasks, self.undo)
        asking = (self._asked(self._about_export, self.export_tasks), self._asked(self._about_undo, self.undo))
        return [tool(function) for function in (*making, *looking, *(taking if obeys else asking))]

    # -- making --------------------------------------------------------------------------------------------------

    def make_task(self, goal: str) -> str:
        """Propose, write and prove a task for a goal, show it to the person, and keep it if the person says yes.

        Args:
            goal: What the robot should practise, in the person's own words.
        """
        asked = replace(self._settings, mode="make", goal=goal, rounds=1, approve=True)
        return self._told(self._work(asked))

    def revise_task(self, change: str, name: str = "") -> str:
        """Change a task as the person wants it: a new proposal, proved and shown, kept if the person says yes.

        Args:
            change: What should be different, in the person's own words.
            name: The library task to change; empty for the one that was made, shown or taken out again last.
        """
        return self._told(self._revise(self._named(name), change))

    def _told(self, came: dict[str, Any]) -> str:
        """What the agent is told: what came of it, and what the person said meanwhile."""
        answers, self._answers = self._answers, []
        return json.dumps(came | {"answers": answers} if answers else came)

    def _revise(self, work: Work, change: str) -> dict[str, Any]:
        if not work.proposal and work.reason:
            raise UsageError(f"there is no task to change: {work.goal!r} came to none, {work.reason}", "say it again")
        if not work.proposal:
            raise UsageError("there is no task to change yet", "say what the robot should practise first")
        wish = {"proposal": work.proposal, "code": work.code, "change": change}
        goal = f"{work.goal}{CHANGED}{change}"
        return self._work(replace(self._settings, mode="make", goal=goal, rounds=1, approve=True, revise=wish))

    def _work(self, settings: Settings) -> dict[str, Any]:
        """Runs a session until its proposal is kept, dropped or replaced by another; says what came of it."""
        declined, shown = False, ""
        events: list[Event] = []
        with self._open(settings) as session:
            self._follow(session, settings, events)
            while session.waiting:
                work = self.last = Work.of(settings.goal, events)
                if work.name != shown:
                    show_proposal(events)
                shown = work.name
                answer = decided(
                    lambda: json.loads(self.explain_verdict())["text"],
                    lambda: tell_code(self.last.code),
                    self._answers.append,
                )
                if isinstance(answer, str):
                    revised = self._revise(work, answer)
                    if revised.get("kept") or revised.get("declined"):  # the person has seen it and decided
                        _drop(session)
                        return revised
                    self.last = work
                    page().print("The proposal stays as it was.")
                    continue
                self._follow(session, settings, events, answer)
                declined = not answer
        return self._conclude(Work.of(settings.goal, events), events, declined)

    def _follow(self, session: Session, settings: Settings, events: list[Event], answer: bool | None = None) -> None:
        """Shows and notes what happens; what a person stops is what the conversation is about from then on."""

        def noted(run: Generator[Event]) -> Generator[Event]:
            with closing(run):
                for event in run:
                    events.append(event)
                    yield event

        try:
            follow(noted(session.run(answer)), 1, quiet=_told_anyway)
        except KeyboardInterrupt:
            work = Work.of(settings.goal, events)
            if work.proposal or not settings.revise:  # of a change that came to nothing the task is still there
                self.last = replace(work, reason=STOPPED)
            raise

    def _conclude(self, work: Work, events: list[Event], declined: bool) -> dict[str, Any]:
        """Tells the person what came of a session; returns what the agent is told."""
        if declined:
            work = replace(work, reason="you said no")
        # A goal that came to no proposal leaves the last task as it was: it can still be changed.
        self.last, self._refused = (work, "") if work.proposal else (self.last, work.reason)
        kept = [str(event.data["name"]) for event in events if event.kind == "committed"]
        said: dict[str, Any] = {"name": work.name, "instruction": work.proposal.get("instruction", "")}
        if work.verdict:
            said["proof"] = f"{work.verdict.seeds.passed} of {work.verdict.seeds.run} seeds"
        for name in kept:
            self.kept.append(name)
            page().print(styled(("kept", "green"), f" as {name}"), soft_wrap=True)
        if work.kept:
            return said | {"kept": True}
        reason = work.reason or "no reason was given"
        page().print("not kept" if declined else f"not kept: {reason}", style="yellow", soft_wrap=True)
        return said | {"kept": False, "declined": declined, "reason": reason}

    def _meant(self, name: str) -> str:
        """The name of a task that was named by its place in the last list; any other name as it is."""
        if not name.strip().isdigit():
            return name
        place = int(name) - 1
        if not 0 <= place < len(self._listed):
            raise UsageError(f"nothing that was listed last has the number {name}", "list the tasks, or name one")
        return self._listed[place]

    def _named(self, name: str) -> Work:
        """The work on a task: the last one's, or what the library says of it."""
        name = self._meant(name)
        if not name or (name == self.last.name and name not in self._library.names()):
            return self.last
        record = self._library.get(name)
        words = {"title": record.title, "description": record.description, "instruction": record.instruction}
        proposal = {**words, **record.proposal, "name": name}
        return Work(record.instruction, proposal, record.code, record.verdict, kept=name)

    # -- looking -------------------------------------------------------------------------------------------------

    def search_tasks(self, query: str) -> str:
        """Find the five library tasks nearest to a text or to a task, and show them to the person, nearest first.

        Args:
            query: What the task is about, in words, or a library task: its name, or its number in the last list.
        """
        query = self._meant(query)
        with progress.status("comparing"):
            if query in self._library.names():
                hits = self._library.nearest(self._library.get(query), 5, exclude_self=True)
            else:
                hits = self._library.search(query, 5)
        listed = table(f"nearest to {query!r}", "", "task", "score", "title")
        for number, hit in enumerate(hits, start=1):
            listed.add_row(str(number), hit.name, score(hit.score), hit.title)
        page().print(listed)
        self._listed = [hit.name for hit in hits]
        results = [{"name": hit.name, "score": hit.score, "title": hit.title} for hit in hits]
        return json.dumps({"results": results})

    def show_task(self, name: str) -> str:
        """Show a library task to the person: what it is, its proof, its pictures; returns it with its program.

        Args:
            name: Its name, or its number in what was listed last.
        """
        name = self._meant(name)
        record = self._library.get(name)
        tell_task(self._library, record)
        self.last, self._refused = self._named(name), ""
        told = {"name": name, "title": record.title, "instructions": record.instructions, "origin": record.origin}
        return json.dumps(told | {"parents": record.parents, "code": record.code[:4000]})

    def list_tasks(self) -> str:
        """Show the names of all library tasks to the person, with their numbers."""
        names = self._listed = self._library.names()
        page().print(Columns([f"{number:>3} {name}" for number, name in enumerate(names, start=1)], column_first=True))
        return json.dumps({"tasks": len(names), "names": names[-MOST_NAMES:], "kept_now": self.kept})

    def explain_verdict(self, name: str = "") -> str:
        """Say why a task was accepted or not: the stage, the seeds, and of each finding the line and the remedy.

        Args:
            name: A library task; empty for the one that was made or shown last.
        """
        if self._refused and not name:
            return json.dumps({"text": f"It was not kept: {self._refused}."})
        work = self._named(name)
        if not work.verdict and not work.reason:
            return json.dumps({"text": "No task was proved in this conversation yet; name a library task."})
        told = [explain(work.verdict, work.name)] if work.verdict else []
        if work.reason and not work.kept:
            told.append(f"It was not kept: {work.reason}.")
        return json.dumps({"text": "\n".join(told)})

    def code(self, name: str = "") -> str:
        """Show the program of a library task, or of the last task of this conversation."""
        work = self._named(name)
        if not work.code:
            raise UsageError("no program was written in this conversation yet", "name a library task")
        tell_code(work.code)
        return json.dumps({"text": ""})

    # -- taking out ----------------------------------------------------------------------------------------------

    def export_tasks(self, file: str, names: list[str] | None = None) -> str:
        """Write tasks to an archive, which `simsmith library import` reads; an existing file is never replaced.

        Args:
            file: The archive's path.
            names: The tasks; when left out those kept in this conversation.
        """
        chosen = names or self._kept_here()
        if not chosen:
            told = "nothing was kept in this conversation, so there is nothing to export"
            raise UsageError(told, f"the whole library is written by: simsmith library export {file}")
        target = Path(file).expanduser().absolute()
        if target.exists():
            raise UsageError(f"{target} exists already", "choose another name")
        written = export_archive(self._library.files, chosen, target)
        whose = "" if names else " of this conversation"
        return json.dumps({"text": f"Wrote {count(len(written.tasks), 'task')}{whose} to {written.target}"})

    def undo(self) -> str:
        """Take the task that was kept last in this conversation out of the library again; it can be restored."""
        here = self._kept_here()
        if not here:
            return json.dumps({"text": "Nothing kept in this conversation is left to undo."})
        name = here[-1]
        self.kept = here[:-1]
        undone = self.last if self.last.kept == name else self._named(name)
        self._library.remove(name)
        self.last, self._refused = replace(undone, kept=""), ""  # what is said next is about this one
        told = f"Removed {name}; it lies in the trash, and /restore {name} brings it back."
        return json.dumps({"text": told, "name": name})

    def restore(self, name: str) -> str:
        """Bring a removed task back from the trash."""
        self._library.restore(name)
        self.kept.append(name)
        return json.dumps({"text": f"Restored {name}."})

    def _kept_here(self) -> list[str]:
        """What was kept in this conversation, but for what somebody has removed since."""
        there = set(self._library.names())
        return [name for name in self.kept if name in there]

    # -- asking before the agent does what cannot be seen in what the person said -----------------------------------

    def _asked(self, question: Callable[..., str], act: Callable[..., str]) -> Callable[..., str]:
        """The act, before which the person is asked; what there is no question about is done without."""

        @functools.wraps(act)
        def asked(*given: Any, **named: Any) -> str:
            about = question(*given, **named)
            if about and not agreed(f"{about} (yes or no) "):
                return json.dumps({"declined": True, "text": "The person said no, and nothing was done."})
            return act(*given, **named)

        return asked

    def _about_export(self, file: str, names: list[str] | None = None) -> str:
        chosen = names or self._kept_here()
        return f"write {count(len(chosen), 'task')} to {file}?" if chosen else ""

    def _about_undo(self) -> str:
        here = self._kept_here()
        return f"take {here[-1]} out of the library?" if here else ""


def _told_anyway(event: Event) -> bool:
    """Whether the conversation tells in its own words what this event does."""
    rejecting = event.kind == "reviewed" and not event.data["keep"]
    again = event.kind == "novelty" and event.data.get("phase") != "proposal"
    return event.kind in QUIET or rejecting or again
