"""The command as users have it: a process of its own, on a home with the seeds in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).parent / "simsmith"


@dataclass(frozen=True)
class Ran:
    """What a run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output, which has to be one JSON document and nothing else."""
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Command:
    """The command, on one home."""

    home: Path
    path: Path = COMMAND

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of a user who has set the home and nothing else."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SIMSMITH", "OPENAI"))}
        return kept | {"SIMSMITH_HOME": str(self.home)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts the command and does not wait for it."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [str(self.path), *arguments], env=self.surroundings, stdout=pipe, stderr=pipe, text=True
        )

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Ran:
        done = subprocess.run(
            [str(self.path), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            env=self.surroundings | environment,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)


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
