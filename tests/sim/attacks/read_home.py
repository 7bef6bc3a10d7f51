"""Reads a secret file in the user's home, and the names that lie there. Stopped by: landlock."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        try:
            found = open("SECRET_FILE").read()
        except OSError:
            found = os.listdir(os.path.dirname("SECRET_FILE"))
        raise RuntimeError(f"ESCAPED: {found}")
