"""Puts modules of its own in the place of ours, for whoever imports them next. Stopped by: process."""

import sys
import types

from sim import Task


class Judge(types.ModuleType):
    def answer(self, request):
        return {"accepted": True, "findings": [], "episodes": [], "pictures": {}}


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for name in [name for name in sys.modules if name.startswith("sim.")]:
            sys.modules[name] = Judge(name)
