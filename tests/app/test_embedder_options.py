"""`simsmith similar` from a cold start, and the embedder as an option. The home has tasks and needs no seeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command import Command

from memory import MiniLM, TaskLibrary, TaskRecord
from sim.registration import human_task_names

PICTURES = {"before": b"\x89PNG\r\n\x1a\n before", "after": b"\x89PNG\r\n\x1a\n after"}
HEAVY = ("torch", "transformers", "sentence_transformers", "langchain", "langchain_core", "langgraph", "openai")
SIMULATOR = ("pybullet", "scipy", "gymnasium", "sim.world", "sim.verification")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A library of two tasks from which the human-made ones have been removed."""
    home = tmp_path_factory.mktemp("cold") / "home"
    library = TaskLibrary(home, minilm)
    for name, words in (("put-ball", "put the ball into the bowl"), ("stack", "stack the blocks on the pallet")):
        library.add(TaskRecord(name=name, title=words, instructions=(words,), code=f"goal = {words!r}"), PICTURES)
    for name in human_task_names():
        (home / "trash" / f"{name}-20260101T000000000000").mkdir(parents=True)
    return home


def test_similar_loads_neither_a_learning_library_nor_the_simulator(home: Path) -> None:
    program = """
import sys
from app.main import main
try:
    main()
finally:
    sys.stderr.write(" ".join(sys.modules))
"""
    arguments = ["similar", "stack the blocks", "--json", "--home", str(home)]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=Command(home).surroundings,
    )
    assert '"name": "stack"' in done.stdout
    loaded = set(done.stderr.split())
    assert "onnxruntime" in loaded
    assert not loaded & {*HEAVY, *SIMULATOR}


def test_a_wrong_embedder_is_one_line_on_every_command_that_opens_the_library(home: Path) -> None:
    command = Command(home)
    for arguments in (("similar", "ball"), ("library", "check"), ("library", "list"), ("explore", "--rounds", "1")):
        ran = command(*arguments, "--embedder", "no-such-model")
        assert ran.code == 3
        assert "'no-such-model' is not on this machine" in ran.err
    ran = command("similar", "ball", SIMSMITH_EMBEDDER_URL="http://localhost:1/v1")
    assert ran.code == 2
    assert "--embedder" in ran.err


def test_doctor_says_which_embedder_is_set_and_how_it_answers(home: Path) -> None:
    checks = {row["check"]: row["detail"] for row in Command(home)("doctor", "--json").document["checks"]}
    assert checks["embeddings"].startswith("all-MiniLM-L6-v2, 384 numbers a text, from its fast copy in ")
    ran = Command(home)("doctor", "--json", "--embedder", "small", "--embedder-url", "http://127.0.0.1:1/v1")
    assert ran.code == 3
    checks = {row["check"]: row for row in ran.document["checks"]}
    assert not checks["embeddings"]["ok"]
    assert "127.0.0.1:1/v1 cannot be reached" in checks["embeddings"]["detail"]
