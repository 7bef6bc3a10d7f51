"""Prints a gigabyte, by print and straight to both outputs. Stopped by: process."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for _ in range(512):
            print("x" * (1 << 20))
            os.write(1, b"x" * (1 << 20))
        os.write(2, b"x" * (1 << 29))
