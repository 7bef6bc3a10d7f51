"""A session that was recorded with a real server gives the same library again when the server has gone."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from agent_workshop import kinds, library_of, mind_of, program, programs, proposal, served
from langgraph.checkpoint.sqlite import SqliteSaver
from openai_server import Message, Request, Roles, brief, call, told, vote

from agent.recorder import Recorder, Replay
from agent.session import Session, Settings
from memory import Embedder, EventLog

NAME = "session-1"


def propose(request: Request) -> Message:
    return call("Proposal", **proposal()) if told(request) else call("search_tasks", query="bowls", k=3)


def write(request: Request) -> Message:
    """Misspells an asset first."""
    code = program() if "diagnostics" in brief(request) else program().replace("bowl/bowl.urdf", "bowl/bowls.urdf")
    return call("Candidate", code=code, references=["put-block-in-bowl"])


def run(home: Path, settings: Settings, embedder: Embedder, **thinking: Any) -> tuple[list[str], dict[str, Any]]:
    """Runs a session to its end; what happened, and what came out of it."""
    log = EventLog.of_session(home, NAME)
    log.path.parent.mkdir(parents=True)
    mind = replace(mind_of(home, settings, embedder), **thinking)
    with SqliteSaver.from_conn_string(str(log.path.parent / "checkpoints.sqlite")) as checkpointer:
        session = Session(NAME, settings, mind, log, checkpointer)
        return kinds(list(session.run())), session.outcome()


def plain(usage: dict[str, Any]) -> dict[str, Any]:
    """What was used, but for time."""
    return {name: count for name, count in usage.items() if name != "seconds"}


@pytest.fixture
def again(tmp_path: Path, seeded: Path) -> Path:
    """A second home with the human-made tasks."""
    return Path(shutil.copytree(seeded, tmp_path / "again"))


def test_a_replay_gives_the_same_library_without_a_call(serve, home, again, minilm, tmp_path, monkeypatch):
    path = tmp_path / "traffic.jsonl"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-needed-in-replay")
    server = serve(Roles(propose, write, vote(reason="a ball rolls")))
    settings = served(server.url)
    happened, outcome = run(home, settings, minilm, recorder=Recorder.open(path, NAME, asdict(settings)))
    assert outcome["accepted"] == ["put-ball-into-bowl"]
    calls_made = len(server.requests)
    server.close()
    monkeypatch.delenv("OPENAI_API_KEY")

    replay = Replay.open(path)
    silent = run(again, Settings(**replay.settings), minilm, models=replay.voices(), recorder=replay)

    assert silent[0] == happened
    assert silent[1]["accepted"] == outcome["accepted"]
    assert plain(silent[1]["usage"]) == plain(outcome["usage"])
    assert programs(library_of(again, minilm)) == programs(library_of(home, minilm))
    assert library_of(again, minilm).get("put-ball-into-bowl").origin == "test-model"
    assert len(server.requests) == calls_made


def test_a_composer_is_replayed_as_any_model_as_far_as_its_record_goes(home, again, minilm, tmp_path):
    path, settings = tmp_path / "traffic.jsonl", Settings(rounds=1, seed=3)
    _, outcome = run(home, settings, minilm, recorder=Recorder.open(path, NAME, asdict(settings)))
    assert len(outcome["accepted"]) == 1

    replay = Replay.open(path)
    assert set(replay.models.values()) == {"composer"}
    _, further = run(again, replace(settings, rounds=2), minilm, models=replay.voices(), recorder=replay)
    assert further["accepted"] == outcome["accepted"]
    assert further["rejected"] == {"budget": 1}
    assert "has no answer of the proposer at 2." in further["details"][-1]["detail"]
    assert programs(library_of(again, minilm)) == programs(library_of(home, minilm))
