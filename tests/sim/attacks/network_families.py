"""Tries every family and type of sockets: raw, netlink, kernel cryptography, virtual machines. Stopped by: seccomp."""

import contextlib
import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for family in range(46):
            for kind in (1, 2, 3, 5):
                with contextlib.suppress(OSError):
                    raise RuntimeError(f"ESCAPED: {socket.socket(family, kind)}")
        raise PermissionError("no socket of any family")
