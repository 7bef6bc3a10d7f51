"""A small chat-completions server on the loopback, which says what a test's script tells it to say.

    with ChatServer(script) as server:
        ChatOpenAI(model="test-model", base_url=server.url, api_key="none")

A script takes the request (the JSON that the client sent) and returns a message (`say`, `call`, `calls`) or a fault
(`Refusal`, `Raw`, `HANG`, `CUT`). Every request is kept. What a client asks to find out what the server can do is
answered by `Can`, not by the script.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

from agent.endpoints import CALL, COUNT, LOOK

Request = dict[str, Any]
Message = dict[str, Any]
PROMPT_TOKENS, COMPLETION_TOKENS = 100, 10  # of every answer


@dataclass(frozen=True)
class Refusal:
    """An HTTP error instead of an answer."""

    status: int
    message: str
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """A body that is no completion."""

    body: str
    kind: str = "application/json"


HANG, CUT = "hang", "cut"  # no answer at all; a connection that is cut in the midst of one

Fault = Refusal | Raw | Literal["hang", "cut"]


@dataclass(frozen=True)
class Can:
    """What the server can do; what it cannot it refuses, or ignores.

    Attributes:
        tools: Make tool calls.
        forced: Be told that it has to call a tool.
        schema: Obey JSON schemas.
        sees: See pictures.
    """

    tools: Literal["yes", "refused", "ignored"] = "yes"
    forced: bool = True
    schema: Literal["yes", "refused", "ignored"] = "yes"
    sees: bool = False


WRONG_KEY = Refusal(401, "Incorrect API key provided", "invalid_api_key")
NO_SUCH_MODEL = Refusal(404, "The model `test-model` does not exist", "model_not_found")
NO_TOOLS = Refusal(400, "test-model does not support tools")
NO_FORCE = Refusal(400, "tool_choice 'required' is not supported")
NO_SCHEMA = Refusal(400, "response_format of type json_schema is not supported")

Script = Callable[[Request], Message | Fault]


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
    assert found, text[:500]
    return dict(json.loads(found[1]))


def told(request: Request) -> list[str]:
    """What tools answered so far, in order."""
    return [_text(message) for message in request["messages"] if message["role"] == "tool"]


def prompt(request: Request) -> str:
    """The texts of a request, one after the other."""
    return "\n".join(_text(message) for message in request["messages"])


def _text(message: Message) -> str:
    content = message["content"] or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


# -- scripts ---------------------------------------------------------------------------------------------------------


@dataclass
class Roles:
    """A script with a part for each role, told apart by its prompt.

    A part is a message that is always given, or a callable that takes the request.
    """

    propose: Script | Message = field(default_factory=lambda: say("I have nothing to propose"))
    code: Script | Message = field(default_factory=lambda: say("I cannot write"))
    criticise: Script | Message = field(default_factory=lambda: call("Critique", keep=True, reason="good practice"))

    def __call__(self, request: Request) -> Message | Fault:
        parts = {"the proposer": self.propose, "the coder": self.code, "the critic": self.criticise}
        told = prompt(request)
        part = next(part for name, part in parts.items() if f"You are {name}" in told)
        return part(request) if callable(part) else part


# -- the server ------------------------------------------------------------------------------------------------------


class ChatServer:
    """The server; listens from construction on, serves inside `with`.

    Attributes:
        url: The base URL, as `--base-url` takes it.
        can: What it can do.
        requests: Every request of chat completions that the script answered, in order.
        probes: Every request that asked what the server can do.
    """

    def __init__(self, script: Script, can: Can | None = None) -> None:
        self.requests: list[Request] = []
        self.probes: list[Request] = []
        self.script = script
        self.can = can or Can()
        self._closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/v1/models":
                    return self._send(404, {"error": {"message": f"no {self.path}"}})
                return self._send(200, {"object": "list", "data": [{"id": "test-model", "object": "model"}]})

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path != "/v1/chat/completions":
                    return self._send(404, {"error": {"message": f"no {self.path}"}})
                answer = server.answer(request)
                if isinstance(answer, Refusal):
                    error = {"message": answer.message, "type": "invalid_request_error", "code": answer.code or None}
                    return self._send(answer.status, {"error": error}, answer.headers)
                if isinstance(answer, Raw):
                    return self._write(200, answer.body.encode(), answer.kind)
                if answer == HANG:
                    server._closing.wait()
                    return self.close()
                if answer == CUT:
                    self._write(200, b'{"id": "chatcmpl', "application/json", more=1000)
                    return self.close()
                if request.get("stream"):
                    return self._write(200, _stream(request, answer).encode(), "text/event-stream")
                return self._send(200, _completion(request, answer))

            def close(self) -> None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def _send(self, status: int, document: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
                self._write(status, json.dumps(document).encode(), "application/json", headers or {})

            def _write(
                self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None, more: int = 0
            ) -> None:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body) + more))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Says nothing of clients that have gone."""

        self._http = Server(("127.0.0.1", 0), Handler)
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
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, request: Request) -> Message | Fault:
        """What the server says to a request."""
        asked = next(_text(message) for message in reversed(request["messages"]) if message["role"] == "user")
        (self.probes if asked in (CALL, COUNT, LOOK) else self.requests).append(request)
        by_schema = "response_format" in request
        if request.get("tools") and self.can.tools == "refused":
            return NO_TOOLS
        if request.get("tool_choice") == "required" and not self.can.forced:
            return NO_FORCE
        if by_schema and self.can.schema == "refused":
            return NO_SCHEMA
        if asked == CALL:
            answer: Message | Fault = call("ready", word="yes") if self.can.tools == "yes" else say("yes")
        elif asked == COUNT:
            answer = say('{"number": 4}' if by_schema and self.can.schema == "yes" else "A horse has four legs.")
        elif asked == LOOK:
            answer = say("red and blue" if self.can.sees else "I see a green tree.")
        else:
            answer = self.script(request)
            if isinstance(answer, dict) and not (request.get("tools") and self.can.tools == "yes"):
                answer = _in_words(answer, request)
        return answer

    def of_role(self, answer: str) -> Iterator[Request]:
        """The requests of the role that answers with this tool."""
        return (request for request in self.requests if answer in offered(request))


