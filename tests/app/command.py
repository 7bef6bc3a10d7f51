"""The command as users have it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    def start(self, *arguments: str, stdin: bool = False) -> subprocess.Popen[str]:
        """Starts the command and does not wait for it."""
        pipe = subprocess.PIPE

        def hear_interrupts() -> None:  # what runs in the background of a shell is started deaf to Ctrl-C
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        return subprocess.Popen(
            [str(self.path), *arguments],
            env=self.surroundings,
            stdin=pipe if stdin else None,
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=hear_interrupts,
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
