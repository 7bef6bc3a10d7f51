"""Runs a shell's command. Stopped by: seccomp."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.system("true") == 0:
            raise RuntimeError("ESCAPED: it ran a command")
        raise RuntimeError(f"ESCAPED: {os.popen('echo told').read()}")
