"""Raises an error that cannot be told: its text raises another, which exits. Stopped by: process."""

from sim import Task


class Untold(Exception):
    def __str__(self):
        raise SystemExit(0)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        raise Untold
