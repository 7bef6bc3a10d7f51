"""Starts a second process. Stopped by: seccomp."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        raise RuntimeError("ESCAPED: it started a process")
