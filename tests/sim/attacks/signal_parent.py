"""Asks whether it could signal the parent, the server, and their groups. Stopped by: seccomp, namespaces."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for process in {int("PARENT"), os.getppid()} - {0}:
            with contextlib.suppress(OSError):
                os.kill(process, 0)
                raise RuntimeError(f"ESCAPED: it may signal {process}")
            with contextlib.suppress(OSError):
                os.killpg(os.getpgid(process), 0)
                raise RuntimeError(f"ESCAPED: it may signal the group of {process}")
        raise PermissionError("no signal")
