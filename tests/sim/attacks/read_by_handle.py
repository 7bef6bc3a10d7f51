"""Opens a secret file by its handle, which has no path. Stopped by: seccomp, landlock."""

import ctypes
import os

from sim import Task

NUMBERS = {"x86_64": (303, 304), "aarch64": (264, 265)}  # name_to_handle_at, open_by_handle_at


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        name_to_handle, open_by_handle = NUMBERS[os.uname().machine]
        libc = ctypes.CDLL(None, use_errno=True)
        handle, mount = ctypes.create_string_buffer(b"\x80\0\0\0", 136), ctypes.c_int()
        if libc.syscall(name_to_handle, -100, b"SECRET_FILE", handle, ctypes.byref(mount), 0) < 0:
            raise OSError(ctypes.get_errno(), "no handle")
        file = libc.syscall(open_by_handle, os.open(os.environ["TMPDIR"], os.O_RDONLY), handle, os.O_RDONLY)
        if file < 0:
            raise OSError(ctypes.get_errno(), "not opened")
        raise RuntimeError(f"ESCAPED: {os.read(file, 100)!r}")
