"""Asks whether it could signal everybody at once. Stopped by: seccomp, namespaces."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.kill(-1, 0)
        raise RuntimeError("ESCAPED: it may signal everybody")
