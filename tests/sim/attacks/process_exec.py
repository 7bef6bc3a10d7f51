"""Becomes another program: a shell, by the loader, or the interpreter. Stopped by: seccomp, landlock."""

import contextlib
import glob
import os
import sys

from sim import Task

COMMAND = ["-c", "echo > OUTSIDE_FOLDER/TOKEN"]


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for loader in glob.glob("/lib*/ld-linux-*"):
            with contextlib.suppress(OSError):
                os.execv(loader, [loader, "/bin/sh", *COMMAND])
        with contextlib.suppress(OSError):
            os.execv("/bin/sh", ["sh", *COMMAND])
        os.execv(sys.executable, [sys.executable, "-c", "open('OUTSIDE_FOLDER/TOKEN', 'w')"])
