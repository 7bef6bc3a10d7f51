"""Makes a program that runs with its owner's rights, for others to start. Stopped by: seccomp, landlock."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        file = os.open(os.environ["TMPDIR"] + "/program", os.O_CREAT | os.O_WRONLY, 0o755)
        os.fchmod(file, 0o4755)
        raise RuntimeError("ESCAPED: it made a set-user-ID program")
