"""Takes 8 GB at once, and touches them. Stopped by: rlimits."""

import numpy as np

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        raise RuntimeError(f"ESCAPED: it has {np.ones(1 << 30).nbytes} bytes")
