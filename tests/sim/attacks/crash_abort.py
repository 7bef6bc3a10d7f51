"""Aborts, which would leave a picture of its memory on the disk. Stopped by: process."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.abort()
