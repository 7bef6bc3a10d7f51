"""Sleeps, which takes no processor time. Stopped by: process."""

import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        time.sleep(1_000_000)
