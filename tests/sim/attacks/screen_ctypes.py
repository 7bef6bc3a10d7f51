"""Calls the C library by numpy's doors to it. Stopped by: landlock."""

import numpy as np

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = np.ctypeslib.ctypes.CDLL(None)
        file = libc.open(b"SECRET_FILE", 0)
        buffer = np.ones(1).ctypes._ctypes.create_string_buffer(100)
        if file < 0 or libc.read(file, buffer, 100) < 0:
            raise OSError("not read")
        raise RuntimeError(f"ESCAPED: {buffer.value}")
