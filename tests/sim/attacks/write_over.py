"""Empties a file of the user's. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        with contextlib.suppress(OSError):
            os.truncate("CANARY_FILE", 1)
            raise RuntimeError("ESCAPED: it shortened a file")
        os.open("CANARY_FILE", os.O_RDONLY | os.O_TRUNC)
        raise RuntimeError("ESCAPED: it emptied a file")
