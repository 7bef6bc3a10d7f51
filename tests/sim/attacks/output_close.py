"""Closes everything, so that there is nothing to wait for, and goes on. Stopped by: process."""

import os
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.closerange(0, 1 << 16)
        time.sleep(1_000_000)
