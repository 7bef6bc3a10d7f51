"""Leaves a file for the next candidate to find; it is run twice. Stopped by: landlock."""

import os

from sim import Task

TRACE = os.environ["TMPDIR"] + "/poisoned"


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.path.exists(TRACE):
            raise RuntimeError("ESCAPED: a file of another candidate's")
        open(TRACE, "w").close()
