"""Writes to everything that it finds open, without an end. Stopped by: process."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number in range(1024):
            with contextlib.suppress(OSError):
                os.set_blocking(number, False)
        while True:
            for number in range(1024):
                with contextlib.suppress(OSError):
                    os.write(number, b"[" * (1 << 16))
