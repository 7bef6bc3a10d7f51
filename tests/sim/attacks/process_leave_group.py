"""Leaves its process group and session, by which it is killed, and goes on for ever. Stopped by: process."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for leave in (os.setsid, os.setpgrp, lambda: os.setpgid(0, os.getpgid(int("VICTIM")))):
            with contextlib.suppress(OSError):
                leave()
        while True:
            pass
