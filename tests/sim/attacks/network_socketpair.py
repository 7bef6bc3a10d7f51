"""Makes a pair of sockets, which needs no `socket` call, and sends from it to a service. Stopped by: seccomp."""

import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b"TOKEN", "UNIX_DATAGRAM")
        raise RuntimeError("ESCAPED: it sent a datagram")
