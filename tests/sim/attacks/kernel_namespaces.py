"""Makes namespaces of its own, in which it would have every right. Stopped by: seccomp."""

import ctypes

from sim import Task

FLAGS = {"user": 0x10000000, "mount": 0x20000, "network": 0x40000000, "processes": 0x20000000, "host": 0x4000000}


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc = ctypes.CDLL(None, use_errno=True)
        for name, flag in FLAGS.items():
            if libc.unshare(flag) == 0:
                raise RuntimeError(f"ESCAPED: it has a {name} namespace")
        raise OSError(ctypes.get_errno(), "no namespace")
