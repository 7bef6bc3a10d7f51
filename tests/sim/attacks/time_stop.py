"""Stops itself by a signal, so that its processor time stands still. Stopped by: process."""

import os
import signal

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.kill(os.getpid(), signal.SIGSTOP)
        raise PermissionError("not stopped")
