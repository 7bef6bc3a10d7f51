"""Opens sessions as the command line does, with an embedding model that is already loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver
from pydantic import BaseModel

from agent.answers import Text
from agent.grammar.goals import understand
from agent.grammar.programs import instructions, summary, write_program
from agent.grammar.spec import Spec
from agent.models import load_models
from agent.patience import Patience
from agent.roles import Mind
from agent.session import Session, Settings
from memory import Embedder, Event, EventLog, TaskLibrary
from sim.sandbox import Sandbox
from tools import Toolbox

HASTE = Patience(request_seconds=2, retries=2, first_wait=0.01, longest_wait=0.2)  # tests wait for nobody
EXPLORED = Settings(mode="explore", rounds=2, seed=3)
EXPLORED_BY_TWO = Settings(rounds=4, seed=5, workers=2)


class Critique(BaseModel):
    """A short answer, to be asked for in every way; what the critic is asked has more fields."""

    keep: bool
    reason: Text


def library_of(home: Path, embedder: Embedder) -> TaskLibrary:
    return TaskLibrary(home, embedder)


def mind_of(home: Path, settings: Settings, embedder: Embedder) -> Mind:
    """The model that the settings ask for, with the tools of this home."""
    toolbox = Toolbox.of(library_of(home, embedder), Sandbox(), home / "candidates")
    return Mind(load_models(settings.choice, settings.choices, patience=HASTE), toolbox)


@contextmanager
def opened(home: Path, settings: Settings, name: str, embedder: Embedder) -> Iterator[Session]:
    """A session with its log and its checkpoints, new or as it was left."""
    log = EventLog.of_session(home, name)
    log.path.parent.mkdir(parents=True, exist_ok=True)
    with SqliteSaver.from_conn_string(str(log.path.parent / "checkpoints.sqlite")) as checkpointer:
        yield Session(name, settings, mind_of(home, settings, embedder), log, checkpointer)


def served(url: str, **settings: Any) -> Settings:
    """The settings of a session whose model is `test-model` at this server."""
    return Settings(**{"rounds": 1, "model": "openai:test-model", "base_url": url, **settings})


def kinds(events: Sequence[Event]) -> list[str]:
    return [event.kind for event in events]


def programs(library: TaskLibrary) -> dict[str, str]:
    """Every task of a library: its program by its name."""
    return {name: library.get(name).code for name in library.names()}


def spec_of(goal: str) -> Spec:
    spec = understand(goal)
    assert isinstance(spec, Spec), spec
    return spec


def proposed(spec: Spec) -> dict[str, Any]:
    """What a sensible proposer answers who has this in mind."""
    sentence = summary(spec)
    return {
        "name": spec.name,
        "title": sentence.capitalize(),
        "description": f"{sentence.capitalize()}.",
        "instruction": sentence,
        "relation": spec.relations,
        "objects": [item.model_dump() for item in spec.objects()],
        "steps": instructions(spec),
    }


def proposal(goal: str = "put the red ball into the blue bowl", **changes: Any) -> dict[str, Any]:
    """What a sensible proposer answers to a goal, changed at will."""
    return proposed(spec_of(goal)) | changes


def program(goal: str = "put the red ball into the blue bowl") -> str:
    """A program that does what a goal says."""
    spec = spec_of(goal)
    return write_program(spec, spec.name, summary(spec))
