"""Waits for somebody to type, then for what never comes. Stopped by: process."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        while os.read(0, 1):
            pass
        os.read(os.pipe()[0], 1)
