"""Reads and writes files by numpy's own functions. Stopped by: landlock."""

import contextlib

import numpy as np

from sim import Task

READERS = (
    lambda: np.fromfile("SECRET_FILE", dtype=np.uint8),
    lambda: np.memmap("SECRET_FILE", mode="r"),
    lambda: np.loadtxt("SECRET_FILE", dtype=str),
    lambda: np.genfromtxt("SECRET_FILE", dtype=str),
    lambda: np.fromregex("SECRET_FILE", "(.*)", [("found", "S99")]),
    lambda: np.lib.npyio.DataSource().open("SECRET_FILE").read(),
    lambda: np.rec.fromfile("SECRET_FILE", formats="S9"),
    lambda: np.ones(3).tofile("OUTSIDE_FOLDER/TOKEN"),
    lambda: np.save("OUTSIDE_FOLDER/TOKEN", np.ones(3)),
)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for read in READERS:
            with contextlib.suppress(OSError):
                raise RuntimeError(f"ESCAPED: {read()}")
        raise PermissionError("numpy reads nothing")
