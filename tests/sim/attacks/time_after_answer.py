"""Lays out nothing wrong, and leaves a thread and an exit handler that never end. Stopped by: process."""

import atexit
import threading
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        threading.Thread(target=time.sleep, args=(1_000_000,)).start()
        atexit.register(time.sleep, 1_000_000)
