"""Connects to a service by a socket without a file, as a desktop has some. Stopped by: seccomp, namespaces."""

import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        socket.socket(socket.AF_UNIX).connect("\0" + "TOKEN")
        raise RuntimeError("ESCAPED: it connected")
