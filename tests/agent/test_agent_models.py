"""Which model speaks for which role, how it is loaded, and what errors of any provider mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agent_workshop import HASTE
from langchain_core import exceptions
from openai_server import Can, vote
from PIL import Image

from agent.answers import Critique
from agent.model_errors import fault_of
from agent.models import ModelChoice, Models, choose_model, load_model, load_models
from agent.place import Place
from agent.roles import Mind, ask
from sim.errors import EnvironmentBroken, UsageError
from tools import Toolbox

YES = vote()


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "SIMSMITH_MODEL", "SIMSMITH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def ask_role(models: Models, role: str, **more: Any) -> Any:
    return ask(Mind(models, Toolbox({})), Place(role, 1), (), (Critique,), {"goal": "x"}, **more)


def test_roles_speak_through_models_of_their_own(serve):
    one, other = serve(lambda _: YES), serve(lambda _: YES)
    critic = ModelChoice("judge", other.url, temperature=0.2)
    models = load_models(ModelChoice("openai:writer", one.url), {"critic": critic}, patience=HASTE)
    for role in ("proposer", "coder", "critic"):
        ask_role(models, role)

    assert [request["model"] for request in one.requests] == ["writer", "writer"]
    assert "temperature" not in one.requests[0]
    assert [(request["model"], request["temperature"]) for request in other.requests] == [("judge", 0.2)]
    assert models.choice("critic") == critic


def test_every_model_is_loaded_before_anything_happens(serve):
    server = serve(lambda _: YES)
    with pytest.raises(EnvironmentBroken, match="no key for openai:gpt-4o"):
        load_models(ModelChoice("openai:test", server.url), {"critic": ModelChoice("openai:gpt-4o")})
    assert server.requests == server.probes == []


def test_a_package_that_is_missing_is_named():
    with pytest.raises(EnvironmentBroken, match=r"anthropic:some-model cannot be loaded") as caught:
        load_model(ModelChoice("anthropic:some-model"))
    assert caught.value.remedy == "pip install langchain-anthropic"


def test_a_provider_that_does_not_exist_is_wrong_use():
    with pytest.raises(UsageError, match="no model 'nobody:model'"):
        load_model(ModelChoice("nobody:model"))


@pytest.mark.parametrize("temperature", [-0.1, 2.5, float("nan")])
def test_a_temperature_that_is_none_is_wrong_use(temperature: float):
    with pytest.raises(UsageError, match="is no temperature"):
        choose_model("openai:gpt-4o", None, temperature)


@pytest.mark.parametrize("sees", [True, False])
def test_pictures_are_shown_to_models_that_see(sees: bool, serve, tmp_path: Path):
    picture = tmp_path / "after.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    server = serve(lambda _: YES, Can(sees=sees))
    ask_role(load_models(ModelChoice("openai:test", server.url), {}, patience=HASTE), "critic", pictures=[picture])

    content = server.requests[0]["messages"][1]["content"]
    shown = [part for part in content if part["type"] == "image_url"] if isinstance(content, list) else []
    assert len(shown) == sees


# -- errors of any provider ------------------------------------------------------------------------------------------


class Answer:
    """What an HTTP client's error holds."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = headers


def error(words: str, kind: str = "SomeError", **attributes: Any) -> Exception:
    made = type(kind, (Exception,), {})(words)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


ERRORS: dict[str, tuple[Exception, str]] = {
    "status_code": (error("no", status_code=401), "key"),
    "a forbidden key": (error("no", status_code=403), "key"),
    "a response": (error("slow", response=Answer(429, {})), "rate"),
    "a code, as Google has it": (error("busy", code=503), "server"),
    "a dictionary, as Amazon has it": (
        error("gone", response={"ResponseMetadata": {"HTTPStatusCode": 404}}),
        "no-model",
    ),
    "overloaded, as Anthropic says it": (error("overloaded_error", status_code=529), "server"),
    "no credit, as Anthropic says it": (error("Your credit balance is too low", status_code=400), "credit"),
    "no credit, as OpenAI says it": (error("insufficient_quota", status_code=429), "credit"),
    "too long, as Ollama says it": (error("input length exceeds the context length", status_code=500), "too-long"),
    "too long, as vLLM says it": (error("reduce the length of the messages", status_code=400), "too-long"),
    "too long, as LangChain says it": (exceptions.ContextOverflowError("no"), "too-long"),
    "too big a body": (error("too large", status_code=413), "too-long"),
    "tokens a minute": (error("too many tokens per minute", status_code=429), "rate"),
    "no tools, as Ollama says it": (error("model does not support tools", status_code=400), "manner"),
    "no tools, as llama.cpp says it": (error("tools param requires --jinja flag", status_code=500), "manner"),
    "no tools, as a router says it": (error("No endpoints found that support tool use", status_code=404), "manner"),
    "a timeout": (error("", "ReadTimeout"), "timeout"),
    "a refused connection": (error("", "ConnectError"), "cut"),
    "a cut connection": (error("", "RemoteProtocolError"), "cut"),
    "LangChain's rate": (exceptions.ModelRateLimitError("no"), "rate"),
    "something else": (error("odd", status_code=418), "bad"),
}


@pytest.mark.parametrize(("raised", "kind"), ERRORS.values(), ids=list(ERRORS))
def test_errors_of_any_provider_are_understood(raised: Exception, kind: str):
    fault = fault_of(raised)
    assert fault is not None
    assert fault.kind == kind
    told = fault.for_person(ModelChoice("anthropic:some-model"))
    assert "the provider" in told.message or "some-model" in told.message
    assert told.remedy


def test_a_key_is_asked_for_by_the_name_of_its_provider():
    fault = fault_of(error("no", status_code=401))
    assert fault is not None
    assert "ANTHROPIC_API_KEY" in fault.for_person(ModelChoice("anthropic:some-model")).remedy
    assert "OPENAI_API_KEY" in fault.for_person(ModelChoice("openai:some-model")).remedy


def test_a_bug_is_no_fault_of_a_server():
    assert fault_of(KeyError("x")) is None
    assert fault_of(ZeroDivisionError()) is None


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("0.5", 0.5), ("soon", None), ("-3", 0)])
def test_what_a_server_asks_to_wait_is_read(header: str, seconds: float | None):
    fault = fault_of(error("slow", response=Answer(429, {"retry-after": header})))
    assert fault is not None
    assert fault.wait == seconds


def test_a_date_to_wait_for_is_read():
    fault = fault_of(error("slow", response=Answer(429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})))
    assert fault is not None
    assert fault.wait == 0
