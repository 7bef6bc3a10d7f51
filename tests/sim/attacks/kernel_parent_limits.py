"""Changes how the parent is run: its limits, priority and processors. Stopped by: seccomp, namespaces."""

import contextlib
import os
import resource

from sim import Task

PARENT_PROCESS = int("PARENT")
CHANGES = (  # each to what it is already
    lambda: resource.prlimit(PARENT_PROCESS, resource.RLIMIT_CORE),
    lambda: os.sched_setaffinity(PARENT_PROCESS, os.sched_getaffinity(PARENT_PROCESS)),
    lambda: os.setpriority(os.PRIO_PROCESS, PARENT_PROCESS, os.getpriority(os.PRIO_PROCESS, PARENT_PROCESS)),
    lambda: os.sched_setscheduler(PARENT_PROCESS, os.SCHED_OTHER, os.sched_param(0)),
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number, change in enumerate(CHANGES):
            with contextlib.suppress(OSError):
                change()
                raise RuntimeError(f"ESCAPED: change {number}")
        raise PermissionError("no change")
