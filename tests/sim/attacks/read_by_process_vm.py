"""Reads another process's memory. Stopped by: seccomp, landlock, namespaces."""

import ctypes
import errno

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        here, there = (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.c_long()), 1), (ctypes.c_size_t * 2)(4096, 1)
        libc = ctypes.CDLL(None, use_errno=True)
        done = libc.process_vm_readv(int("PARENT"), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
        if done >= 0 or ctypes.get_errno() == errno.EFAULT:  # it may, but nothing lies at that address
            raise RuntimeError("ESCAPED: it may read the parent's memory")
        raise OSError(ctypes.get_errno(), "not read")
