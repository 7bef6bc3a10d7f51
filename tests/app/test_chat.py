"""The conversation, through a pipe and through a terminal, with the composer and with a language model."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from agent_workshop import program, proposal
from openai_server import ChatServer, Message, Refusal, Request, Roles, brief, call, offered, say, told

from memory import TaskLibrary, session_ids

GOAL = "line up three red cylinders"
CHANGE = "make it four cylinders and add a distractor"


def _on_its_own_terminal() -> None:
    """Makes standard input the terminal of a new process, whose Ctrl-C counts though it did not where tests began."""
    os.close(os.open(os.ttyname(0), os.O_RDWR))
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Terminal:
    """A chat on a terminal of its own."""

    def __init__(self, simsmith: Any, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [str(simsmith.path), "chat", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=simsmith.surroundings | {"TERM": "xterm", "NO_COLOR": "1"},
            start_new_session=True,
            preexec_fn=_on_its_own_terminal,
        )
        os.close(theirs)
        self.seen = ""
        self._read = 0  # how much of it was read

    def reads(self, words: str) -> str:
        """What it shows after what was read before, up to these words."""
        deadline = time.monotonic() + 120
        while words not in self.seen[self._read :]:
            assert time.monotonic() < deadline, self.seen[-2000:]
            if select.select([self._ours], [], [], 1.0)[0]:
                self.seen += os.read(self._ours, 65536).decode("utf-8", "replace")
        start, self._read = self._read, self.seen.index(words, self._read) + len(words)
        return self.seen[start : self._read]

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._ours, keys.encode())

    def asks(self, line: str, until: str = "you> ") -> str:
        """Says a line; what is shown up to these words."""
        self.type(f"{line}\n")
        return self.reads(until)

    def ends(self) -> int:
        """Its exit code."""
        return self._process.wait(timeout=60)


def kept(shown: str) -> str:
    """The name under which a task was kept."""
    return re.search(r"kept as ([a-z0-9-]+)", shown)[1]


# -- the composer ----------------------------------------------------------------------------------------------------


def test_a_goal_is_proposed_revised_kept_compared_and_undone_through_a_pipe(simsmith) -> None:
    before = TaskLibrary(simsmith.home).names()
    lines = [GOAL, "what do you think?", CHANGE, "yes", "similar", "why", "/undo", "undo", "/quit"]
    ran = simsmith("chat", stdin="".join(f"{line}\n" for line in lines))
    assert ran.code == 0
    assert "line up the three red cylinders on the green line" in ran.out
    assert "after.png" in ran.out
    name = kept(ran.out)
    assert "four-cylinders" in name
    assert ran.out.count("kept as") == 1
    assert "nearest to" in ran.out.split("kept as")[1]
    assert re.search(r"proved: from \d+ of 10 random starts", ran.out.split("nearest to")[1])
    assert f"Removed {name}" in ran.out
    assert "left to undo" in ran.out
    assert [line for line in ran.out.splitlines() if line.startswith("you> ")] == [
        f"you> {line}" for line in lines if line not in ("what do you think?", CHANGE, "yes")
    ]
    assert TaskLibrary(simsmith.home).names() == before
    record = TaskLibrary(simsmith.home).restore(name)
    assert [item["role"] for item in record.proposal["objects"]].count("distractor") == 1
    assert record.parents == ()  # the first proposal was never kept


def test_the_conversation_works_on_a_terminal(simsmith) -> None:
    terminal = Terminal(simsmith)
    terminal.reads("you> ")
    terminal.asks(GOAL, "what to change) ")
    first = kept(terminal.asks("yes"))
    terminal.asks("make it two cylinders", "what to change) ")
    second = kept(terminal.asks("yes"))
    assert TaskLibrary(simsmith.home).get(second).parents == (first,)
    assert first in terminal.asks("similar")
    terminal.type(f"/show {second[:-1]}\t\n")  # completed by the tab key
    assert first in terminal.reads("you> ")  # it says what it was written from
    assert f"Removed {second}" in terminal.asks("undo")
    assert f"Removed {first}" in terminal.asks("undo")
    terminal.asks(GOAL, "  proposed  ")
    terminal.type("\x03")
    terminal.reads("stopped")
    terminal.reads("you> ")
    terminal.type("\x1b[A")  # the line that was said last comes back
    terminal.reads(GOAL)
    terminal.type("\x15\x04")
    assert terminal.ends() == 0
    assert "Traceback" not in terminal.seen
    assert not {first, second} & set(TaskLibrary(simsmith.home).names())


def test_nothing_is_kept_after_a_no_or_when_the_input_ends(simsmith) -> None:
    before = TaskLibrary(simsmith.home).names()
    ran = simsmith("chat", stdin=f"{GOAL}\nno\n{GOAL}\n")
    assert ran.code == 0
    assert ran.out.count("not kept") == 2
    assert TaskLibrary(simsmith.home).names() == before


def test_what_cannot_be_done_is_said_and_the_conversation_goes_on(simsmith, tmp_path: Path) -> None:
    lines = ["make it red", "fold the shirt", "why", "/help", "/shwo", "/show no-such-task", "/export", "!"]
    lines += [
        "/show align-box-corner",
        f"export to {tmp_path}/all.tar.gz",
        "show 3",
        "list",
        "show 1",
        "/similar ropes",
    ]
    lines += ["show 99"]
    ran = simsmith("chat", stdin="".join(f"{line}\n" for line in lines))
    assert ran.code == 0
    assert re.search(r"not kept: .*'fold'", ran.out)
    assert "no task to change yet" in ran.out
    assert "/similar TEXT" in ran.out
    assert "did you mean '/show'" in ran.out
    assert "no task 'no-such-task'" in ran.out
    assert "10 of 10 seeds" in ran.out
    assert "nothing was kept in this conversation" in ran.out
    assert not (tmp_path / "all.tar.gz").exists()
    assert "nothing that was listed last has the number 3" in ran.out
    assert re.search(r" 1 align-box-corner", ran.out.split("you> list")[1])
    assert "10 of 10 seeds" in ran.out.split("you> show 1")[1]
    assert "has the number 99" in ran.out


def test_only_what_was_kept_is_exported_and_tries_that_kept_nothing_are_not_listed(simsmith, tmp_path: Path) -> None:
    archive = tmp_path / "mine.tar.gz"
    lines = [
        "fold the shirt",
        GOAL,
        "use long cylinders",
        "yes",
        f"/export {archive}",
        f"/export {archive}",
        "/history",
    ]
    ran = simsmith("chat", stdin="".join(f"{line}\n" for line in lines))
    assert "Wrote 1 task of this conversation" in ran.out
    assert "exists already" in ran.out
    refused = ran.out.split("what to change) use long cylinders")[1].split("keep it?")[0]
    assert refused.count("does not know 'long'") == 1  # said once
    history = ran.out.split("you> /history")[1]
    assert history.index("use long cylinders") < history.index("you  yes")
    listed = simsmith("sessions", "list", "--json").document
    assert [(row["goal"], row["accepted"]) for row in listed["sessions"]] == [(GOAL, 1)]
    assert listed["left_out"] == 2
    assert len(simsmith("sessions", "list", "--all", "--json").document["sessions"]) == 3


def test_a_change_is_of_what_was_shown_or_undone_last(simsmith) -> None:
    lines = [GOAL, "yes", "/show align-box-corner", "add a distractor", "undo", "make it two cylinders", "no"]
    ran = simsmith("chat", stdin="".join(f"{line}\n" for line in lines))
    assert "what 'align-box-corner' is made of" in ran.out.split("you> add a distractor")[1]  # and not of GOAL's task
    assert "line up the two red cylinders" in ran.out.split("you> make it two cylinders")[1]


def test_a_session_that_waits_for_an_answer_is_asked_again_when_it_is_resumed(simsmith) -> None:
    process = simsmith.start("chat", stdin=True)
    process.stdin.write(f"{GOAL}\n")
    process.stdin.flush()
    logs = simsmith.home / "sessions"
    deadline = time.monotonic() + 120
    while not any('"approval-needed"' in log.read_text() for log in logs.glob("*/events.jsonl")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.kill()
    process.communicate()
    session = simsmith("sessions", "list", "--json").document["sessions"][0]
    assert session["state"] == "waits for an answer"
    assert simsmith("sessions", "resume", session["session"], stdin="yes\n").code == 0
    assert "line-up-three-cylinders-on-line" in TaskLibrary(simsmith.home).names()


# -- a language model ------------------------------------------------------------------------------------------------


class Talker:
    """A model that talks, proposes, writes and judges; on `fall over` its server refuses, once."""

    def __init__(self) -> None:
        self.roles = Roles(self.propose, self.write)
        self.refused = False
        self.explained = ""

    def __call__(self, request: Request) -> Message | Refusal:
        return self.talk(request) if "make_task" in offered(request) else self.roles(request)

    def talk(self, request: Request) -> Message | Refusal:
        said = [message["content"] for message in request["messages"] if message["role"] == "user"][-1]
        if request["messages"][-1]["role"] == "tool":
            answer = json.loads(told(request)[-1])
            self.explained = answer.get("text", self.explained)
            return say(f"So it came out: {answer.get('kept', 'as you see')}.")
        if said == "fall over" and not self.refused:
            self.refused = True
            return Refusal(401, "Incorrect API key provided")
        if said.startswith("put"):
            return call("make_task", goal=said)
        if said == "tidy up":
            return call("undo")
        if said.startswith("use"):
            return call("revise_task", change=said)
        return call("explain_verdict") if said == "why" else say("Standing again.")

    @staticmethod
    def propose(request: Request) -> Message:
        change = (brief(request).get("revise") or {}).get("change", "")
        return call(
            "Proposal",
            **proposal("put the red cube into the blue bowl" if change else "put the red ball into the blue bowl"),
        )

    @staticmethod
    def write(request: Request) -> Message:
        if brief(request).get("revise"):
            return call("Candidate", code="import os\n\n\nclass PutCubeIntoBowl(Task):\n    pass\n")
        return call("Candidate", code=program())


def test_a_model_talks_makes_a_task_explains_a_failure_and_survives_its_server(simsmith) -> None:
    talker = Talker()
    with ChatServer(talker) as server:
        lines = ["put the ball away", "yes", "use a cube", "why", "fall over", "fall over"]
        ran = simsmith(
            *("chat", "--model", "openai:test-model", "--base-url", server.url),
            stdin="".join(f"{line}\n" for line in lines),
        )
    assert ran.code == 0, ran.err
    assert "kept as put-ball-into-bowl" in ran.out
    assert "So it came out: True." in ran.out
    assert "So it came out: False." in ran.out
    assert "line 1" in talker.explained
    assert "import os" in talker.explained
    assert "refuses the key" in ran.out
    assert ran.out.rindex("Standing again.") > ran.out.index("refuses the key")
    library = TaskLibrary(simsmith.home)
    assert library.get("put-ball-into-bowl").origin == "test-model"
    assert len(session_ids(simsmith.home)) == 2  # conversations are no sessions, the tasks that they make are


def test_a_model_asks_before_it_takes_a_task_out(simsmith) -> None:
    with ChatServer(Talker()) as server:
        lines = ["put the ball away", "yes", "tidy up", "no", "tidy up", "yes"]
        ran = simsmith(
            *("chat", "--model", "openai:test-model", "--base-url", server.url),
            stdin="".join(f"{line}\n" for line in lines),
        )
    assert ran.code == 0, ran.err
    assert ran.out.count("take put-ball-into-bowl out of the library? (yes or no)") == 2
    assert "put-ball-into-bowl" not in TaskLibrary(simsmith.home).names()
    assert "/restore put-ball-into-bowl" not in ran.out.split("(yes or no) no")[0]


def test_a_model_that_is_not_there_is_said_before_the_conversation_begins(simsmith) -> None:
    ran = simsmith("chat", "--model", "openai:gpt-4o", stdin="hello\n")
    assert ran.code == 3
    assert "OPENAI_API_KEY" in ran.err
