"""Makes shared memory, queues and semaphores that stay when it has ended. Stopped by: seccomp."""

import ctypes
import os

from sim import Task

MQ_OPEN, MQ_UNLINK = {"x86_64": (240, 241), "aarch64": (180, 181)}[os.uname().machine]
PRIVATE, REMOVE = 0, 0


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        if (made := libc.shmget(PRIVATE, 4096, 0o600)) >= 0:
            libc.shmctl(made, REMOVE, None)
            raise RuntimeError("ESCAPED: it made shared memory")
        if (made := libc.semget(PRIVATE, 1, 0o600)) >= 0:
            libc.semctl(made, 0, REMOVE)
            raise RuntimeError("ESCAPED: it made a semaphore")
        if libc.syscall(MQ_OPEN, b"TOKEN", os.O_CREAT | os.O_RDWR, 0o600, None) >= 0:
            libc.syscall(MQ_UNLINK, b"TOKEN")
            raise RuntimeError("ESCAPED: it made a queue")
        raise OSError(ctypes.get_errno(), "nothing stays")
