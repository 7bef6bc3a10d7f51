"""Fills the disk, with many files that are small enough each. Stopped by: landlock, rlimits."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number in range(64):
            with open(f"{os.environ['TMPDIR']}/file-{number}", "wb") as file:
                file.write(bytes(8 << 20))
        raise RuntimeError("ESCAPED: it wrote half a gigabyte")
