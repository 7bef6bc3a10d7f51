"""Starts processes that go on when it has ended; only 32 of them, for a minute. Stopped by: seccomp."""

import os
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for _ in range(32):
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        raise RuntimeError("ESCAPED: it started 32 processes")
