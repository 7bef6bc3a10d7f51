"""Answers, and leaves threads and exit handlers behind that never end, or that raise. Stopped by: process."""

import atexit
import contextlib
import os
import threading
import time

from sim import Task


class Kept:
    def __del__(self):
        os._exit(3)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for target, arguments in ((time.sleep, (1_000_000,)), (os._exit, ("no number",))):
            atexit.register(target, *arguments)
            with contextlib.suppress(RuntimeError):
                threading.Thread(target=target, args=arguments).start()
        Candidate.kept = Kept()
