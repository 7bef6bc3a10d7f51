"""Opens our source, assets, compiled files and libraries to write, and adds files beside them. Stopped by: landlock."""

import contextlib
import os

import numpy

import sim
from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        ours = os.path.dirname(sim.__file__)
        for path in (sim.__file__, f"{ours}/diagnostics.json", f"{ours}/assets/block/block.urdf", numpy.__file__):
            with contextlib.suppress(OSError):
                raise RuntimeError(f"ESCAPED: {open(path, 'a')}")
        for folder in (ours, f"{ours}/assets/block", f"{ours}/__pycache__", os.path.dirname(numpy.__file__)):
            with contextlib.suppress(OSError):
                open(f"{folder}/TOKEN", "x").close()
                raise RuntimeError(f"ESCAPED: it made a file in {folder}")
        raise PermissionError("nothing of ours can be written")
