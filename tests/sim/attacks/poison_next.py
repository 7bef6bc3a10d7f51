"""Leaves traces in its memory for the next candidate to find; it is run twice. Stopped by: process."""

import builtins
import contextlib
import os
import random
import sys

import numpy as np

from sim import Task
from sim.palette import COLORS

PLACES = (builtins, np, random, Task, sys)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        found = [str(place) for place in PLACES if hasattr(place, "poisoned")]
        found += [name for name in ("red", "poisoned") if COLORS.get(name) == (0.0, 0.0, 0.0)]
        found += [name for name in ("POISONED",) if name in os.environ]
        if found:
            raise RuntimeError(f"ESCAPED: traces of another candidate in {found}")
        for place in PLACES:
            place.poisoned = True
        with contextlib.suppress(TypeError):
            COLORS["red"] = COLORS["poisoned"] = (0.0, 0.0, 0.0)
        os.environ["POISONED"] = "1"
        with contextlib.suppress(OSError):
            os.umask(0)
        builtins.len = builtins.print = Task.add_goal = np.ones = None
        os._exit(0)
