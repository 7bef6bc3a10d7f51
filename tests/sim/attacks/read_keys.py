"""Uses the kernel's key ring, which outlives a process. Stopped by: seccomp."""

import ctypes
import os

from sim import Task

NUMBERS = {"x86_64": (248, 250), "aarch64": (217, 219)}  # add_key, keyctl
PROCESS_RING, DESCRIBE = -2, 6


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        add_key, keyctl = NUMBERS[os.uname().machine]
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(add_key, b"user", b"TOKEN", b"x", 1, PROCESS_RING) >= 0:
            raise RuntimeError("ESCAPED: it made a key")
        if libc.syscall(keyctl, DESCRIBE, -3, None, 0) >= 0:
            raise RuntimeError("ESCAPED: it looked at the session's keys")
        raise OSError(ctypes.get_errno(), "no keys")
