"""Texts and programs as vectors."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import numpy as np
import pytest
from memory_samples import HANOI, put_task

from memory import MiniLM, normalise_code
from memory.programs import PIECE_CHARACTERS, code_pieces, embed_programs


def test_rows_are_unit_vectors_that_depend_on_the_text_alone(minilm: MiniLM) -> None:
    texts = ["put the block in the bowl", "x " * 400, "", "\ud800"]
    rows = minilm.embed(texts)
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(minilm.embed(texts[:1])[0], rows[0], atol=1e-5)
    assert minilm.embed([]).shape == (0, 384)


def test_what_does_not_change_a_program_does_not_change_its_vector(minilm: MiniLM) -> None:
    plain = put_task().code
    dressed = "import os\n" + plain.replace("PutBlockInBowl", "Mine")
    dressed = dressed.replace("    max_steps = 3\n", "    # How long.\n    max_steps    =  3\n")
    assert normalise_code(dressed) == normalise_code(plain)
    rows = embed_programs(minilm, [plain, dressed, HANOI])
    assert rows[0] @ rows[1] == pytest.approx(1.0, abs=1e-5)
    assert rows[0] @ rows[2] < 0.9


@pytest.mark.parametrize("source", ["def broken(:", "\0", "x = " + "(" * 5000, ""])
def test_text_that_is_no_program_stays_as_it_is(source: str) -> None:
    assert normalise_code(source) == source
    assert code_pieces(source)


def test_the_end_of_a_long_program_counts(minilm: MiniLM) -> None:
    first, second = HANOI + "\nstack = 'pyramid of blocks'\n" * 20, HANOI + "\nrope = 'circle of beads'\n" * 20
    rows = embed_programs(minilm, [first, second])
    assert rows[0] @ rows[1] < 0.97
    pieces = code_pieces(first)
    assert len(pieces) > 2
    assert all(len(piece) <= PIECE_CHARACTERS for piece in pieces)


def test_the_model_loads_without_a_word_and_without_a_network(
    start_python: Callable[..., subprocess.Popen[str]],
) -> None:
    program = """
import socket, sys
def refuse(*arguments): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = refuse
import memory
heavy = {"torch", "chromadb", "sentence_transformers", "numpy", "pybullet", "filelock"} & set(sys.modules)
assert not heavy, heavy
assert memory.MiniLM().embed(["block"]).shape == (1, 384)
"""
    child = start_python(program)
    assert child.communicate(timeout=120) == ("", "")
    assert child.returncode == 0
