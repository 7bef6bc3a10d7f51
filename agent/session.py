"""A session: one run of the agents, exploratory or towards a goal. It survives being killed."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from agent.addresses import settings_without_credentials
from agent.answers import readable
from agent.budget import Budget, Ledger
from agent.loop import MOST_STEPS, NODES_PER_ROUND, SIMPLER, Loop, Mode, State
from agent.models import ModelChoice
from agent.rejections import rejections
from agent.roles import Mind
from agent.telling import Journal
from agent.workplace import Workplace
from memory import Event, EventLog
from sim.errors import UsageError

FORMAT = 2  # of a session: its checkpoints and events


@dataclass(frozen=True)
class Settings:
    """What a session is asked to do; stands in its first event, so that it can be resumed.

    Attributes:
        mode: `explore` or `make`.
        goal: What to make, empty when exploring.
        rounds: Rounds (explore) or tasks (make); None, where there is a goal: as many as its plan has.
        seed: Seed of the composer's choices.
        approve: Whether a person is asked before each commit.
        model: Name of the model.
        base_url: Address of its server.
        temperature: How much chance there is in what it says; None leaves it to the model.
        roles: Other models for single roles: name, base_url, temperature.
        record: File that what models say is written to; empty where it is not kept.
        replay: File that what models said is read from; empty where models are called.
        workers: How many rounds run side by side.
        votes: How often the critic is asked; None: as often as fits the model.
        minutes: Time at work after which no round begins.
        tokens: Tokens, read and written, after which no model is asked.
        dollars: US dollars after which no model is asked.
        revise: The task to change: its proposal, its code, and the change in words.
        chat: Whether it is one of the tries of a conversation.
    """

    mode: Mode = "explore"
    goal: str = ""
    rounds: int | None = 3
    seed: int = 0
    approve: bool = False
    model: str = "composer"
    base_url: str = ""
    temperature: float | None = None
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    record: str = ""
    replay: str = ""
    workers: int = 1
    votes: int | None = None
    minutes: float | None = None
    tokens: int | None = None
    dollars: float | None = None
    revise: dict[str, Any] | None = None
    chat: bool = False

    def __post_init__(self) -> None:
        """Refuses settings that make no sense.

        Raises:
            UsageError: Fewer rounds than one, a goal of no words, or a budget of nothing.
        """
        object.__setattr__(self, "goal", readable(self.goal))  # a terminal may hand in half characters
        if self.rounds is None and self.mode == "explore":
            raise UsageError("how long to explore?", "say how many rounds")
        if self.rounds is not None and self.rounds < 1:
            raise UsageError(f"{self.rounds} rounds are no session", "ask for at least one")
        if self.workers < 1:
            raise UsageError(f"{self.workers} workers can do nothing", "use at least one")
        if self.mode == "make" and not any(character.isalpha() for character in self.goal):
            raise UsageError("the goal has no words", 'say what to practise, such as "stack two blocks"')

    @classmethod
    def noted(cls, data: Mapping[str, Any]) -> Settings:
        """The settings in a session's first event.

        Raises:
            UsageError: The session was begun by another version, whose checkpoints are of another form.
            TypeError: They are no settings.
        """
        if data.get("format", 1) != FORMAT:
            raise UsageError(
                "the session was begun by another version of Simsmith", "its tasks are in the library; start a new one"
            )
        return cls(**{name: value for name, value in data.items() if name != "format"})

    @property
    def choice(self) -> ModelChoice:
        """The model of every role that has none of its own."""
        return ModelChoice(self.model, self.base_url, self.temperature)

    @property
    def choices(self) -> dict[str, ModelChoice]:
        """The models of roles that have one of their own."""
        return {role: ModelChoice(**chosen) for role, chosen in self.roles.items()}

    @property
    def budget(self) -> Budget:
        """What the session may take."""
        return Budget(minutes=self.minutes, tokens=self.tokens, dollars=self.dollars)


def new_session_id() -> str:
    """An id that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


