"""Computes a number that has no end to speak of. Stopped by: process."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        nine = 9
        print(nine**nine**nine)
