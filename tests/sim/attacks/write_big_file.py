"""Makes a file of a gigabyte in its scratch folder. Stopped by: landlock, rlimits."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        file = os.open(os.environ["TMPDIR"] + "/big", os.O_CREAT | os.O_RDWR)
        os.posix_fallocate(file, 0, 1 << 30)
        raise RuntimeError("ESCAPED: it made a big file")
