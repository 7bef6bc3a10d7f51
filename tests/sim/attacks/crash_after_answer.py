"""Raises where nobody catches: in a thread, a finalizer and an exit handler. Stopped by: process."""

import atexit
import threading

from sim import Task


class Kept:
    def __del__(self):
        raise SystemExit(3)


def leave():
    raise SystemExit(3)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        Candidate.kept = Kept()
        Kept()
        threading.Thread(target=leave).start()
        atexit.register(leave)
