"""The command, on a home with the seeds in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))  # pytest's importlib mode does not
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "agent"))  # the scripted server

from command import Command


@pytest.fixture
def simsmith(seeded: Path, tmp_path: Path) -> Command:
    """The command on a copy of the seeded home."""
    return Command(Path(shutil.copytree(seeded, tmp_path / "home")))


@pytest.fixture(scope="session")
def reader(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command on one copy of the seeded home, for tests that write nothing into its library."""
    return Command(Path(shutil.copytree(seeded, tmp_path_factory.mktemp("read") / "home")))
