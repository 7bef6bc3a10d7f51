"""Which call of a role this is: what a model says there is the same however the rounds run beside each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place in a session at which a role is asked.

    Attributes:
        role: `planner`, `proposer`, `coder`, `critic` or `chat`.
        round: The round, from 1; 0 outside of rounds.
        attempt: Which proposal of the round, from 0.
        repair: Which program of the candidate, from 0.
        sample: Which vote of the critic, from 0.
    """

    role: str
    round: int = 0
    attempt: int = 0
    repair: int = 0
    sample: int = 0

    @property
    def key(self) -> str:
        """The place in one word, such as `3.0.coder.1.0`."""
        return f"{self.round}.{self.attempt}.{self.role}.{self.repair}.{self.sample}"
