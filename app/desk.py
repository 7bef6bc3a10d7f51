"""The desk at which the agent of a conversation works: what it can do, and what it has done so far.

Each public method is a tool of the agent's and a command of the person's at once: it shows on the terminal what it
finds, and answers in JSON. The docstrings are what a model is told of the tools.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.consent import decided, show_proposal
from app.library import tell_code, tell_task
from app.output import page, progress, score, styled, table
from app.sessions import follow
from memory import Event, TaskLibrary
from memory.archive import export_archive
from sim.errors import UsageError
from sim.verdict import Verdict
from tools.explanation import explain
from tools.library_tools import tool

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from agent.session import Session, Settings

MOST_NAMES = 100  # that are told the agent; the person sees all
CHANGED = ", changed: "
SUBJECTS = ("proposed", "approval-needed", "committed", "rejected")  # events that say which round is meant
QUIET = ("round-started", "rejected", "committed")  # the conversation tells of them in its own words


@dataclass(frozen=True)
class Work:
    """A task that was worked on, kept or not.

    Attributes:
        goal: What was asked for.
        proposal: What the proposer answered, empty when it proposed nothing.
        code: The program, empty when none was written.
        verdict: What the proof said, None when there was none.
        kept: Its name in the library, empty when it is not there.
        reason: Why it was not kept.
    """

    goal: str
    proposal: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    verdict: Verdict | None = None
    kept: str = ""
    reason: str = ""

    @classmethod
    def of(cls, goal: str, events: list[Event]) -> Work:
        """What a session has come to so far: the last proposal of the round that it spoke of last."""
        spoken = [event for event in events if event.kind in SUBJECTS]
        ours = [event for event in events if spoken and event.round == spoken[-1].round]
        starts = [place for place, event in enumerate(ours) if event.kind == "proposed"]
        last = {event.kind: event.data for event in ours[starts[-1] :]} if starts else {}
        kept = str(last.get("committed", {}).get("name", ""))
        reasons = [event.data["detail"] for event in events if event.kind == "rejected"]
        return cls(
            goal=goal,
            proposal=last.get("proposed", {}),
            code=str(last.get("coded", {}).get("code", "")),
            verdict=_verdict(last["verdict"]) if "verdict" in last else None,
            kept=kept,
            reason="" if kept else "".join(reasons[-1:]),
        )

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kept or str(self.proposal.get("name", ""))


def _verdict(data: dict[str, Any]) -> Verdict:
    """The verdict in an event, which says more than that."""
    return Verdict.model_validate({key: value for key, value in data.items() if key in Verdict.model_fields})


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

    def names(self) -> list[str]:
        """The names of all library tasks."""
        return self._library.names()

    def tools(self) -> list[BaseTool]:
        """The tools of the agent."""
        making = (self.make_task, self.revise_task)
        looking = (self.search_tasks, self.show_task, self.list_tasks, self.explain_verdict)
        return [tool(function) for function in (*making, *looking, self.export_tasks, self.undo)]

    # -- making --------------------------------------------------------------------------------------------------

    def make_task(self, goal: str) -> str:
        """Propose, write and prove a task for a goal, show it to the person, and keep it if the person says yes.

        Args:
            goal: What the robot should practise, in the person's own words.
        """
        return json.dumps(self._work(replace(self._settings, mode="make", goal=goal, rounds=1, approve=True)))

    def revise_task(self, change: str, name: str = "") -> str:
        """Change a task as the person wants it: a new proposal, proved and shown, kept if the person says yes.

        Args:
            change: What should be different, in the person's own words.
            name: The library task to change; empty for the last one of this conversation.
        """
        return json.dumps(self._revise(self._named(name) if name else self.last, change))

    def _revise(self, work: Work, change: str) -> dict[str, Any]:
        if not work.proposal:
            raise UsageError("there is no task to change yet", "say what the robot should practise first")
        wish = {"proposal": work.proposal, "code": work.code, "change": change}
        goal = f"{work.goal}{CHANGED}{change}"
        return self._work(replace(self._settings, mode="make", goal=goal, rounds=1, approve=True, revise=wish))

    def _work(self, settings: Settings) -> dict[str, Any]:
        """Runs a session until its proposal is kept, dropped or replaced by another; says what came of it."""
        declined, shown = False, ""
        with self._open(settings) as session:
            events = follow(session.run(), 1, quiet=QUIET)
            while session.waiting:
                work = self.last = Work.of(settings.goal, events)
                if work.name != shown:
                    show_proposal(events)
                shown = work.name
                answer = decided(lambda: json.loads(self.explain_verdict())["text"], lambda: tell_code(self.last.code))
                if isinstance(answer, str):
                    revised = self._revise(work, answer)
                    if revised.get("kept") or revised.get("declined"):  # the person has seen it and decided
                        _drop(session)
                        return revised
                    self.last = work
                    page().print("The proposal stays as it was.")
                    continue
                events += follow(session.run(answer), 1, quiet=QUIET)
                declined = not answer
        return self._conclude(Work.of(settings.goal, events), events, declined)

    def _conclude(self, work: Work, events: list[Event], declined: bool) -> dict[str, Any]:
        """Tells the person what came of a session; returns what the agent is told."""
        if declined:
            work = replace(work, reason="you said no")
        # A goal that came to no proposal leaves the last task as it was: it can still be changed.
        self.last = work if work.proposal else replace(self.last, reason=work.reason)
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

    def _named(self, name: str) -> Work:
        """The work on a task: the last one's, or what the library says of it."""
        if name == self.last.name and name not in self._library.names():
            return self.last
        record = self._library.get(name)
        words = {"title": record.title, "description": record.description, "instruction": record.instruction}
        proposal = {**words, **record.proposal, "name": name}
        return Work(record.instruction, proposal, record.code, record.verdict, kept=name)

    # -- looking -------------------------------------------------------------------------------------------------

    def search_tasks(self, query: str) -> str:
        """Find the five library tasks nearest to a text or to a task, and show them to the person, nearest first.

        Args:
            query: What the task is about, in words, or the name of a library task.
        """
        with progress.status("comparing"):
            if query in self._library.names():
                hits = self._library.nearest(self._library.get(query), 5, exclude_self=True)
            else:
                hits = self._library.search(query, 5)
        listed = table(f"nearest to {query!r}", "", "task", "score", "title")
        for number, hit in enumerate(hits, start=1):
            listed.add_row(str(number), hit.name, score(hit.score), hit.title)
        page().print(listed)
        results = [{"name": hit.name, "score": hit.score, "title": hit.title} for hit in hits]
        return json.dumps({"results": results})

    def show_task(self, name: str) -> str:
        """Show a library task to the person: what it is, its proof, its pictures; returns it with its program.

        Args:
            name: Its name.
        """
        record = self._library.get(name)
        tell_task(self._library, record)
        told = {"name": name, "title": record.title, "instructions": record.instructions, "origin": record.origin}
        return json.dumps(told | {"parents": record.parents, "code": record.code[:4000]})

    def list_tasks(self) -> str:
        """Show the names of all library tasks to the person."""
        names = self._library.names()
        page().print("  ".join(names))
        return json.dumps({"tasks": len(names), "names": names[-MOST_NAMES:], "kept_now": self.kept})

    def explain_verdict(self, name: str = "") -> str:
        """Say why a task was accepted or not: the stage, the seeds, and of each finding the line and the remedy.

        Args:
            name: A library task; empty for the last one of this conversation.
        """
        work = self._named(name) if name else self.last
        if not work.verdict and not work.reason:
            return json.dumps({"text": "No task was proved in this conversation yet; name a library task."})
        told = [explain(work.verdict, work.name)] if work.verdict else []
        if work.reason and not work.kept:
            told.append(f"It was not kept: {work.reason}.")
        return json.dumps({"text": "\n".join(told)})

    def code(self, name: str = "") -> str:
        """Show the program of a library task, or of the last task of this conversation."""
        work = self._named(name) if name else self.last
        if not work.code:
            raise UsageError("no program was written in this conversation yet", "name a library task")
        tell_code(work.code)
        return json.dumps({"text": ""})

    # -- taking out ----------------------------------------------------------------------------------------------

    def export_tasks(self, file: str, names: list[str] | None = None) -> str:
        """Write tasks to an archive, which `simsmith library import` reads; an existing file is never replaced.

        Args:
            file: The archive's path.
            names: The tasks; when left out those kept in this conversation, or all when none was.
        """
        there = [name for name in self.kept if name in self._library.names()]
        target = Path(file).expanduser().absolute()
        written = export_archive(self._library.files, names or there, target)
        whose = "" if names else " of this conversation" if there else ", the whole library"
        count = len(written.tasks)
        return json.dumps({"text": f"Wrote {count} task{'' if count == 1 else 's'}{whose} to {written.target}"})

    def undo(self) -> str:
        """Take the task that was kept last in this conversation out of the library again; it can be restored."""
        while self.kept:
            name = self.kept.pop()
            if name not in self._library.names():  # removed by somebody else
                continue
            self._library.remove(name)
            if self.last.kept == name:
                self.last = replace(self.last, kept="")
            told = f"Removed {name}; it lies in the trash, and /restore {name} brings it back."
            return json.dumps({"text": told})
        return json.dumps({"text": "Nothing kept in this conversation is left to undo."})

    def restore(self, name: str) -> str:
        """Bring a removed task back from the trash."""
        self._library.restore(name)
        self.kept.append(name)
        return json.dumps({"text": f"Restored {name}."})
