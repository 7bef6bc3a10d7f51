"""Connects to a service by a socket in the file system, as a container engine has one. Stopped by: seccomp."""

import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        socket.socket(socket.AF_UNIX).connect("UNIX_STREAM")
        raise RuntimeError("ESCAPED: it connected")
