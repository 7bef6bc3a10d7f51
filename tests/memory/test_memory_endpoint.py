"""Embeddings from a server: what is asked of it, and what is said when it does not answer as it should."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from embedding_server import EmbeddingServer, Script, answer, letter_rows, refuse
from memory_samples import HANOI, PICTURES, hanoi_task, put_task

from memory import TaskLibrary, load_embedder
from memory.endpoint import BATCH, EndpointEmbedder
from memory.programs import embed_programs
from sim.errors import EnvironmentBroken, UsageError

KEY = "sk-secret"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SIMSMITH_EMBEDDER", "SIMSMITH_EMBEDDER_URL"):
        monkeypatch.delenv(name, raising=False)


def test_rows_are_unit_vectors_in_the_order_of_the_texts() -> None:
    texts = ["block", "bowl", "a", "\ud800", "", *(f"{'a' * number}b" for number in range(2 * BATCH))]
    with EmbeddingServer() as server:
        embedder = load_embedder("openai:test-model", server.url)
        rows = embedder.embed(texts)
        assert rows.dtype == np.float32
        assert rows.shape == (len(texts), embedder.dimensions)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
        expected = np.array(letter_rows({"input": [texts[0], texts[-1]]}))
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        np.testing.assert_allclose(rows[[0, -1]], expected, atol=1e-6)
        assert len(server.requests) == 3
        assert all(len(request["input"]) <= BATCH and all(request["input"]) for request in server.requests)
        np.testing.assert_array_equal(embedder.embed(texts[::-1]), rows[::-1])
        assert len(server.requests) == 3  # known rows are not asked for again


def test_dimensions_are_the_servers() -> None:
    with EmbeddingServer() as server:
        embedder = EndpointEmbedder("test-model", server.url)
        assert embedder.embed([]).shape == (0, 28)
        assert embed_programs(embedder, [HANOI, put_task().code]).shape == (2, 28)


def test_a_library_works_with_a_server(tmp_path: Path) -> None:
    with EmbeddingServer() as server:
        library = TaskLibrary(tmp_path / "home", EndpointEmbedder("test-model", server.url))
        for record in (put_task(), hanoi_task()):
            library.add(record, PICTURES)
        assert library.nearest(hanoi_task(), 1)[0].name == hanoi_task().name
        assert library.check() == []


def test_the_name_tells_servers_apart_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    names = [
        load_embedder("openai:small").name,
        load_embedder("openai:large").name,
        load_embedder("openai:small", "http://localhost:8000/v1").name,
        load_embedder("small", "http://localhost:8001/v1/").name,
    ]
    assert names == [
        "openai:small@api.openai.com/v1",
        "openai:large@api.openai.com/v1",
        "openai:small@localhost:8000/v1",
        "openai:small@localhost:8001/v1",
    ]
    assert load_embedder("small", f"http://me:{KEY}@localhost:8000/v1?key={KEY}").name == names[2]


def test_the_key_goes_to_the_server_and_a_server_of_ones_own_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentBroken, match="OPENAI_API_KEY"):
        load_embedder("openai:small")
    with EmbeddingServer() as server:
        load_embedder("small", server.url).embed(["block"])
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        load_embedder("small", server.url).embed(["block"])
        assert server.keys == ["none", KEY]


def test_a_server_that_is_not_there_is_named() -> None:
    server = EmbeddingServer()
    with server:
        pass
    with pytest.raises(EnvironmentBroken, match=r"127\.0\.0\.1.* cannot be reached.*--embedder-url"):
        EndpointEmbedder("test-model", server.url, retries=0).embed(["block"])


def test_what_fails_in_passing_is_tried_again() -> None:
    left = [429, 503]

    def script(request):
        return refuse(left.pop(), "busy")(request) if left else answer(letter_rows(request))

    with EmbeddingServer(script) as server:
        assert EndpointEmbedder("test-model", server.url).embed(["block"]).shape == (1, 28)
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (refuse(401, f"Incorrect API key provided: {KEY}"), "refuses the key.*OPENAI_API_KEY"),
        (refuse(404, "no such model"), "has no embedding model 'test-model'"),
        (refuse(400, "input is too long"), "refuses the request: .*input is too long"),
        (refuse(500, "out of memory"), "fails: .*out of memory"),
        (lambda request: answer(letter_rows(request)[:1]), "1 rows for 2 texts"),
        (lambda request: answer([*letter_rows(request), [1.0] * 28]), "3 rows for 2 texts"),
        (lambda _: answer([]), "0 rows for 2 texts"),
        (lambda _: answer([[1.0, 2.0], [3.0]]), "no table of numbers"),
        (lambda _: answer([[1.0, float("nan")], [3.0, 1.0]]), "not finite"),
        (lambda _: answer([[0.0, 0.0], [3.0, 1.0]]), "all zero"),
        (lambda _: (200, {"embeddings": [[1.0]]}), "no table of numbers"),
        (lambda _: (200, b"<html>hello</html>"), "no table of numbers"),
    ],
)
def test_wrong_answers_are_named(script: Script, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with EmbeddingServer(script) as server, pytest.raises(EnvironmentBroken) as caught:
        EndpointEmbedder("test-model", server.url, retries=0).embed(["block", "bowl"])
    assert re.search(told, str(caught.value))
    assert "127.0.0.1" in caught.value.message
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "url", "told"),
    [
        ("", "http://localhost:8000/v1", "which embedding model"),
        ("openai:", "http://localhost:8000/v1", "needs a model's name"),
        ("small", "localhost:8000", "is no address"),
        ("small", "http://localhost:port/v1", "is no address"),
        ("small", "http://[::1/v1", "is no address"),
    ],
)
def test_wrong_settings_are_wrong_use(setting: str, url: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        load_embedder(setting, url)
