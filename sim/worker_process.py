"""What every worker process has loaded: the server that workers are forked from imports this, and nothing else does.

Importing it has effects that are meant for workers only: one thread each, and the simulator in memory.
"""

from __future__ import annotations

import os

# Before an array library is loaded: it looks once. Workers that each want every core hinder one another.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import scipy.optimize  # with the next, what an episode loads when it first needs it
import scipy.sparse.csgraph  # noqa: F401

import sim.rollout  # noqa: F401
from sim.world import quiet

with quiet():
    import pybullet  # noqa: F401
    import pybullet_utils.bullet_client  # noqa: F401
