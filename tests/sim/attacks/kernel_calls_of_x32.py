"""Starts a process by the numbers of the x32 ABI, which a filter may overlook. Stopped by: seccomp."""

import ctypes
import os

from sim import Task

X32, FORK = 0x40000000, 57


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.uname().machine != "x86_64":
            raise PermissionError("this processor has none")
        child = ctypes.CDLL(None, use_errno=True).syscall(X32 | FORK)
        if child == 0:
            os._exit(0)
        if child > 0:
            raise RuntimeError("ESCAPED: it started a process")
        raise OSError(ctypes.get_errno(), "no process")
