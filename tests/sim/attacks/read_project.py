"""Reads a file that lies beside our packages, as a project's file of keys would. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        raise RuntimeError("ESCAPED: " + open("PROJECT_FILE").read(100))
