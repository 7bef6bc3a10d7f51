"""Spoils what it shares with the server: shuts, unblocks, rewinds and cuts every open file. Stopped by: process."""

import contextlib
import os
import socket

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for number in range(1024):
            for spoil in (
                lambda number: os.set_blocking(number, False),
                lambda number: os.lseek(number, 0, 0),
                lambda number: os.ftruncate(number, 0),
                lambda number: os.read(number, 1 << 20),
                lambda number: socket.socket(fileno=number).shutdown(2),
            ):
                with contextlib.suppress(OSError):
                    spoil(number)
        os._exit(0)
