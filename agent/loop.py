"""The session's graph: a plan, waves of rounds that run side by side, and commits one at a time, in order.

    plan -> wave -> (round, round, ...) -> gather -> (novelty -> approve -> commit)* -> wave ...

All rounds of a wave see the library as it was when the wave began; what they propose is committed when all are there.
So what comes out depends on the seed and on the number of workers, never on which round was faster. LangGraph
checkpoints after every node, of a round too: a session that was killed loses the call in flight.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Send, interrupt

from agent import planner
from agent.advice import ACCEPTED, Tried
from agent.answers import CannotPropose, Proposal
from agent.briefs import digest_told
from agent.place import Place
from agent.provenance import provenance_of
from agent.rejections import rejecting, rejections
from agent.roles import NoAnswer
from agent.round import NODES as NODES_OF_A_ROUND
from agent.round import Round
from agent.shapes import Candidate, Outcome
from agent.silent import NotRecorded
from agent.telling import brief_novelty
from agent.workplace import Workplace
from sim.errors import UsageError
from sim.verdict import Verdict
from tools.commit import NotProved

Mode = Literal["explore", "make"]
SIMPLER = 2  # steps that are put in, at most, where a step failed
MOST_STEPS = 50  # of a plan
FINAL = ("declined", "budget")  # rejections after which nothing simpler is tried
MOST_TRIED = 8
UNPLANNED = "the planner gave no answer"
NODES_PER_ROUND = max(NODES_OF_A_ROUND, 8)  # of either graph, at most


class Step(TypedDict):
    """A step of the plan.

    Attributes:
        goal: What to make.
        why: What it is good for.
        builds_on: The steps before it that it builds on, counted from 1.
        name: The task that it came to; empty while there is none.
        state: `open`, `made`, `there` (the library had it), `failed`.
        instead: Whether it stands in for a step that failed.
    """

    goal: str
    why: str
    builds_on: list[int]
    name: str
    state: Literal["open", "made", "there", "failed"]
    instead: bool


def _gathered(before: list[Outcome], new: list[Outcome] | None) -> list[Outcome]:
    """Outcomes as the rounds of a wave bring them; None empties the list."""
    return [] if new is None else before + new


class State(TypedDict, total=False):
    """Where a session stands. The first six never change.

    Attributes:
        mode: `explore` or `make`.
        goal: What to make, empty when exploring.
        tasks: How many tasks to make towards the goal; None: as many as the plan has.
        seed: Seed of the session.
        approve: Whether a person is asked before each commit.
        revise: The task to change: proposal, code, change.
        rounds: Rounds to run; towards a goal, the steps of the plan.
        plan: The steps towards the goal.
        round: The last round that was begun, from 1.
        outcomes: What the rounds of this wave brought so far.
        pending: What is still to be committed of the last wave, in the order of rounds.
        tried: What became of the last proposals, `agent.advice.Tried`.
        fresh: How many tasks of this wave were committed so far.
        rejected: What was rejected last: round, name, reason, detail; no more than the next rounds are told of.
        refused: How many were rejected so far, by reason.
        accepted: Names of the tasks committed so far.
        diversity: That of the library before the session and after it.
    """

    mode: Mode
    goal: str
    tasks: int | None
    seed: int
    approve: bool
    revise: dict[str, Any] | None
    rounds: int
    plan: list[Step]
    round: int
    outcomes: Annotated[list[Outcome], _gathered]
    pending: list[Outcome]
    tried: list[dict[str, Any]]
    fresh: int
    rejected: list[dict[str, Any]]
    refused: dict[str, int]
    accepted: list[str]
    diversity: dict[str, dict[str, float | None]]


Next = Command[Literal["wave", "gather", "judge_again", "approve", "commit", "settled", "finish"]]


class Loop:
    """The nodes of the session's graph; each takes the state and says what changes and what comes next.

    Args:
        work: Models, tools and books of the session.
        workers: How many rounds run side by side.
        votes: How often the critic is asked; None: as often as fits the model.
    """

    def __init__(self, work: Workplace, workers: int = 1, votes: int | None = None) -> None:
        self.work = work
        self.mind = work.mind
        self.workers = workers
        self.round = Round(work, votes)
        self.experience = self.round.experience

    def graph(self, checkpointer: BaseCheckpointSaver[Any]) -> CompiledStateGraph[Any, Any, Any, Any]:
        """The compiled graph."""
        graph = StateGraph(State)
        graph.add_node("plan", self.plan)
        graph.add_node("wave", self.wave)
        graph.add_node("round", self.round.graph())
        for node in (self.gather, self.judge_again, self.approve, self.commit, self.settled, self.finish):
            graph.add_node(node.__name__, node)
        graph.add_edge(START, "plan")
        graph.add_edge("round", "gather")
        graph.add_edge("finish", END)
        return graph.compile(checkpointer=checkpointer)

    # -- the plan ------------------------------------------------------------------------------------------------

    def plan(self, state: State) -> Command[Literal["wave", "finish"]]:
        """Breaks the goal into steps; a single task is its own plan."""
        update: dict[str, Any] = {
            "diversity": {"before": self.work.diversity()},
            "round": 0,
            "pending": [],
            "tried": [],
        }
        if state["mode"] == "explore":
            return Command(goto="wave", update=update)
        if state["tasks"] == 1 or state["revise"]:
            steps = [_step(state["goal"], "it is the goal", [])]
            return Command(goto="wave", update=update | {"plan": steps, "rounds": 1})
        planned = self._plan(state, [], None)
        if isinstance(planned, str):
            reason = "no-answer" if planned.startswith(UNPLANNED) else "cannot-propose"
            self.work.tell("rejected", 0, name="", reason=reason, detail=planned, attempt=0)
            rejected = {"round": 0, "name": "", "reason": reason, "detail": planned}
            return Command(goto="finish", update=update | {"plan": []} | rejecting(state, [rejected]))
        self.work.tell("planned", 0, steps=planned)
        return Command(goto="wave", update=update | {"plan": planned, "rounds": len(planned)})

    def _plan(self, state: State, plan: list[Step], failed: dict[str, str] | None, number: int = 0) -> list[Step] | str:
        """The planner's steps, or why there are none."""
        digest = self.work.digest()
        brief = {
            "seed": state["seed"],
            "goal": state["goal"],
            "tasks": state["tasks"],
            "library": digest if self.mind.models.choice("planner").is_composer else digest_told(digest),
            "done": [{"goal": step["goal"], "name": step["name"]} for step in plan if step["name"]],
            "failed": failed,
        }
        place = Place("planner", number)
        try:
            answer, usage = planner.plan(self.mind, place, brief)
        except NotRecorded as error:  # the recorded session was stopped here
            return f"{UNPLANNED}: {error.message}"
        self.work.took(place, usage)
        if isinstance(answer, NoAnswer):
            return f"{UNPLANNED}: {answer.reason}"
        if isinstance(answer, CannotPropose):
            return f"{answer.reason}; {answer.nearest}" if answer.nearest else answer.reason
        most = MOST_STEPS if state["tasks"] is None else state["tasks"]
        left_out = max(0, len(answer.steps) - most)  # the first ones: the last is the goal
        return [
            _step(step.goal, step.why, [number - left_out for number in step.builds_on if number > left_out])
            for step in answer.steps[left_out:]
        ]

    # -- waves ---------------------------------------------------------------------------------------------------

    def wave(self, state: State) -> Command[Any]:
        """Sends the next rounds off, as many side by side as there are workers; or ends."""
        steps = self._next_steps(state)
        if not steps:
            return Command(goto="finish")
        if spent := self.work.spent:
            self.work.tell("budget-spent", state["round"], what=spent.what, limit=spent.limit, spent=spent.used)
            return Command(goto="finish")
        first = state["round"] + 1
        sends = [Send("round", self._handed(state, first + index, step)) for index, step in enumerate(steps)]
        return Command(goto=sends, update={"round": state["round"] + len(steps), "outcomes": None})

    def _next_steps(self, state: State) -> list[int]:
        """The steps of the next wave, from 1: the open ones whose foundations are there; of exploring, the rounds."""
        if state["mode"] == "explore":
            return list(range(state["round"] + 1, min(state["round"] + self.workers, state["rounds"]) + 1))
        plan, ready = state["plan"], []
        for number, step in enumerate(plan, start=1):
            if step["state"] != "open":
                continue
            if any(plan[below - 1]["state"] == "open" for below in step["builds_on"] if below < number):
                break
            ready.append(number)
        return ready[: self.workers]

    def _handed(self, state: State, number: int, step: int) -> dict[str, Any]:
        """What a round is given."""
        plan = state.get("plan", [])
        here = plan[step - 1] if plan else None
        return {
            "round": number,
            "rounds": state["rounds"],
            "seed": state["seed"],
            "goal": here["goal"] if here else "",
            "final_goal": state["goal"],
            "step": step,
            "steps": len(plan) or state["rounds"],
            "builds_on": [plan[below - 1]["name"] for below in here["builds_on"] if plan[below - 1]["name"]]
            if here
            else [],
            "revise": state["revise"],
            "rejected_before": state["rejected"],
            "tried": state["tried"],
        }

    def gather(self, state: State) -> Next:
        """Puts what the wave brought in order."""
        pending = sorted(state["outcomes"], key=lambda outcome: outcome["round"])
        rejected = [item for outcome in pending for item in outcome["rejected"]]
        update = {"pending": pending, "fresh": 0, "outcomes": None}
        return Command(goto="judge_again", update=update | rejecting(state, rejected))

    # -- commits, one at a time ----------------------------------------------------------------------------------

    def judge_again(self, state: State) -> Next:
        """Novelty of a candidate against what the rounds before it in this wave have brought."""
        candidate = state["pending"][0]["candidate"]
        if candidate is None:
            return Command(goto="settled")
        proposal, verdict = Proposal.model_validate(candidate["proposal"]), Verdict.model_validate(candidate["verdict"])
        if state["fresh"]:
            novelty = self.work.novelty(proposal, verdict, candidate["code"])
            self.work.tell("novelty", candidate["round"], name=proposal.name, phase="commit", **brief_novelty(novelty))
            same = novelty.kind == "same-program"
            if not novelty.novel and (same or not candidate["goal"]):
                there = self.work.same_program(novelty, candidate["code"]) if same else ""
                return self._refuse(state, candidate, "not-novel", novelty.reason, existing=there)
        if not state["approve"]:
            return Command(goto="commit")
        self.work.tell("approval-needed", candidate["round"], name=proposal.name, pictures=verdict.pictures)
        return Command(goto="approve")

    def approve(self, state: State) -> Next:
        """Stops until a person says yes or no."""
        # LangGraph runs this node anew when the answer is there: nothing may happen before the interrupt.
        candidate = _candidate(state)
        answer = interrupt({"name": candidate["proposal"]["name"]})
        if answer is True:
            return Command(goto="commit")
        return self._refuse(state, candidate, "declined", answer or "the user said no")

    def commit(self, state: State) -> Next:
        """Commits, which proves once more."""
        candidate = _candidate(state)
        proposal = Proposal.model_validate(candidate["proposal"])
        origin = self.mind.models.choice("coder").origin
        critic = self.mind.models.choice("critic").origin
        votes = candidate["review"].get("votes") or [candidate["review"]]
        library = self.work.library_names()
        name = self.work.free_name(proposal.name, candidate["code"])
        task = {
            "name": name,
            "code": candidate["code"],
            "title": proposal.title,
            "description": proposal.description,
            "origin": origin,
            "parents": [item for item in dict.fromkeys(_parents(state, candidate)) if item in library],
            "reviews": [
                {"reviewer": f"critic:{critic}", "keep": vote["keep"], "reason": vote["reason"]} for vote in votes
            ],
            "session": self.work.session,
            "proposal": candidate["proposal"],
            "provenance": provenance_of(candidate, self.mind.models).model_dump(),
        }
        try:
            record = json.loads(self.mind.toolbox.call("commit_task", **task))
        except UsageError as error:
            if isinstance(error, NotProved):
                self.experience.judged(candidate, error.verdict)
            reason = "not-proved" if isinstance(error, NotProved) else "name-taken"
            return self._refuse(state, candidate, reason, str(error))
        self.work.tell(
            "committed", candidate["round"], name=name, title=record["title"], instruction=proposal.instruction
        )
        outcome = state["pending"][0] | {"existing": name}
        update = {"accepted": [*state["accepted"], name], "fresh": state["fresh"] + 1}
        return Command(goto="settled", update=update | {"pending": [outcome, *state["pending"][1:]]})

    def settled(self, state: State) -> Next:
        """Ends a round; a step that failed gives way to a simpler one."""
        outcome, *left = state["pending"]
        tried = [item["tried"] for item in outcome["rejected"]]
        if candidate := outcome["candidate"]:
            tried.append(asdict(Tried.of({"reason": self._fate(state, outcome)}, candidate["proposal"])))
        update: dict[str, Any] = {"pending": left, "tried": [*state["tried"], *tried][-MOST_TRIED:]}
        if state["mode"] == "make":
            update |= self._settle_step(state, outcome)
        self.work.ledger.finish_round(outcome["round"])
        self.work.tell(
            "round-finished",
            outcome["round"],
            accepted=len(state["accepted"]),
            rejected=sum(rejections(state).values()),
        )
        if not left:
            self.work.prune()  # no round is at work
        return Command(goto="judge_again" if left else "wave", update=update)

    def finish(self, state: State) -> dict[str, Any]:
        """Measures what the session has made of the library."""
        return {"diversity": state["diversity"] | {"after": self.work.diversity()}}

    # -- what the nodes share ------------------------------------------------------------------------------------

    def _settle_step(self, state: State, outcome: Outcome) -> dict[str, Any]:
        """The plan after a step, and one round more if a simpler step takes its place."""
        plan, index = list(state["plan"]), outcome["step"] - 1
        step = plan[index]
        if name := outcome["existing"]:
            made = name in state["accepted"]
            plan[index] = step | {"name": name, "state": "made" if made else "there"}
            return {"plan": plan}
        plan[index] = step | {"state": "failed"}
        before = [*outcome["rejected"], *state["rejected"]]
        last = next((item for item in reversed(before) if item["round"] == outcome["round"]), None)
        stood_in = sum(item["instead"] for item in plan)
        if last is None or last["reason"] in FINAL or stood_in >= SIMPLER or len(plan) == 1:
            return {"plan": plan}
        why = f"{last['reason']}: {last['detail']}"
        failed = {"goal": step["goal"], "why": why}
        simpler = self._plan(state, plan, failed, outcome["round"]) if not self.work.spent else ""
        if isinstance(simpler, str):
            return {"plan": plan}
        plan[index] = simpler[0] | {"builds_on": step["builds_on"], "instead": True}
        self.work.tell("planned", outcome["round"], steps=plan)
        return {"plan": plan, "rounds": state["rounds"] + 1}

    def _fate(self, state: State, outcome: Outcome) -> str:
        """What became of a candidate that was worth keeping."""
        return ACCEPTED if outcome["existing"] in state["accepted"] else str(state["rejected"][-1]["reason"])

    def _refuse(self, state: State, candidate: Candidate, reason: str, detail: str, existing: str = "") -> Next:
        """Notes that a candidate is not committed; `existing` is the library task that has its very program."""
        number, name = candidate["round"], candidate["proposal"]["name"]
        self.experience.rejected(candidate, reason, detail)
        self.work.tell("rejected", number, name=name, reason=reason, detail=detail)
        rejected = {"round": number, "name": name, "reason": reason, "detail": detail}
        pending = [state["pending"][0] | {"existing": existing}, *state["pending"][1:]]
        return Command(goto="settled", update={"pending": pending} | rejecting(state, [rejected]))


def _step(goal: str, why: str, builds_on: list[int]) -> Step:
    return {"goal": goal, "why": why, "builds_on": builds_on, "name": "", "state": "open", "instead": False}


def _candidate(state: State) -> Candidate:
    """The candidate whose turn it is."""
    candidate = state["pending"][0]["candidate"]
    assert candidate is not None
    return candidate


def _parents(state: State, candidate: Candidate) -> list[str]:
    """What a candidate was written from: what its coder names, the steps below it, and the task that it changes."""
    revised = (state["revise"] or {}).get("proposal", {}).get("name")
    return [*candidate["references"], *candidate["builds_on"], *([revised] if revised else [])]
