"""Reads the environment with which the parent was started. Stopped by: landlock."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for process in ("PARENT", os.getppid()):
            try:
                found = open(f"/proc/{process}/environ").read()
            except OSError:
                continue
            if "simsmith-secret" in found:
                raise RuntimeError(f"ESCAPED: {len(found)} bytes, and the secret")
        raise OSError("no secret there")
