"""Starts a program by posix_spawn, and by subprocess. Stopped by: seccomp."""

import contextlib
import os
import subprocess

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        with contextlib.suppress(OSError):
            raise RuntimeError(f"ESCAPED: process {os.posix_spawn('/bin/true', ['true'], {})}")
        subprocess.run(["/bin/true"], check=True)
        raise RuntimeError("ESCAPED: it ran a program")
