"""Takes off its own limits, and puts itself before everybody. Stopped by: seccomp, namespaces."""

import contextlib
import os
import resource

from sim import Task

CHANGES = (
    lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)),
    lambda: resource.prlimit(0, resource.RLIMIT_CPU, (-1, -1)),
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number, change in enumerate(CHANGES):
            with contextlib.suppress(OSError, ValueError):
                change()
                raise RuntimeError(f"ESCAPED: change {number}")
        raise PermissionError("no change")
