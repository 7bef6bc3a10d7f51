"""Raises an error whose text tells a terminal what to do. Stopped by: process."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        raise ValueError(chr(27) + "]0;forged" + chr(7) + chr(27) + "[31m" + chr(13) + chr(155) + "2J accepted")
