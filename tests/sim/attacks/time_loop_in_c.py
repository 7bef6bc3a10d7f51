"""Loops for ever where Python cannot interrupt. Stopped by: process."""

import itertools

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        sum(itertools.repeat(1))
