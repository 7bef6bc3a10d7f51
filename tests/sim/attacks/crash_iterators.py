"""Crashes the interpreter by what a task may use: many iterators in each other. Stopped by: process."""

import itertools

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        nested = ()
        for _ in range(300_000):
            nested = itertools.chain(nested)
        next(nested)
