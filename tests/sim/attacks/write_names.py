"""Renames, removes, links and makes names in a folder of the user's. Stopped by: landlock."""

import contextlib
import os

from sim import Task

CHANGES = (
    lambda: os.rename("CANARY_FILE", "OUTSIDE_FOLDER/TOKEN"),
    lambda: os.rename("CANARY_FILE", os.environ["TMPDIR"] + "/TOKEN"),
    lambda: os.unlink("CANARY_FILE"),
    lambda: os.link("CANARY_FILE", "OUTSIDE_FOLDER/TOKEN"),
    lambda: os.symlink("/", "OUTSIDE_FOLDER/TOKEN"),
    lambda: os.mkdir("OUTSIDE_FOLDER/TOKEN"),
    lambda: os.mkfifo("OUTSIDE_FOLDER/TOKEN"),
    lambda: os.mknod("OUTSIDE_FOLDER/TOKEN", 0o60644, os.makedev(254, 0)),
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number, change in enumerate(CHANGES):
            with contextlib.suppress(OSError):
                change()
                raise RuntimeError(f"ESCAPED: change {number}")
        raise PermissionError("no change")
