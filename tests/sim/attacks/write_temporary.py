"""Makes files where everybody may. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for folder in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), "..", "/run/user/0"):
            with contextlib.suppress(OSError):
                open(f"{folder}/TOKEN", "x").close()
                raise RuntimeError(f"ESCAPED: it made a file in {folder}")
        raise PermissionError("no file anywhere")
