"""Recurses until the stack ends. Stopped by: process."""

import sys

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        sys.setrecursionlimit(2**31 - 1)

        class Deep:
            def __repr__(self):
                return repr([self])

        repr(Deep())
