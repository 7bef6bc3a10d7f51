"""Tracing by LangChain's environment variables: it is sent where they say, and never stands in the session's way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ASKING = """
import sys
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from agent.composer import Composer
from app.tracing import traced

if "--no-exporter" in sys.argv:
    sys.modules["opentelemetry.exporter.otlp.proto.http.trace_exporter"] = None
with traced(patience=10.0 if "--patient" in sys.argv else 0.1):
    agent = create_agent(Composer(), [], system_prompt="You talk.")
    print(agent.invoke({"messages": [HumanMessage("what shall we build?")]})["messages"][-1].text)
"""
ANSWER = "I am the built-in composer"


class Collector:
    """A server that takes whatever is sent to it; one that hangs takes it and does not answer."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.bodies: list[tuple[str, bytes]] = []
        self.over = threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._take(b"")

            def do_POST(self) -> None:
                self._take(self.rfile.read(int(self.headers["Content-Length"])))

            def _take(self, body: bytes) -> None:
                collector.bodies.append((self.path, body))
                if hangs:
                    collector.over.wait()
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def collect() -> Iterator[Callable[..., Collector]]:
    with ExitStack() as stack:

        def start(*, hangs: bool = False) -> Collector:
            collector = Collector(hangs=hangs)
            stack.callback(collector.close)
            return collector

        yield start


def ask_composer(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Asks the composer's critic in a process of its own, with these environment variables."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OTEL"))}
    return subprocess.run(
        [sys.executable, "-c", ASKING, *options], env=plain | variables, capture_output=True, text=True, timeout=120
    )


def test_a_session_is_traced_where_the_environment_says(collect):
    server = collect()
    done = ask_composer("--patient", LANGSMITH_TRACING="true", LANGSMITH_ENDPOINT=server.url, LANGSMITH_API_KEY="key")
    sent = b"".join(body for _, body in server.bodies)

    assert done.stdout.startswith(ANSWER)
    assert "/runs/multipart" in [path for path, _ in server.bodies]
    assert b'"Composer"' in sent  # which model
    assert b"what shall we build?" in sent  # what it was asked
    assert ANSWER.encode() in sent  # what it said


def test_nothing_is_sent_unless_it_is_asked_for(collect):
    server = collect()
    done = ask_composer(LANGSMITH_ENDPOINT=server.url, LANGSMITH_API_KEY="key", OTEL_EXPORTER_OTLP_ENDPOINT=server.url)
    assert done.stdout.startswith(ANSWER)
    assert server.bodies == []


def test_a_tracing_server_that_hangs_holds_nobody(collect):
    server = collect(hangs=True)
    done = ask_composer(LANGSMITH_TRACING="true", LANGSMITH_ENDPOINT=server.url, LANGSMITH_API_KEY="key")
    assert done.returncode == 0
    assert done.stdout.startswith(ANSWER)
    assert server.bodies != []


@pytest.mark.parametrize("mode", [{"LANGSMITH_TRACING_MODE": "otel"}, {"LANGSMITH_OTEL_ENABLED": "true"}])
def test_without_opentelemetry_nothing_goes_elsewhere_instead(mode: dict[str, str], collect):
    server = collect()
    done = ask_composer("--no-exporter", LANGSMITH_TRACING="true", LANGSMITH_ENDPOINT=server.url, **mode)
    assert done.stdout.startswith(ANSWER)
    assert "langsmith[otel]" in done.stderr
    assert server.bodies == []
