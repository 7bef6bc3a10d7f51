"""Loops for ever. Stopped by: process."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        while True:
            pass
