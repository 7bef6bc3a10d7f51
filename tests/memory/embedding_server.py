"""A small embeddings server on the loopback that speaks OpenAI's protocol.

    with EmbeddingServer() as server:
        EndpointEmbedder("test-model", server.url)

It answers with a row of letter counts for each text, or with what a test's script says; every request is kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Document = dict[str, Any]
# What to answer to a request: status and document.
Script = Callable[[Document], tuple[int, Any]]
LETTERS = "abcdefghijklmnopqrstuvwxyz-?"


def letter_rows(request: Document) -> list[list[float]]:
    """A row of letter counts for each text of a request."""
    return [[float(text.lower().count(letter)) for letter in LETTERS] for text in request["input"]]


def answer(rows: list[Any]) -> tuple[int, Document]:
    """The document that has these rows, in turned order: a server may answer in any."""
    data = [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return 200, {"object": "list", "data": data[::-1], "model": "test-model", "usage": usage}


def refuse(status: int, message: str) -> Script:
    """A script that refuses every request."""
    return lambda _: (status, {"error": {"message": message, "type": "invalid_request_error", "code": None}})


class EmbeddingServer:
    """The server; listens from construction on, serves inside `with`.

    Attributes:
        url: The base URL, as `--embedder-url` takes it.
        requests: Every request, in order.
        keys: The key of every request.
    """

    def __init__(self, script: Script = lambda request: answer(letter_rows(request))) -> None:
        self.requests: list[Document] = []
        self.keys: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(request)
                server.keys.append(self.headers["Authorization"].removeprefix("Bearer "))
                status, document = script(request) if self.path == "/v1/embeddings" else (404, {})
                body = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html" if isinstance(document, bytes) else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> EmbeddingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops; from now on connections are refused."""
        self._http.shutdown()
        self._http.server_close()
