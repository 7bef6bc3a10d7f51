"""Takes memory as files that have no name, which no limit of address space sees. Stopped by: seccomp, rlimits."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for _ in range(30):
            file = os.memfd_create("memory")
            os.write(file, bytes(15 << 20))
        raise RuntimeError("ESCAPED: it has 450 MB beside its own")
