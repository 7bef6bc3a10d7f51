"""Takes over a file that the parent has open. Stopped by: seccomp, landlock, namespaces."""

import ctypes

from sim import Task

PIDFD_OPEN, PIDFD_GETFD = 434, 438


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        process = libc.syscall(PIDFD_OPEN, int("PARENT"), 0)
        for number in range(20):
            if process >= 0 and libc.syscall(PIDFD_GETFD, process, number, 0) >= 0:
                raise RuntimeError(f"ESCAPED: it holds the parent's descriptor {number}")
        raise OSError(ctypes.get_errno(), "no descriptor")
