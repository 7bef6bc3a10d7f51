"""The command, on a home with the seeds in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))  # pytest's importlib mode does not
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "agent"))  # the scripted server

from command import Command


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the first command has put the human-made tasks."""
    home = tmp_path_factory.mktemp("seeded") / "home"
    assert Command(home)("library", "list").code == 0
    return home


@pytest.fixture
def simsmith(seeded_home: Path, tmp_path: Path) -> Command:
    """The command on a copy of the seeded home."""
    home = tmp_path / "home"
    shutil.copytree(seeded_home, home, ignore=shutil.ignore_patterns("sessions"))
    return Command(home)


@pytest.fixture(scope="session")
def reader(seeded_home: Path) -> Command:
    """The command on the seeded home itself, for tests that only read."""
    return Command(seeded_home)
