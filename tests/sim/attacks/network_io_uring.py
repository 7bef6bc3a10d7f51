"""Sets up a ring by which the kernel opens files and sockets without system calls. Stopped by: seccomp."""

import ctypes

from sim import Task

IO_URING_SETUP = 425


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if ctypes.CDLL(None, use_errno=True).syscall(IO_URING_SETUP, 4, ctypes.create_string_buffer(120)) >= 0:
            raise RuntimeError("ESCAPED: it has a ring")
        raise OSError(ctypes.get_errno(), "no ring")
