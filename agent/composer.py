"""The composer: a chat model that is a grammar, not a neural network. It needs no key and no network.

It answers the same prompts as any chat model, with the same tool calls: it reads the brief (the JSON block of the first
human message), looks at what the library's tools tell it, proposes what is not there yet, writes programs from its
grammar and judges by rules. It is deterministic: what it says depends on seed, round, attempt and the tools' answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent import talk
from agent.answers import Candidate, CannotPropose, Critique, Plan, PlanStep, Proposal
from agent.grammar.choice import candidates
from agent.grammar.goals import Unsaid, understand
from agent.grammar.plans import Step, curriculum, simpler
from agent.grammar.programs import instructions, summary, worded_as, write_program
from agent.grammar.revisions import revise_proposal
from agent.grammar.spec import Spec
from agent.grammar.variants import colored

NAME = "composer"

Answer = tuple[str, dict[str, Any]]  # the tool to call and its arguments


class Composer(BaseChatModel):
    """A LangChain chat model that composes tasks from a grammar."""

    @property
    def _llm_type(self) -> str:
        return NAME

    @property
    def model_name(self) -> str:
        """What `origin` says of a task that it wrote."""
        return NAME

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tells the composer which tools it may call; the one that takes its answer says which role it plays."""
        names = [convert_to_openai_tool(tool)["function"]["name"] for tool in tools]
        return self.bind(tool_names=names, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        offered = kwargs.get("tool_names", ())
        role = next((ROLES[name] for name in offered if name in ROLES), None)
        if talk.MARK in offered:
            message = talk.reply(messages)
        elif role is None:
            message = AIMessage("I am the built-in composer: I compose tasks from a grammar and do not converse.")
        else:
            name, arguments = role(_brief(messages), _calls(messages))
            call = {"name": name, "args": arguments, "id": f"call-{len(messages)}"}
            message = AIMessage("", tool_calls=[{**call, "type": "tool_call"}])
        return ChatResult(generations=[ChatGeneration(message=message)])


def _brief(messages: Sequence[BaseMessage]) -> dict[str, Any]:
    """The JSON block of the first human message."""
    text = next((str(message.text) for message in messages if isinstance(message, HumanMessage)), "")
    found = re.search(r"```json\n(.*?)\n```", text, re.DOTALL)
    return dict(json.loads(found[1])) if found else {}


def _calls(messages: Sequence[BaseMessage]) -> list[tuple[str, dict[str, Any], Any]]:
    """The tool calls so far: name, arguments, and what the tool said (parsed where it is JSON)."""
    answers = {message.tool_call_id: str(message.text) for message in messages if isinstance(message, ToolMessage)}
    calls = []
    for message in messages:
        for call in getattr(message, "tool_calls", None) or []:
            text = answers.get(call["id"] or "", "")
            try:
                said = json.loads(text)
            except ValueError:
                said = text
            calls.append((call["name"], call["args"], said))
    return calls


# -- the planner -----------------------------------------------------------------------------------------------------


def _plan(brief: dict[str, Any], calls: list[tuple[str, dict[str, Any], Any]]) -> Answer:
    """The grammar's curriculum; what the library has needs no step of its own."""
    goal = str(brief["goal"])
    if not any(name == "search_tasks" for name, _, _ in calls) and not isinstance(understand(goal), Unsaid):
        return "search_tasks", {"query": goal, "k": 5}
    known = {*_digest(brief.get("library") or ())[0], *(str(item["name"]) for item in brief.get("done") or ())}
    if failed := brief.get("failed"):
        step = simpler(str(failed["goal"]), known)
        found: list[Step] | Unsaid = step if isinstance(step, Unsaid) else [step]
    else:
        found = curriculum(goal, brief.get("tasks"), known)
    if isinstance(found, Unsaid):
        return _cannot(found)
    steps = [PlanStep(goal=step.goal, why=step.why, builds_on=list(step.builds_on)) for step in found]
    return "Plan", Plan(steps=steps).model_dump()


# -- the proposer ----------------------------------------------------------------------------------------------------


def _propose(brief: dict[str, Any], calls: list[tuple[str, dict[str, Any], Any]]) -> Answer:
    if brief.get("revise"):
        return _propose_revision(brief["revise"])
    if brief.get("goal"):
        return _propose_goal(brief, calls)
    names, gaps = _digest(brief["library"])
    number, attempt, seed = int(brief["round"]), int(brief["attempt"]), int(brief["seed"])
    known = names | {item["name"] for item in brief["rejected"]}
    tried = candidates(seed, number, attempt, known, gaps)
    if not tried:
        reason = "everything that the grammar can say is in the library already"
        return "CannotPropose", CannotPropose(
            reason=reason, nearest="give a goal, or use a language model"
        ).model_dump()
    rng = np.random.default_rng([seed, number, attempt])
    specs = [colored(spec, rng) for spec in tried]
    if not any(name == "search_tasks" for name, _, _ in calls):
        return "search_tasks", {"query": summary(specs[0]), "k": 5}
    checks = [said for name, _, said in calls if name == "check_novelty"]
    last = checks[-1] if checks and isinstance(checks[-1], dict) else {}
    if checks and (last.get("novel") or len(checks) >= len(specs)):
        return "Proposal", _proposal(specs[len(checks) - 1], str(last.get("reason", ""))).model_dump()
    proposal = _proposal(specs[len(checks)], "")
    words = {"title": proposal.title, "description": proposal.description, "instructions": proposal.steps}
    return "check_novelty", words


def _digest(library: Any) -> tuple[set[str], list[str]]:
    """Names and gaps of a library: from a digest, or from a list of names."""
    if isinstance(library, dict):
        return set(library.get("names", ())), [str(gap) for gap in library.get("gaps", ())]
    return set(library), []


def _propose_goal(brief: dict[str, Any], calls: list[tuple[str, dict[str, Any], Any]]) -> Answer:
    goal = str(brief["goal"])
    spec = understand(goal)
    if isinstance(spec, Unsaid):
        return _cannot(spec)
    failed = next((item for item in brief["rejected"] if _is_failure_of(spec, item)), None)
    if failed is not None:  # the grammar has one program for a goal: another try would be the same
        return _cannot(Unsaid(f"the program for {goal!r} was not proved ({failed['reason']})", "try a simpler goal"))
    if not any(name == "search_tasks" for name, _, _ in calls):
        return "search_tasks", {"query": goal, "k": 5}
    return "Proposal", _proposal(spec, f"the goal {goal!r} asks for it").model_dump()


def _is_failure_of(spec: Spec, rejected: dict[str, Any]) -> bool:
    return str(rejected["name"]).startswith(spec.name) and str(rejected["reason"]).startswith("failed-")


def _propose_revision(asked: dict[str, Any]) -> Answer:
    """The task that was proposed before, changed as a person wants it."""
    change, told = str(asked["change"]), asked["proposal"]
    if not told.get("relation") or not told.get("objects"):  # a task that was written by hand, with no proposal
        reason = f"nothing but its program says what {told['name']!r} is made of, and the composer reads no programs"
        return _cannot(Unsaid(reason, "ask for a task of its own, or use a language model"))
    spec = revise_proposal(Proposal.model_validate(told), change)
    if isinstance(spec, Unsaid):
        return _cannot(spec)
    return "Proposal", _proposal(spec, f"the user asked for a change: {change!r}").model_dump()


def _cannot(unsaid: Unsaid) -> Answer:
    return "CannotPropose", CannotPropose(reason=unsaid.reason, nearest=unsaid.nearest).model_dump()


def _proposal(spec: Spec, why: str) -> Proposal:
    sentence = summary(spec)
    others = sum(thing.count for thing in spec.distractors)
    extra = f", among {others} others" if others > 1 else ", among one other" if others else ""
    return Proposal(
        name=spec.name,
        title=sentence[:1].upper() + sentence[1:] + extra,
        description=f"{sentence[:1].upper()}{sentence[1:]}{extra}.",
        instruction=sentence,
        relation=spec.relations,
        objects=spec.objects(),
        steps=instructions(spec),
        why_new=why,
        skills=list(dict.fromkeys(stage.relation for stage in spec.stages)),
    )


# -- the coder -------------------------------------------------------------------------------------------------------


def _code(brief: dict[str, Any], calls: list[tuple[str, dict[str, Any], Any]]) -> Answer:
    proposal = Proposal.model_validate(brief["proposal"])
    if not any(name == "read_task_guide" for name, _, _ in calls):
        return "read_task_guide", {}
    # The program comes from the grammar alone, so it has no references.
    spec = worded_as(Spec.of(proposal), proposal.steps)
    code = write_program(spec, proposal.name, proposal.description)
    return "Candidate", Candidate(code=code, references=[]).model_dump()


# -- the critic ------------------------------------------------------------------------------------------------------


def _criticise(brief: dict[str, Any], calls: list[tuple[str, dict[str, Any], Any]]) -> Answer:
    verdict, proposal = brief["verdict"], Proposal.model_validate(brief["proposal"])
    told = " ".join(verdict["instructions"])
    moved = [item for item in proposal.objects if item.role == "moved"]
    silent = [word for item in moved for word in (item.color, item.form) if word and word not in told]
    absent = [item.asset for item in proposal.objects if item.asset not in verdict["assets"]]
    passed = f"{verdict['seeds']['passed']} of {verdict['seeds']['run']} seeds"
    other = bool(proposal.steps) and list(verdict["instructions"]) != proposal.steps
    if not verdict["accepted"]:
        reason = "the proof failed"
    elif silent:
        reason = f"the instruction does not say {', '.join(silent)}"
    elif absent:
        reason = f"the scene has no {', '.join(absent)}"
    elif other:
        reason = "the program tells the robot something else than the proposal"
    else:
        reason = f"scene and instruction agree with the proposal; solved on {passed}"
    fits, proved = not (silent or absent or other), bool(verdict["accepted"])
    critique = Critique(instruction_matches_goals=fits, worth_learning=proved, reason=reason, keep=fits and proved)
    return "Critique", critique.model_dump()


ROLES: dict[str, Callable[[dict[str, Any], list[tuple[str, dict[str, Any], Any]]], Answer]] = {
    "Plan": _plan,
    "Proposal": _propose,
    "Candidate": _code,
    "Critique": _criticise,
}
