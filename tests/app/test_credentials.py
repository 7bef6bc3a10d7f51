"""Names and passwords in the address of a model's server: used, and written and shown nowhere."""

from __future__ import annotations

import pytest
from agent_workshop import program, proposal
from openai_server import ChatServer, Roles, call

from agent.models import choose_model
from app.workshop import session_settings
from sim.errors import UsageError

SECRET = "open-sesame"


def test_a_password_in_an_address_is_written_nowhere_and_found_again_when_a_session_is_resumed(simsmith, monkeypatch):
    def propose(_):
        return call("Proposal", **proposal("put the red ball into the blue bowl"))

    with ChatServer(Roles(propose, lambda _: call("Candidate", code=program()))) as server:
        address = server.url.replace("http://", f"http://me:{SECRET}@")
        arguments = ("make", "put the ball away", "--tasks", "1", "--model", "openai:test-model")
        ran = simsmith(*arguments, "--base-url", address, "--json")
    assert ran.code == 0, ran.err
    session = ran.document["session"]
    assert SECRET not in ran.out + ran.err + simsmith("sessions", "show", session).out
    holding = [path for path in simsmith.home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert holding == []
    assert server.url in (simsmith.home / "endpoints.json").read_text()
    assert session_settings(simsmith.home, session).base_url == server.url
    monkeypatch.setenv("SIMSMITH_BASE_URL", address)
    assert session_settings(simsmith.home, session).base_url == address
    monkeypatch.setenv("SIMSMITH_BASE_URL", "http://me:other@elsewhere/v1")
    assert session_settings(simsmith.home, session).base_url == server.url


def test_a_mistake_in_an_address_is_told_without_the_password():
    for address in (f"http://me:{SECRET}@host/v1", f"ftp://me:{SECRET}@host/v1", f"http://me:{SECRET}@[host"):
        with pytest.raises(UsageError) as raised:
            choose_model(None if address.endswith("1") and address[0] == "h" else "openai:x", address)
        assert SECRET not in str(raised.value)
