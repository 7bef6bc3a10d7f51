"""Traces a process of the same user. Stopped by: seccomp, landlock, namespaces."""

import ctypes

from sim import Task

SEIZE = 0x4206  # attaches without stopping it


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if ctypes.CDLL(None, use_errno=True).ptrace(SEIZE, int("VICTIM"), None, None) == 0:
            raise RuntimeError("ESCAPED: it traces another process")
        raise OSError(ctypes.get_errno(), "not traced")
