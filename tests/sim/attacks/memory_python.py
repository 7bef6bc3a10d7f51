"""Takes more and more memory, up to 8 GB. Stopped by: rlimits."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        kept = [bytes(64 << 20) for _ in range(128)]
        raise RuntimeError(f"ESCAPED: it has {len(kept)} times 64 MB")
