"""Makes calls that no task needs, with arguments that do nothing: are they looked at? Stopped by: seccomp."""

import ctypes
import errno
import os

from sim import Task

CALLS = {  # name: number on x86-64, number on ARM, arguments
    "bpf": (321, 280, 0, 0, 0),
    "perf_event_open": (298, 241, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 282, 1),
    "init_module": (175, 105, 0, 0, 0),
    "kexec_load": (246, 104, 0, 1000, 0, 0),
    "pivot_root": (155, 41, 0, 0),
    "swapon": (167, 224, 0, 0),
    "acct": (163, 89, -1),
    "quotactl": (179, 60, -1, 0, 0, 0),
    "clock_settime": (227, 112, 0, 0),
    "sethostname": (170, 161, 0, -1),
    "syslog": (103, 116, 2, 0, -1),
    "fanotify_init": (300, 262, 0, 0),
    "name_to_handle_at": (303, 264, -100, 0, 0, 0, 0),
    "personality": (135, 92, 0x0040000),
    "kcmp": (312, 272, 0, 0, 0, 0, 0),
    "move_pages": (279, 239, 0, 0, 0, 0, 0, 0),
    "open_tree": (428, 428, -1, b"/", 0),
    "fsopen": (430, 430, b"tmpfs", 0),
    "memfd_secret": (447, 447, 0),
}


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        libc, looked_at = ctypes.CDLL(None, use_errno=True), []
        for name, (x86, arm, *arguments) in CALLS.items():
            number = {"x86_64": x86, "aarch64": arm}[os.uname().machine]
            if libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                looked_at.append(name)
        if looked_at:
            raise RuntimeError(f"ESCAPED: the kernel looks at {looked_at}")
        raise PermissionError("no call")
