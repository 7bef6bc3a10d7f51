"""Kills another process by the calls that are not `kill`. Stopped by: seccomp, namespaces."""

import ctypes
import os

from sim import Task

# tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo
NUMBERS = {"x86_64": (200, 234, 129, 297), "aarch64": (130, 131, 138, 240)}
PIDFD_SEND_SIGNAL, PIDFD_OPEN = 424, 434


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc, victim = ctypes.CDLL(None, use_errno=True), int("VICTIM")
        tkill, tgkill, queue, queue_thread = NUMBERS[os.uname().machine]
        told = ctypes.create_string_buffer(b"\x09\0\0\0\0\0\0\0\xff\xff\xff\xff", 128)  # siginfo of sigqueue
        calls = [(tkill, victim, 9), (tgkill, victim, victim, 9)]
        calls += [(queue, victim, 9, told), (queue_thread, victim, victim, 9, told)]
        process = libc.syscall(PIDFD_OPEN, victim, 0)
        calls += [(PIDFD_SEND_SIGNAL, process, 9, None, 0)] if process >= 0 else []
        for call in calls:
            if libc.syscall(*call) == 0:
                raise RuntimeError(f"ESCAPED: system call {call[0]} killed a process")
        raise OSError(ctypes.get_errno(), "not killed")
