"""Kills another process of the same user. Stopped by: seccomp, namespaces."""

import os
import signal

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.kill(int("VICTIM"), signal.SIGKILL)
        raise RuntimeError("ESCAPED: it killed a process")