def _in_words(message: Message, request: Request) -> Message:
    """A message with its tool call as an answer by schema or in words, from a model that has no tools."""
    if not message.get("tool_calls"):
        return message
    function = message["tool_calls"][0]["function"]
    said = json.loads(function["arguments"])
    schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
    if "answer" in schema.get("properties", {}):
        said = {"answer": said}
    if "code" in said:
        return say(f"Here it is:\n\n```python\n{said['code']}```\n")
    return say(json.dumps(said) if schema else f"Well:\n```json\n{json.dumps(said, indent=2)}\n```")


def _completion(request: Request, message: Message) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{time.monotonic_ns()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request["model"],
        "choices": [{"index": 0, "message": _sent(message), "finish_reason": _reason(message)}],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


def _stream(request: Request, message: Message) -> str:
    """The completion in events: words in three pieces, tool calls with their arguments in two."""
    base = {key: value for key, value in _completion(request, message).items() if key != "usage"}
    text = message.get("content") or ""
    third = max(1, len(text) // 3)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in (text[:third], text[third : 2 * third], text[2 * third :]) if piece]
    for index, item in enumerate(message.get("tool_calls") or []):
        arguments = item["function"]["arguments"]
        begun = {
            **item,
            "index": index,
            "function": {**item["function"], "arguments": arguments[: len(arguments) // 2]},
        }
        deltas.append({"tool_calls": [begun]})
        rest = {"index": index, "function": {"arguments": arguments[len(arguments) // 2 :]}}
        deltas.append({"tool_calls": [rest]})
    chunks = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    chunks.append({"index": 0, "delta": {}, "finish_reason": _reason(message)})
    events = [{**base, "object": "chat.completion.chunk", "choices": [chunk]} for chunk in chunks]
    if (request.get("stream_options") or {}).get("include_usage"):
        usage = _completion(request, message)["usage"]
        events.append({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage})
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"


def _sent(message: Message) -> Message:
    return {key: value for key, value in message.items() if key != "finish_reason"}


def _reason(message: Message) -> str:
    return str(message.get("finish_reason") or ("tool_calls" if message.get("tool_calls") else "stop"))
