"""Matches an expression that needs more steps than the universe has. Stopped by: process."""

import re

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        re.match("(a+)+$", "a" * 100 + "b")
