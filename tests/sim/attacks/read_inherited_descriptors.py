"""Reads what the parent left open. Stopped by: process."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number in range(1024):
            with contextlib.suppress(OSError):
                found = os.pread(number, 10_000, 0)
                if b"simsmith-secret" in found:
                    raise RuntimeError(f"ESCAPED: {found!r}")
