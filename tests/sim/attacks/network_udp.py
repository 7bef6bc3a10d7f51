"""Sends a datagram. Stopped by: seccomp, namespaces."""

import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        socket.socket(type=socket.SOCK_DGRAM).sendto(b"TOKEN", ("127.0.0.1", int("UDP_PORT")))
        raise RuntimeError("ESCAPED: it sent a datagram")
