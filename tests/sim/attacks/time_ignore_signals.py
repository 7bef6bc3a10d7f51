"""Ignores every signal that can be ignored, forgets who its parent is, and loops. Stopped by: process."""

import contextlib
import ctypes
import signal

from sim import Task

PARENT_DEATH_SIGNAL = 1


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number in signal.valid_signals():
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, 0)
        while True:
            with contextlib.suppress(BaseException):
                while True:
                    pass