class Session:
    """Runs the loop and logs its events.

    Args:
        name: The session's id.
        settings: What to do.
        mind: Models and tools.
        log: Where its events go.
        checkpointer: Where its state goes, after every node.
        prune: Forgets checkpoints that are of no use any more; called where no round is at work.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        mind: Mind,
        log: EventLog,
        checkpointer: BaseCheckpointSaver[Any],
        prune: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.settings = settings
        self._log = log
        self.ledger = Ledger.of(log.read())
        self._journal = Journal(name, log)
        self._halt = mind.halt
        work = Workplace(mind, name, settings.budget, self.ledger, self._journal, prune)
        loop = Loop(work, settings.workers, settings.votes)
        self._graph = loop.graph(checkpointer)
        rounds = settings.rounds if settings.mode == "explore" and settings.rounds else MOST_STEPS + SIMPLER
        self._config: Any = {
            "configurable": {"thread_id": name},
            "recursion_limit": 20 + NODES_PER_ROUND * rounds,
            "max_concurrency": settings.workers + 1,  # one waits for what the rounds tell
        }

    def run(self, answer: bool | str | None = None) -> Generator[Event]:
        """Starts the session, or goes on where it stopped; yields every event as it happens.

        Args:
            answer: What a person said to the last `approval-needed`: yes, no, or why not in words; None where nothing
                was asked.

        Raises:
            UsageError: An answer to nothing.
            EnvironmentBroken: The model's server cannot serve; the session can be resumed.
        """
        state = self.state
        if answer is not None and not self.waiting:
            raise UsageError(f"session {self.name} has not asked anything", "run it without an answer")
        if answer is not None:
            # From here on the session is at work again: it proves once more before it commits.
            yield self._journal.note("answered", state.get("round", 0), {"answer": answer})
            yield from self._follow(Command(resume=answer))
        elif state:
            if not self.finished:
                yield self._journal.note("session-resumed", state.get("round", 0), {})
            yield from self._follow(None)
        else:
            yield self._journal.note(
                "session-started", 0, settings_without_credentials(asdict(self.settings)) | {"format": FORMAT}
            )
            yield from self._follow(self._start())
        if not self.waiting and not self._noted_end:
            yield self._journal.note("session-finished", self.state.get("round", 0), self.outcome())

    @property
    def state(self) -> State:
        """Where the session stands; empty before it starts."""
        values: Any = self._graph.get_state(self._config).values
        return values  # type: ignore[no-any-return]

    @property
    def waiting(self) -> bool:
        """Whether a person has to answer before it goes on."""
        return bool(self._graph.get_state(self._config).interrupts)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        # A node that has answered, but after which no checkpoint was made, is no longer named as the next.
        return bool(self.state) and not self._graph.get_state(self._config).tasks

    def outcome(self) -> dict[str, Any]:
        """What came out of it so far: accepted names, rejections by reason, the last of them, usage, diversity."""
        state = self.state
        rejected = state.get("rejected", [])
        return {
            "accepted": state.get("accepted", []),
            "rejected": rejections(state),
            "details": [
                {"name": item["name"], "reason": item["reason"], "detail": item["detail"]} for item in rejected
            ],
            "usage": self.ledger.totals(),
            "usage_by_role": self.ledger.by_role(),
            "goal_reached": None if self.settings.mode == "explore" else bool(self._goal_task),
            "goal_task": self._goal_task,
            "diversity": state.get("diversity", {}),
        }

    @property
    def _goal_task(self) -> str:
        """The library task that is the goal's, made now or there before; empty where there is none."""
        last = next(iter(self.state.get("plan", [])[-1:]), None)
        reached = last is not None and last["state"] in ("made", "there") and not last["instead"]
        return last["name"] if last and reached else ""

    @property
    def _noted_end(self) -> bool:
        """Whether the log ends already: a finished session may be resumed, and nothing happens."""
        return any(event.kind == "session-finished" for event in self._log.read())

    def _start(self) -> State:
        settings = self.settings
        return {
            "mode": settings.mode,
            "goal": settings.goal,
            "tasks": settings.rounds if settings.mode == "make" else None,
            "seed": settings.seed,
            "approve": settings.approve,
            "revise": settings.revise,
            "rounds": settings.rounds or 0,
            "rejected": [],
            "accepted": [],
        }

    def _follow(self, start: Any) -> Generator[Event]:
        stream: Any = self._graph.stream(start, self._config, stream_mode="custom", subgraphs=True, durability="sync")
        # Closed whatever happens: LangGraph's threads would wait for ever for a reader that has gone.
        self._halt.lift()
        with (
            self.ledger.at_work(),
            contextlib.closing(cast(Generator[tuple[Any, Event]], stream)),
            self._halt.on_error(),
        ):
            for _, event in stream:  # which graph tells it does not matter
                yield event
