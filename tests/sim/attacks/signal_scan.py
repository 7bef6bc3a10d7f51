"""Looks by their numbers for processes that it could signal. Stopped by: seccomp, namespaces."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for process in {*range(1, 65536)} - {os.getpid()}:
            with contextlib.suppress(OSError):
                os.kill(process, 0)
                raise RuntimeError(f"ESCAPED: it may signal {process}")
        raise PermissionError("no process")
