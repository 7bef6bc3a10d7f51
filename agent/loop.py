"""The loop in which the roles work: a LangGraph state graph, checkpointed after every node.

    propose -> novelty -> code -> run -> (repair -> run, at most 3 times) -> novelty -> review -> approve -> commit

Proving, judging novelty and committing belong to the graph, never to a role: what a role says it did is not trusted.
Every node tells what happened as events, through LangGraph's custom stream.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import interrupt

from agent import coder, critic, proposer
from agent.answers import CannotPropose, Proposal
from agent.briefs import (
    program_brief,
    proposal_brief,
    repair_brief,
    repair_pictures,
    review_brief,
    review_pictures,
)
from agent.experience import Experience
from agent.neighbours import nearest_tasks, reference_names
from agent.place import Place
from agent.provenance import provenance_of
from agent.roles import Mind, NoAnswer, Usage
from memory import EventKind, Novelty
from sim.errors import UsageError
from sim.verdict import Verdict
from tools.commit import NotProved

REPAIRS = 3
PROPOSALS = 3  # a round that finds nothing new in as many is over
Mode = Literal["explore", "make"]
NODES_PER_ROUND = 2 + PROPOSALS * (6 + 2 * (REPAIRS + 1))  # at most


class State(TypedDict, total=False):
    """Where a session stands. The first five never change.

    Attributes:
        mode: `explore` or `make`.
        goal: What to make, empty when exploring.
        rounds: Rounds to run (explore), or tasks to make (make).
        seed: Seed of the session.
        approve: Whether a person is asked before each commit.
        round: The round that runs, from 1.
        attempt: Which proposal of this round, from 0.
        repairs: Repairs of this candidate so far.
        proposal: The proposal, `agent.answers.Proposal`.
        code: The candidate.
        references: The library tasks that it was written from.
        verdict: Its verdict.
        novelty: Its novelty.
        review: The critic's answer.
        rejected: What was rejected so far: round, name, reason, detail.
        accepted: Names of the tasks committed so far.
        usage: What the models took so far.
        usage_before: What they had taken when this round began.
        seconds: Time at work in this round.
        failures: The remembered failures of this candidate, by id.
        lessons: The remembered failures that the coder was told of for this candidate, by id.
        read: The library tasks that the coder read for this candidate.
        next: Where the graph goes.
    """

    mode: Mode
    goal: str
    rounds: int
    seed: int
    approve: bool
    round: int
    attempt: int
    repairs: int
    proposal: dict[str, Any]
    code: str
    references: list[str]
    verdict: dict[str, Any]
    novelty: dict[str, Any]
    review: dict[str, Any]
    rejected: list[dict[str, Any]]
    accepted: list[str]
    usage: dict[str, float]
    usage_before: dict[str, float]
    seconds: float
    failures: list[str]
    lessons: list[str]
    read: list[str]
    next: str


class Node(Protocol):
    """A node of the graph: takes the state and returns what changes."""

    def __call__(self, state: State) -> State:
        """What changes."""
        ...


class Loop:
    """The nodes of the graph; each takes the state and returns what changes.

    Args:
        mind: Models and tools.
        session: The session's id.
        clock: Seconds since any moment; what a task took is measured with it.
    """

    def __init__(self, mind: Mind, session: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.mind = mind
        self.session = session
        self.clock = clock
        self.experience = Experience(mind.toolbox, session, mind.models.choice("coder").origin)

    def graph(self, checkpointer: BaseCheckpointSaver[Any]) -> CompiledStateGraph[State]:
        """The compiled graph."""
        graph = StateGraph(State)
        nodes: dict[str, Node] = {
            "start_round": self.start_round,
            "propose": self.propose,
            "judge_proposal": self.judge_proposal,
            "code": self.write,
            "run": self.run,
            "judge_candidate": self.judge_candidate,
            "review": self.review,
            "approve": self.ask_person,
            "commit": self.commit,
            "end_round": self.end_round,
        }
        for name, node in nodes.items():
            graph.add_node(name, self._timed(node))
            graph.add_conditional_edges(name, lambda state: state["next"], [*nodes, END])
        graph.add_edge(START, "start_round")
        return graph.compile(checkpointer=checkpointer)

    # -- nodes ---------------------------------------------------------------------------------------------------

    def start_round(self, state: State) -> State:
        """Begins a round."""
        number = state.get("round", 0) + 1
        _tell("round-started", round=number, rounds=state["rounds"])
        before = state.get("usage", {})
        return {"round": number, "attempt": 0, "usage_before": before, "seconds": 0.0, "next": "propose"}

    def propose(self, state: State) -> State:
        """Asks the proposer."""
        library = json.loads(self.mind.toolbox.call("library_digest"))
        brief = proposal_brief(
            seed=state["seed"],
            round=state["round"],
            attempt=state["attempt"],
            goal=state["goal"],
            final_goal=state["goal"],
            step=state["round"],
            steps=state["rounds"],
            library=library,
            rejected=state["rejected"],
            whole=self.mind.models.choice("proposer").is_composer,
        )
        answer, usage = proposer.propose(self.mind, _place("proposer", state), brief)
        update: State = {"usage": _sum(state["usage"], usage), "repairs": 0, "verdict": {}, "code": ""}
        update |= {"failures": [], "lessons": [], "read": []}
        if isinstance(answer, NoAnswer):
            return update | self._reject(state, "", "no-answer", answer.reason)
        if isinstance(answer, CannotPropose):
            # Another try would be told the same.
            detail = f"{answer.reason}; {answer.nearest}" if answer.nearest else answer.reason
            return update | self._reject(state, "", "cannot-propose", detail, final=True)
        proposal = answer.model_copy(update={"name": self._free_name(answer.name)})
        _tell("proposed", **proposal.model_dump())
        return update | {"proposal": proposal.model_dump(), "next": "judge_proposal"}

    def judge_proposal(self, state: State) -> State:
        """Novelty in words, before anything is written."""
        proposal = Proposal.model_validate(state["proposal"])
        novelty = self._novelty(proposal)
        _tell("novelty", name=proposal.name, phase="proposal", **_brief_novelty(novelty))
        if not novelty.novel and not state["goal"]:
            return self._reject(state, proposal.name, "not-novel", novelty.reason)
        return {"next": "code", "novelty": novelty.model_dump()}

    def write(self, state: State) -> State:
        """Asks the coder, for a first program or for a repair."""
        lessons = self.experience.lessons(state)
        told: dict[str, Any] = {
            "proposal": state["proposal"],
            "references": reference_names(self.mind.toolbox, state["proposal"]),
            "lessons": list(lessons.values()),
        }
        if state["verdict"]:
            verdict = Verdict.model_validate(state["verdict"])
            brief = repair_brief(**told, attempt=state["repairs"], code=state["code"], verdict=verdict)
            pictures = repair_pictures(verdict)
        else:
            brief, pictures = program_brief(**told), []
        answer, usage = coder.write(self.mind, _place("coder", state), brief, pictures)
        update: State = {
            "usage": _sum(state["usage"], usage),
            "lessons": list(dict.fromkeys([*state.get("lessons", []), *lessons])),
            "read": list(dict.fromkeys([*state.get("read", []), *usage.read])),
        }
        if isinstance(answer, NoAnswer):
            return update | self._reject(state, state["proposal"]["name"], "no-answer", answer.reason)
        code = answer.code.strip() + "\n"
        written = {"references": answer.references, "lessons": list(lessons), "repair": state["repairs"]}
        _tell("coded", name=state["proposal"]["name"], code=code, **written)
        return update | {"code": code, "references": answer.references, "next": "run"}

    def run(self, state: State) -> State:
        """Proves the candidate; what fails goes back to the coder with its diagnostics, at most three times."""
        verdict = Verdict.model_validate_json(self.mind.toolbox.call("run_candidate", code=state["code"]))
        name = state["proposal"]["name"]
        _tell("verdict", name=name, repair=state["repairs"], **verdict.model_dump(mode="json", exclude={"episodes"}))
        failures = self.experience.judged(state, verdict)
        update: State = {"verdict": verdict.model_dump(mode="json"), "failures": failures}
        if verdict.accepted:
            return update | {"next": "judge_candidate"}
        if state["repairs"] < REPAIRS:
            return update | {"repairs": state["repairs"] + 1, "next": "code"}
        codes = ", ".join(dict.fromkeys(item.code for item in verdict.errors))
        return update | self._reject(state, name, f"failed-{verdict.stage}", codes)

    def judge_candidate(self, state: State) -> State:
        """Novelty in all views; towards a goal it warns, and refuses only the very same program."""
        proposal = Proposal.model_validate(state["proposal"])
        verdict = Verdict.model_validate(state["verdict"])
        novelty = self._novelty(proposal, verdict, state["code"])
        _tell("novelty", name=proposal.name, phase="candidate", **_brief_novelty(novelty))
        same = novelty.kind == "same-program"
        if not novelty.novel and (same or not state["goal"]):
            return self._reject(state, proposal.name, "not-novel", novelty.reason, final=bool(state["goal"]))
        return {"novelty": novelty.model_dump(), "next": "review"}

    def review(self, state: State) -> State:
        """Asks the critic."""
        verdict = Verdict.model_validate(state["verdict"])
        novelty = Novelty.model_validate(state["novelty"])
        brief = review_brief(
            proposal=state["proposal"],
            code=state["code"],
            verdict=verdict,
            novelty=novelty,
            neighbours=nearest_tasks(self.mind.toolbox, novelty),
            goal=state["goal"],
        )
        judgement, usages = critic.criticise(self.mind, _place("critic", state), brief, review_pictures(verdict))
        name = state["proposal"]["name"]
        _tell("reviewed", name=name, **judgement.told())
        update: State = {"usage": functools.reduce(_sum, usages, state["usage"]), "review": judgement.told()}
        if not judgement.keep:
            return update | self._reject(state, name, "not-worth-it", judgement.reason)
        if state["approve"]:
            _tell("approval-needed", name=name, pictures=verdict.pictures)
        return update | {"next": "approve" if state["approve"] else "commit"}

    def ask_person(self, state: State) -> State:
        """Stops until a person says yes or no."""
        # LangGraph runs this node anew when the answer is there: nothing may happen before the interrupt.
        name = state["proposal"]["name"]
        if interrupt({"name": name}):
            return {"next": "commit"}
        return self._reject(state, name, "declined", "the user said no", final=True)

    def commit(self, state: State) -> State:
        """Commits, which proves once more."""
        proposal = Proposal.model_validate(state["proposal"])
        review = {key: state["review"][key] for key in ("keep", "reason")}
        writer, critics = self.mind.models.choice("coder"), self.mind.models.choice("critic")
        task = {
            "name": proposal.name,
            "code": state["code"],
            "title": proposal.title,
            "description": proposal.description,
            "origin": writer.origin,
            "parents": [name for name in state["references"] if name in self._library_names()],
            "reviews": [{"reviewer": f"critic:{critics.origin}", **review}],
            "session": self.session,
            "proposal": state["proposal"],
            "provenance": provenance_of(state, writer.name).model_dump(),
        }
        try:
            record = json.loads(self.mind.toolbox.call("commit_task", **task))
        except UsageError as error:
            if isinstance(error, NotProved):
                self.experience.judged(state, error.verdict)
            reason = "name-taken" if proposal.name in self._library_names() else "not-proved"
            return self._reject(state, proposal.name, reason, str(error))
        _tell("committed", name=record["name"], title=record["title"], instruction=proposal.instruction)
        return {"accepted": [*state["accepted"], proposal.name], "next": "end_round"}

    def end_round(self, state: State) -> State:
        """Ends a round."""
        _tell("round-finished", accepted=len(state["accepted"]), rejected=len(state["rejected"]))
        return {"next": END if state["round"] >= state["rounds"] else "start_round"}

    # -- what the nodes share ------------------------------------------------------------------------------------

    def _timed(self, node: Node) -> Node:
        """The node, which also counts its time; what an interrupt leaves counts for nothing."""

        def timed(state: State) -> State:
            start = self.clock()
            update = node(state)
            seconds = state.get("seconds", 0.0) + self.clock() - start
            return {"seconds": seconds, **update}

        return timed

    def _reject(self, state: State, name: str, reason: str, detail: str, *, final: bool = False) -> State:
        """Notes a rejection; the round goes on with another proposal while it has any left."""
        self.experience.rejected(state, reason, detail)
        _tell("rejected", name=name, reason=reason, detail=detail)
        rejected = {"round": state["round"], "name": name, "reason": reason, "detail": detail}
        again = not final and state["attempt"] + 1 < PROPOSALS
        return {
            "rejected": [*state["rejected"], rejected],
            "attempt": state["attempt"] + 1,
            "next": "propose" if again else "end_round",
        }

    def _library_names(self) -> list[str]:
        names: list[str] = json.loads(self.mind.toolbox.call("list_tasks"))["names"]
        return names

    def _free_name(self, name: str) -> str:
        """The name itself, or with the first number that is free."""
        taken = set(self._library_names())
        numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
        return next(candidate for candidate in numbered if candidate not in taken)

    def _novelty(self, proposal: Proposal, verdict: Verdict | None = None, code: str = "") -> Novelty:
        said = self.mind.toolbox.call(
            "check_novelty",
            title=proposal.title,
            description=proposal.description,
            instructions=list(verdict.instructions) if verdict else proposal.steps or [proposal.instruction],
            code=code,
            scene=verdict.signature.model_dump() if verdict and verdict.signature else None,
        )
        return Novelty.model_validate_json(said)


def _tell(kind: EventKind, **data: Any) -> None:
    get_stream_writer()({"kind": kind, "data": data})


def _place(role: str, state: State) -> Place:
    return Place(role, state["round"], state["attempt"], 0 if role == "proposer" else state["repairs"])


def _brief_novelty(novelty: Novelty) -> dict[str, Any]:
    nearest = [{"name": hit.name, "score": hit.score} for hit in novelty.nearest[:3]]
    return {"novel": novelty.novel, "reason": novelty.reason, "nearest": nearest}


def _sum(total: dict[str, float], usage: Usage) -> dict[str, float]:
    return total | {name: total.get(name, 0) + count for name, count in usage.as_dict().items()}
