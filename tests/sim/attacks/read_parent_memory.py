"""Opens the parent's memory, and its open files, by the process file system. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        with contextlib.suppress(OSError):
            raise RuntimeError(f"ESCAPED: {open('/proc/PARENT/mem', 'rb', 0)}")
        for number in os.listdir("/proc/PARENT/fd"):
            with contextlib.suppress(OSError):
                raise RuntimeError(f"ESCAPED: {os.open(f'/proc/PARENT/fd/{number}', os.O_RDONLY | os.O_NONBLOCK)}")
