"""Kills another process by the calls of 32-bit programs, which have other numbers. Stopped by: seccomp, namespaces."""

import ctypes
import mmap
import os
import struct

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.uname().machine != "x86_64":
            raise PermissionError("this processor has none")
        # push rbx; mov eax, 37 (kill); mov ebx, process; mov ecx, 9; int 0x80; pop rbx; ret
        code = b"\x53\xb8" + struct.pack("<I", 37) + b"\xbb" + struct.pack("<I", int("VICTIM"))
        code += b"\xb9" + struct.pack("<I", 9) + b"\xcd\x80\x5b\xc3"
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        if ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 0:
            raise RuntimeError("ESCAPED: it killed a process")
        raise PermissionError("not killed")
