"""Connects to a server on this machine. Stopped by: seccomp, namespaces."""

import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        with socket.create_connection(("127.0.0.1", int("TCP_PORT")), 2) as connection:
            connection.sendall(b"TOKEN")
        raise RuntimeError("ESCAPED: it connected")
