"""Has the kernel kill another process, as one to be told of a pipe's news. Stopped by: seccomp, namespaces."""

import fcntl
import os
import signal
import time

from sim import Task

SET_SIGNAL = 10


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        out, into = os.pipe()
        fcntl.fcntl(out, fcntl.F_SETOWN, int("VICTIM"))
        fcntl.fcntl(out, SET_SIGNAL, signal.SIGKILL)
        fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        os.write(into, b"x")
        time.sleep(0.1)
