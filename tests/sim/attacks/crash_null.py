"""Reads where there is no memory. Stopped by: process."""

import ctypes

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        ctypes.string_at(0)
