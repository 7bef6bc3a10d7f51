"""Reads the environment of the system's first process, or its launcher's. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        found = open("/proc/1/environ").read()
        if found != open("/proc/self/environ").read():
            raise RuntimeError(f"ESCAPED: the environment of process 1, {len(found)} bytes")
