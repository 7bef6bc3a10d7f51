"""Looks for the parent's variables in its own environment. Stopped by: process."""

import contextlib
import ctypes
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        found = str(dict(os.environ))
        for number in range(1000):
            if environ[number] is None:
                break
            found += str(environ[number])
        with contextlib.suppress(OSError):
            found += open("/proc/self/environ").read()
        if "simsmith-secret" in found:
            raise RuntimeError(f"ESCAPED: {found}")
