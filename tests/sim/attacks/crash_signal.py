"""Ends itself by a signal that has no name. Stopped by: process."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.kill(os.getpid(), 40)
