"""Waits for connections, with and without naming a port. Stopped by: seccomp."""

import contextlib
import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for bind in (True, False):
            with contextlib.suppress(OSError), socket.socket() as listener:
                if bind:
                    listener.bind(("127.0.0.1", 0))
                listener.listen()
                raise RuntimeError(f"ESCAPED: it listens at {listener.getsockname()}")
        raise PermissionError("it does not listen")
