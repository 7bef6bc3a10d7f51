"""Writes over a file of the user's, and empties it. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        with contextlib.suppress(OSError):
            open("CANARY_FILE", "r+").write("x")
            raise RuntimeError("ESCAPED: it wrote over a file")
        os.open("CANARY_FILE", os.O_RDONLY | os.O_TRUNC)
        raise RuntimeError("ESCAPED: it emptied a file")
