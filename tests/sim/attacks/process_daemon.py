"""Leaves a process behind that has left its parent, group and session. Stopped by: seccomp."""

import os
import time

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 1000)
                time.sleep(60)
            os._exit(0)
        raise RuntimeError("ESCAPED: it left a process behind")
