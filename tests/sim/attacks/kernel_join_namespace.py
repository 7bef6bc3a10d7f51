"""Goes over into the parent's namespaces. Stopped by: seccomp, namespaces."""

import ctypes
import os

from sim import Task

PIDFD_OPEN = 434
EVERY_KIND = 0x4C020000  # user, mount, processes, network; host and others need more


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        process = libc.syscall(PIDFD_OPEN, int("PARENT"), 0)
        if process < 0:
            raise OSError(ctypes.get_errno(), "no process")
        for kind in (0x20000, 0x40000000, 0x4000000, 0x8000000):
            if libc.setns(process, kind) == 0:
                raise RuntimeError(f"ESCAPED: it joined namespace {kind:#x}")
        raise OSError(ctypes.get_errno(), "not joined")
