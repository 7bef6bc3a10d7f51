"""A small chat-completions server on the loopback, which says what a test's script tells it to say.

    with ChatServer(script) as server:
        ChatOpenAI(model="test-model", base_url=server.url, api_key="none")

A script takes the request (the JSON that the client sent) and returns a message (`say`, `call`, `calls`) or a
`Refusal`. Every request is kept.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Request = dict[str, Any]
Message = dict[str, Any]
PROMPT_TOKENS, COMPLETION_TOKENS = 100, 10  # of every answer


@dataclass(frozen=True)
class Refusal:
    """An HTTP error instead of an answer."""

    status: int
    message: str
    code: str = ""


WRONG_KEY = Refusal(401, "Incorrect API key provided", "invalid_api_key")
NO_SUCH_MODEL = Refusal(404, "The model `test-model` does not exist", "model_not_found")
NO_TOOLS = Refusal(400, "test-model does not support tools")

Script = Callable[[Request], Message | Refusal]


# -- messages --------------------------------------------------------------------------------------------------------


def say(text: str) -> Message:
    """A message of words alone."""
    return {"role": "assistant", "content": text}


def call(name: str, /, **arguments: Any) -> Message:
    """A message that calls one tool."""
    return calls((name, arguments))


def calls(*wanted: tuple[str, dict[str, Any] | str]) -> Message:
    """A message that calls tools, in parallel where there are several; arguments given as text go out as they are."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call_{time.monotonic_ns()}_{number}",
                "type": "function",
                "function": {"name": name, "arguments": item if isinstance(item, str) else json.dumps(item)},
            }
            for number, (name, item) in enumerate(wanted)
        ],
    }


# -- what stands in a request ----------------------------------------------------------------------------------------


def offered(request: Request) -> set[str]:
    """Names of the tools that the request offers."""
    return {tool["function"]["name"] for tool in request.get("tools", [])}


def brief(request: Request) -> dict[str, Any]:
    """The JSON block of the first message that a person, or here the loop, wrote."""
    text = next(_text(message) for message in request["messages"] if message["role"] == "user")
    found = re.search(r"```json\n(.*?)\n```", text, re.DOTALL)
    assert found, text
    return dict(json.loads(found[1]))


def told(request: Request) -> list[str]:
    """What tools answered so far, in order."""
    return [_text(message) for message in request["messages"] if message["role"] == "tool"]


def _text(message: Message) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


# -- scripts ---------------------------------------------------------------------------------------------------------


def vote(*, keep: bool = True, reason: str = "good practice", **checks: Any) -> Message:
    """A critic's answer, whose checks agree with it unless they are given."""
    agreeing = {"instruction_matches_goals": True, "worth_learning": keep}
    return call("Critique", **(agreeing | checks), keep=keep, reason=reason)


LOOK = calls(
    ("search_tasks", {"query": "put the ball into the bowl"}),
    ("check_novelty", {"title": "Ball", "description": "A ball", "instructions": ["put the ball into the bowl"]}),
)


@dataclass
class Roles:
    """A script with a part for each role, told apart by the tool that takes its answer.

    A part is a message that is always given, or a callable that takes the request.

    Attributes:
        looks: Whether the proposer looks around in the library before its part begins, as its answer has to be.
    """

    propose: Script | Message = field(default_factory=lambda: say("I have nothing to propose"))
    code: Script | Message = field(default_factory=lambda: say("I cannot write"))
    criticise: Script | Message = field(default_factory=vote)
    looks: bool = True

    def __call__(self, request: Request) -> Message | Refusal:
        parts = {"Proposal": self.propose, "Candidate": self.code, "Critique": self.criticise}
        if self.looks and "Proposal" in offered(request) and not told(request):
            return LOOK
        part = next(part for name, part in parts.items() if name in offered(request))
        return part(request) if callable(part) else part


# -- the server ------------------------------------------------------------------------------------------------------


class ChatServer:
    """The server; listens from construction on, serves inside `with`.

    Attributes:
        url: The base URL, as `--base-url` takes it.
        requests: Every request of chat completions, in order.
    """

    def __init__(self, script: Script) -> None:
        self.requests: list[Request] = []
        self.script = script
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                if self.path != "/v1/chat/completions":
                    return self._send(404, {"error": {"message": f"no {self.path}"}})
                request = json.loads(self.rfile.read(length))
                server.requests.append(request)
                answer = server.script(request)
                if isinstance(answer, Refusal):
                    error = {"message": answer.message, "type": "invalid_request_error", "code": answer.code or None}
                    return self._send(answer.status, {"error": error})
                return self._send(200, _completion(request, answer))

            def _send(self, status: int, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops; from now on connections are refused."""
        self._http.shutdown()
        self._http.server_close()

    def of_role(self, answer: str) -> Iterator[Request]:
        """The requests of the role that answers with this tool."""
        return (request for request in self.requests if answer in offered(request))


def _completion(request: Request, message: Message) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{time.monotonic_ns()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request["model"],
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if message.get("tool_calls") else "stop"}
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }
