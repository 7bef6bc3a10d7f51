"""Lays an empty file system over a folder of the user's. Stopped by: seccomp, landlock."""

import ctypes

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"none", b"OUTSIDE_FOLDER", b"tmpfs", 0, None) < 0:
            raise OSError(ctypes.get_errno(), "not mounted")
        libc.umount2(b"OUTSIDE_FOLDER", 0)
        raise RuntimeError("ESCAPED: it mounted")
