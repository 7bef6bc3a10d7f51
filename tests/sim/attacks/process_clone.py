"""Starts a process by the bare system calls, old and new, as no library does. Stopped by: seccomp."""

import ctypes
import os
import struct

from sim import Task

CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3, SIGCHLD, VFORK, PARENT_TOO = 435, 17, 0x4000, 0x8000


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        ways = [(CLONE[os.uname().machine], SIGCHLD | flags, 0, 0, 0, 0) for flags in (0, VFORK, PARENT_TOO)]
        ways.append((CLONE3, struct.pack("8Q", 0, 0, 0, 0, SIGCHLD, 0, 0, 0), 64))
        for way in ways:
            child = libc.syscall(*way)
            if child == 0:
                os._exit(0)
            if child > 0:
                raise RuntimeError(f"ESCAPED: system call {way[0]} started a process")
        raise OSError(ctypes.get_errno(), "no process")
