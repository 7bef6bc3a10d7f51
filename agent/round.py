"""A round: from a proposal to a candidate that is worth keeping, as a LangGraph state graph.

    propose -> novelty -> code -> run -> (repair -> run, at most 3 times) -> novelty -> review

Rounds of a wave run side by side and only read the library; the session (`agent/loop.py`) commits what comes out of
them. Proving and judging novelty belong to the graph, never to a role: what a role says it did is not trusted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from agent import coder, critic, proposer
from agent.advice import Tried, advise
from agent.answers import CannotPropose, Proposal
from agent.briefs import program_brief, proposal_brief, repair_brief, repair_pictures, review_brief, review_pictures
from agent.experience import Experience
from agent.neighbours import near_tasks, nearest_tasks, reference_names
from agent.place import Place
from agent.roles import NoAnswer, Usage
from agent.shapes import Candidate, Outcome, RoundOutput, RoundState
from agent.silent import NotRecorded
from agent.telling import brief_novelty
from agent.workplace import Workplace
from memory import Novelty
from sim.verdict import Verdict

REPAIRS = 3
PROPOSALS = 3  # a round that finds nothing new in as many is over
NODES = 2 + PROPOSALS * (4 + 2 * (REPAIRS + 1))  # of a round, at most

Next = Command[Literal["propose", "judge_proposal", "code", "run", "judge_candidate", "review", "end"]]


class Node(Protocol):
    """A node of the graph."""

    def __call__(self, state: RoundState) -> Next:
        """What changes, and what comes next."""
        ...


class Round:
    """The nodes of the graph; each takes the state and says what changes and what comes next.

    Args:
        work: Models, tools and books of the session.
        votes: How often the critic is asked; None: as often as fits the model.
        clock: Seconds since any moment; what a task took is measured with it.
    """

    def __init__(self, work: Workplace, votes: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.work = work
        self.mind = work.mind
        self.votes = votes
        self.clock = clock
        self.experience = Experience(work.mind.toolbox, work.session, work.mind.models.choice("coder").origin)

    def graph(self) -> CompiledStateGraph[Any, Any, Any, Any]:
        """The compiled graph; it has the checkpointer of the graph that it is a node of."""
        graph = StateGraph(RoundState, output_schema=RoundOutput)
        nodes: dict[str, Node] = {
            "start": self.start,
            "propose": self.propose,
            "judge_proposal": self.judge_proposal,
            "code": self.write,
            "run": self.run,
            "judge_candidate": self.judge_candidate,
            "review": self.review,
        }
        for name, node in nodes.items():
            graph.add_node(name, self._timed(node))
        graph.add_node("end", self.end)
        graph.add_edge(START, "start")
        graph.add_edge("end", END)
        return graph.compile()

    # -- nodes ---------------------------------------------------------------------------------------------------

    def start(self, state: RoundState) -> Next:
        """Begins."""
        self.work.tell("round-started", state["round"], rounds=state["rounds"], goal=state["goal"])
        return Command(
            goto="propose", update={"attempt": 0, "rejected": [], "proposal": {}, "usage": {}, "seconds": 0.0}
        )

    def propose(self, state: RoundState) -> Next:
        """Asks the proposer."""
        if over := self._over(state, ""):
            return over
        place = Place("proposer", state["round"], state["attempt"])
        answer, usage = proposer.propose(self.mind, place, self._proposal_brief(state))
        update = {"usage": self._sum(state["usage"], place, usage), "repairs": 0, "verdict": {}, "code": ""}
        update |= {
            "failures": [],
            "lessons": [],
            "read": [],
            "references": [],
            "proposal": {},
            "novelty": {},
            "review": {},
        }
        if isinstance(answer, NoAnswer):
            return self._reject(state, "", "no-answer", answer.reason, update)
        if isinstance(answer, CannotPropose):
            # Another try would be told the same.
            detail = f"{answer.reason}; {answer.nearest}" if answer.nearest else answer.reason
            return self._reject(state, "", "cannot-propose", detail, update, final=True)
        proposal = answer.model_copy(update={"name": self.work.free_name(answer.name)}).model_dump()
        self.work.tell("proposed", state["round"], **proposal)
        return Command(goto="judge_proposal", update=update | {"proposal": proposal})

    def judge_proposal(self, state: RoundState) -> Next:
        """Novelty in words, before anything is written."""
        proposal = Proposal.model_validate(state["proposal"])
        novelty = self.work.novelty(proposal)
        self.work.tell("novelty", state["round"], name=proposal.name, phase="proposal", **brief_novelty(novelty))
        if not novelty.novel and not state["goal"]:
            return self._reject(state, proposal.name, "not-novel", novelty.reason, {})
        return Command(goto="code", update={"novelty": novelty.model_dump()})

    def write(self, state: RoundState) -> Next:
        """Asks the coder, for a first program or for a repair."""
        name = state["proposal"]["name"]
        if over := self._over(state, name):
            return over
        place = Place("coder", state["round"], state["attempt"], state["repairs"])
        lessons = self.experience.lessons(state)
        answer, usage = coder.write(self.mind, place, *self._program_brief(state, list(lessons.values())))
        update = {
            "usage": self._sum(state["usage"], place, usage),
            "lessons": list(dict.fromkeys([*state["lessons"], *lessons])),
            "read": list(dict.fromkeys([*state["read"], *usage.read])),
        }
        if isinstance(answer, NoAnswer):
            return self._reject(state, name, "no-answer", answer.reason, update)
        code = answer.code.strip() + "\n"
        told = {"references": answer.references, "lessons": list(lessons), "repair": state["repairs"]}
        self.work.tell("coded", state["round"], name=name, code=code, **told)
        return Command(goto="run", update=update | {"code": code, "references": answer.references})

    def run(self, state: RoundState) -> Next:
        """Proves the candidate; what fails goes back to the coder with its diagnostics, at most three times."""
        verdict = Verdict.model_validate_json(self.mind.toolbox.call("run_candidate", code=state["code"]))
        name = state["proposal"]["name"]
        said = verdict.model_dump(mode="json", exclude={"episodes"})
        self.work.tell("verdict", state["round"], name=name, repair=state["repairs"], **said)
        failures = self.experience.judged(state, verdict)
        update = {"verdict": verdict.model_dump(mode="json"), "failures": failures}
        if verdict.accepted:
            return Command(goto="judge_candidate", update=update)
        if state["repairs"] < REPAIRS:
            return Command(goto="code", update=update | {"repairs": state["repairs"] + 1})
        codes = ", ".join(dict.fromkeys(item.code for item in verdict.errors))
        return self._reject(state, name, f"failed-{verdict.stage}", codes, update)

    def judge_candidate(self, state: RoundState) -> Next:
        """Novelty in all views; towards a goal it warns, and refuses only the very same program."""
        proposal = Proposal.model_validate(state["proposal"])
        novelty = self.work.novelty(proposal, Verdict.model_validate(state["verdict"]), state["code"])
        self.work.tell("novelty", state["round"], name=proposal.name, phase="candidate", **brief_novelty(novelty))
        update = {"novelty": novelty.model_dump()}
        if not novelty.novel and not state["goal"]:
            return self._reject(state, proposal.name, "not-novel", novelty.reason, update)
        if novelty.kind == "same-program":
            return self._reject(state, proposal.name, "not-novel", novelty.reason, update, final=True)
        return Command(goto="review", update=update)

    def review(self, state: RoundState) -> Next:
        """Asks the critic."""
        name = state["proposal"]["name"]
        if over := self._over(state, name):
            return over
        place = Place("critic", state["round"], state["attempt"], state["repairs"])
        verdict, novelty = Verdict.model_validate(state["verdict"]), Novelty.model_validate(state["novelty"])
        neighbours = nearest_tasks(self.mind.toolbox, novelty)
        brief = review_brief(
            proposal=state["proposal"],
            code=state["code"],
            verdict=verdict,
            novelty=novelty,
            neighbours=neighbours,
            goal=state["goal"],
        )
        judgement, usages = critic.criticise(self.mind, place, brief, review_pictures(verdict), self.votes)
        update: dict[str, Any] = {"review": judgement.told(), "usage": state["usage"]}
        for sample, usage in enumerate(usages):
            update["usage"] = self._sum(update["usage"], replace(place, sample=sample), usage)
        self.work.tell("reviewed", state["round"], name=name, **judgement.told())
        if not judgement.keep:
            return self._reject(state, name, "not-worth-it", judgement.reason, update)
        return Command(goto="end", update=update)

    def end(self, state: RoundState) -> RoundOutput:
        """Hands over what came of the round."""
        novelty = state.get("novelty") or {}
        same = novelty.get("kind") == "same-program"
        outcome: Outcome = {
            "round": state["round"],
            "step": state["step"],
            "candidate": _candidate(state) if state.get("review", {}).get("keep") else None,
            "rejected": state["rejected"],
            "existing": self.work.same_program(Novelty.model_validate(novelty), state["code"]) if same else "",
        }
        return {"outcomes": [outcome]}

    # -- what the nodes share ------------------------------------------------------------------------------------

    def _timed(self, node: Node) -> Node:
        """The node, which also counts its time."""

        def timed(state: RoundState) -> Next:
            self.mind.halt.check()
            start = self.clock()
            with self.mind.halt.on_error():
                try:
                    going = node(state)
                except NotRecorded as error:  # the recorded session was stopped here
                    going = self._reject(
                        state, state["proposal"].get("name", ""), "budget", error.message, {}, final=True
                    )
            seconds = state.get("seconds", 0.0) + self.clock() - start
            return replace(going, update={"seconds": seconds, **(going.update or {})})

        return timed

    def _sum(self, total: dict[str, Any], place: Place, usage: Usage) -> dict[str, Any]:
        """What the round has taken with this answer, which is noted."""
        self.work.took(place, usage)
        return {name: _plus(total.get(name, 0), count) for name, count in usage.as_dict().items()}

    def _proposal_brief(self, state: RoundState) -> dict[str, Any]:
        library = self.work.digest()
        rejected = [*state["rejected_before"], *state["rejected"]]
        tried = [*state["tried"], *(item["tried"] for item in state["rejected"])]
        return proposal_brief(
            seed=state["seed"],
            round=state["round"],
            attempt=state["attempt"],
            goal=state["goal"],
            final_goal=state["final_goal"],
            step=state["step"],
            steps=state["steps"],
            builds_on=state["builds_on"],
            revise=state["revise"],
            library=library,
            rejected=rejected,
            nearest=near_tasks(self.mind.toolbox, state["goal"]),
            advice=advise([Tried(**item) for item in tried], library["gaps"], exploring=not state["goal"]),
            whole=self.mind.models.choice("proposer").is_composer,
        )

    def _program_brief(self, state: RoundState, lessons: list[dict[str, Any]]) -> tuple[dict[str, Any], list[Path]]:
        """What the coder is told, and the pictures that it is shown."""
        proposal = state["proposal"]
        references = reference_names(self.mind.toolbox, proposal)
        if not state["verdict"]:
            brief = program_brief(proposal=proposal, references=references, lessons=lessons, revise=state["revise"])
            return brief, []
        verdict = Verdict.model_validate(state["verdict"])
        brief = repair_brief(
            proposal=proposal,
            attempt=state["repairs"],
            code=state["code"],
            verdict=verdict,
            references=references,
            lessons=lessons,
            revise=state["revise"],
        )
        return brief, repair_pictures(verdict)

    def _over(self, state: RoundState, name: str) -> Next | None:
        """The end of the round, if the session's budget is spent."""
        spent = self.work.spent
        return self._reject(state, name, "budget", spent.words, {}, final=True) if spent else None

    def _reject(
        self, state: RoundState, name: str, reason: str, detail: str, update: dict[str, Any], *, final: bool = False
    ) -> Next:
        """Notes a rejection; the round goes on with another proposal while it has any left."""
        self.experience.rejected(cast(RoundState, state | update), reason, detail)
        self.work.tell("rejected", state["round"], name=name, reason=reason, detail=detail, attempt=state["attempt"])
        rejected = {"round": state["round"], "name": name, "reason": reason, "detail": detail}
        rejected |= {"tried": asdict(Tried.of(rejected, cast(dict[str, Any], state | update)["proposal"]))}
        again = not final and state["attempt"] + 1 < PROPOSALS
        update |= {"rejected": [*state["rejected"], rejected], "attempt": state["attempt"] + 1}
        return Command(goto="propose" if again else "end", update=update)


def _plus(one: float | None, other: float | None) -> float | None:
    """The sum; of something unknown it is unknown."""
    return None if one is None or other is None else one + other


def _candidate(state: RoundState) -> Candidate:
    """What the session needs of a round's candidate."""
    return cast(Candidate, {name: state[name] for name in Candidate.__annotations__})  # type: ignore[literal-required]
