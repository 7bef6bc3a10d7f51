"""Answers with blanks, one by one, so that there is always something to wait for. Stopped by: process."""

import contextlib
import os
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        while True:
            for number in range(1024):
                with contextlib.suppress(OSError):
                    os.write(number, b" ")
            time.sleep(0.01)
