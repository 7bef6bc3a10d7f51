"""Opens the kernel's switches to write: core dumps, keys of the system, who is killed first. Stopped by: landlock."""

import contextlib
import os

from sim import Task

SWITCHES = (
    "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger",
    "/proc/self/oom_score_adj",
    "/sys/fs/cgroup/cgroup.procs",
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for path in SWITCHES:
            with contextlib.suppress(OSError):
                raise RuntimeError(f"ESCAPED: {os.open(path, os.O_WRONLY)} is {path}")
        raise PermissionError("no switch")
