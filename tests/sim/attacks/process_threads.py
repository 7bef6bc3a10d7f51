"""Starts a thousand threads. Stopped by: rlimits, seccomp."""

import threading
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for _ in range(1000):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        raise RuntimeError("ESCAPED: it has a thousand threads")
