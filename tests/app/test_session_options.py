"""The options of sessions, as the command hands them on."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.recorder import Recorder
from agent.session import Settings
from app import sessions
from app.main import app
from app.options import ModelOptions, SessionOptions, Traffic
from sim.errors import UsageError


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch):
    """Runs a command, and returns what it hands on instead of doing it."""

    def run(*arguments: str) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name in ("explore", "make"):
            monkeypatch.setattr(
                sessions,
                name,
                lambda place, sandbox, options, *more, **values: given.update(values, options=options, more=more),
            )
        ran = CliRunner().invoke(app, arguments, env={"SIMSMITH_MODEL": None, "SIMSMITH_BASE_URL": None})
        if ran.exception and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return given | {"code": ran.exit_code}

    return run


def test_without_options_a_session_is_as_it_always_was(handed) -> None:
    assert handed("explore")["options"] == SessionOptions()
    assert handed("explore")["rounds"] == 3
    assert handed("make", "stack two blocks") == {
        "options": SessionOptions(),
        "more": ("stack two blocks",),
        "tasks": None,
        "as_json": False,
        "code": 0,
    }


def test_every_option_reaches_the_session(handed) -> None:
    models = ModelOptions("openai:big", "http://host/v1", 0.3, "planner", "proposer", "coder", "critic")
    wanted = SessionOptions(7, models, 4, 5, True, 1.5, 1000, 0.25, Traffic(Path("prices.json"), Path("said.jsonl")))
    written = [
        *("--seed", "7", "--model", "openai:big", "--base-url", "http://host/v1", "--temperature", "0.3"),
        *("--planner-model", "planner", "--proposer-model", "proposer"),
        *("--coder-model", "coder", "--critic-model", "critic"),
        *("--workers", "4", "--votes", "5", "--review", "--minutes", "1.5", "--tokens", "1000", "--dollars", "0.25"),
        *("--prices", "prices.json", "--record", "said.jsonl"),
    ]
    assert handed("explore", *written)["options"] == wanted
    assert handed("make", "stack two blocks", *written)["options"] == wanted
    replayed = handed("explore", "--replay", "said.jsonl")["options"]
    assert replayed == replace(SessionOptions(), traffic=Traffic(replay=Path("said.jsonl")))


def test_roles_without_a_model_of_their_own_are_not_named() -> None:
    assert ModelOptions("openai:big", coder_model="openai:small").by_role == {"coder": "openai:small"}


def test_what_makes_no_sense_is_refused(handed) -> None:
    with pytest.raises(UsageError, match="--record and --replay"):
        handed("explore", "--record", "a", "--replay", "b")
    for option, value in (("--workers", "0"), ("--temperature", "-1"), ("--votes", "0"), ("--tokens", "0")):
        assert handed("explore", option, value)["code"] == 2


def test_what_a_replay_does_not_heed_is_said(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("SIMSMITH_MODEL", "openai:big")
    record = tmp_path / "said.jsonl"
    Recorder.open(record, "s-1", asdict(Settings(mode="make", goal="stack", rounds=2)))
    traffic = Traffic(replay=record)
    asked = SessionOptions(seed=7, models=ModelOptions("openai:big", coder_model="c"), workers=4, traffic=traffic)
    settings = sessions.settings_of(asked, mode="make", goal="stack", rounds=5)
    assert (settings.seed, settings.workers, settings.model) == (0, 1, "composer")
    said = "as it was recorded, whatever was asked for now: --seed, --workers, --coder-model, --tasks"
    assert said in " ".join(capsys.readouterr().err.split())
    sessions.settings_of(SessionOptions(traffic=traffic), mode="make", goal="stack", rounds=None)
    assert capsys.readouterr().err == ""
