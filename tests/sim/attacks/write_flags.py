"""Makes a file in the scratch folder immutable, so that nobody can clean up. Stopped by: landlock."""

import fcntl
import os

from sim import Task

SET_FLAGS, IMMUTABLE = 0x40086602, b"\x10\0\0\0\0\0\0\0"


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        file = os.open(os.environ["TMPDIR"] + "/file", os.O_CREAT | os.O_RDWR)
        fcntl.ioctl(file, SET_FLAGS, IMMUTABLE)
        fcntl.ioctl(file, SET_FLAGS, bytes(8))
        raise RuntimeError("ESCAPED: it made a file that cannot be removed")
