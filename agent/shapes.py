"""What passes between the nodes of a round, and from a round to its session: plain data, as checkpoints keep it."""

from __future__ import annotations

from typing import Any, TypedDict


class RoundState(TypedDict, total=False):
    """Where a round stands. What it is given comes first and never changes.

    Attributes:
        round: Its number, from 1.
        rounds: How many there are to be.
        seed: Seed of the session.
        goal: What to make; empty when exploring.
        final_goal: What the session is to make in the end.
        step: Which step towards it this is, from 1.
        steps: How many steps there are.
        builds_on: The library tasks of the steps that this one builds on.
        revise: The task to change: proposal, code, change.
        rejected_before: What the session rejected before this wave: round, name, reason, detail.
        tried: What became of the last proposals before this wave, `agent.advice.Tried`.
        attempt: Which proposal, from 0.
        repairs: Repairs of this candidate so far.
        proposal: The proposal, `agent.answers.Proposal`.
        code: The candidate.
        references: The library tasks that it was written from.
        verdict: Its verdict.
        novelty: Its novelty.
        review: The critic's judgement.
        rejected: What this round rejected.
        failures: The remembered failures of this candidate, by id.
        lessons: The remembered failures that the coder was told of for this candidate, by id.
        read: The library tasks that the coder read for this candidate.
        usage: What the models took in this round.
        seconds: Time at work in this round.
        outcomes: What comes out of the round, one `Outcome`.
    """

    round: int
    rounds: int
    seed: int
    goal: str
    final_goal: str
    step: int
    steps: int
    builds_on: list[str]
    revise: dict[str, Any] | None
    rejected_before: list[dict[str, Any]]
    tried: list[dict[str, Any]]
    attempt: int
    repairs: int
    proposal: dict[str, Any]
    code: str
    references: list[str]
    verdict: dict[str, Any]
    novelty: dict[str, Any]
    review: dict[str, Any]
    rejected: list[dict[str, Any]]
    failures: list[str]
    lessons: list[str]
    read: list[str]
    usage: dict[str, Any]
    seconds: float
    outcomes: list[Outcome]


class Candidate(TypedDict):
    """A candidate that is worth keeping: what stood in its round's state."""

    round: int
    attempt: int
    repairs: int
    goal: str
    proposal: dict[str, Any]
    code: str
    references: list[str]
    builds_on: list[str]
    verdict: dict[str, Any]
    review: dict[str, Any]
    failures: list[str]
    lessons: list[str]
    read: list[str]
    usage: dict[str, Any]
    seconds: float


class Outcome(TypedDict):
    """What came out of a round.

    Attributes:
        round: Its number.
        step: Which step of the plan it worked on, from 1.
        candidate: What is to be committed; None where nothing is.
        rejected: What the round rejected: round, name, reason, detail.
        existing: The library task that is the very same as what the step asks for, if that is why there is nothing.
    """

    round: int
    step: int
    candidate: Candidate | None
    rejected: list[dict[str, Any]]
    existing: str


class RoundOutput(TypedDict):
    """What the session reads of a round."""

    outcomes: list[Outcome]
