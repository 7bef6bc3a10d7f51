"""Ends without an answer, as if all were well. Stopped by: process."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os._exit(0)
