"""Changes the length, mode, owner, times and attributes of files that it may not open. Stopped by: seccomp."""

import contextlib
import os

import sim
from sim import Task

SOURCE = os.stat(sim.__file__)
CHANGES = (
    lambda: os.truncate("CANARY_FILE", 1),
    lambda: os.chmod("CANARY_FILE", 0o777),
    lambda: os.utime("CANARY_FILE", (0, 0)),
    lambda: os.setxattr("CANARY_FILE", "user.token", b"x"),
    lambda: os.chown("CANARY_FILE", os.getuid(), os.getgid()),
    lambda: os.chmod(os.open(sim.__file__, os.O_RDONLY), SOURCE.st_mode),
    lambda: os.utime(os.open(sim.__file__, os.O_RDONLY), ns=(SOURCE.st_atime_ns, SOURCE.st_mtime_ns)),
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number, change in enumerate(CHANGES):
            with contextlib.suppress(OSError):
                change()
                raise RuntimeError(f"ESCAPED: change {number}")
        raise PermissionError("no change")
