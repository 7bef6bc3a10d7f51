"""Maps 8 GB, as its own and as shared memory. Stopped by: rlimits."""

import contextlib
import mmap

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for flags in (mmap.MAP_PRIVATE, mmap.MAP_SHARED):
            with contextlib.suppress(OSError):
                mmap.mmap(-1, 8 << 30, flags=flags | mmap.MAP_ANONYMOUS)
                raise RuntimeError("ESCAPED: it has 8 GB")
        raise MemoryError
