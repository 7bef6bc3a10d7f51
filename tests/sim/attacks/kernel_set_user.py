"""Becomes the superuser, or takes over groups. Stopped by: process."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        if os.getuid() == 0:
            raise PermissionError("it is the superuser already: nothing to gain")
        for change in (lambda: os.setresuid(0, 0, 0), lambda: os.setresgid(0, 0, 0), lambda: os.setgroups([0])):
            with contextlib.suppress(OSError):
                change()
                raise RuntimeError("ESCAPED: it has another user's rights")
        raise PermissionError("no other rights")
