"""Goes over into the parent's namespaces. Stopped by: seccomp, namespaces."""

import ctypes

from sim import Task

PIDFD_OPEN = 434
KINDS = {"mount": 0x20000, "network": 0x40000000, "host": 0x4000000, "messages": 0x8000000}


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        process = libc.syscall(PIDFD_OPEN, int("PARENT"), 0)
        if process < 0:
            raise OSError(ctypes.get_errno(), "no process")
        for name, kind in KINDS.items():
            if libc.setns(process, kind) == 0:
                raise RuntimeError(f"ESCAPED: it joined the {name} namespace")
        raise OSError(ctypes.get_errno(), "not joined")
