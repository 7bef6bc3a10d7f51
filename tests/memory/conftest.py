from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from memory import MiniLM, TaskLibrary

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # pytest's importlib mode does not: the tests share the samples

from memory_samples import PICTURES, LetterEmbedder, ball_on_zone_task, hanoi_task, put_task  # noqa: E402


@pytest.fixture
def letters(tmp_path: Path) -> TaskLibrary:
    """An empty library that needs no model."""
    return TaskLibrary(tmp_path / "home", LetterEmbedder())


@pytest.fixture
def library(tmp_path: Path, minilm: MiniLM) -> TaskLibrary:
    """A library of three tasks, with the real model."""
    library = TaskLibrary(tmp_path / "home", minilm)
    for record in (put_task(), hanoi_task(), ball_on_zone_task()):
        library.add(record, PICTURES)
    return library


@pytest.fixture
def start_python() -> Callable[..., subprocess.Popen[str]]:
    """Start a program in a process of its own, which can import the rooms and the samples."""

    def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])}
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start
