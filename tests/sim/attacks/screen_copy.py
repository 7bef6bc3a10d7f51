"""Sets attributes by names that are put together, through what `copy` asks of an object. Stopped by: landlock."""

import copy
import random

from sim import Task


class Carrier:
    def __reduce_ex__(self, protocol):
        return lambda: reach, (), (None, {"__defa" + "ults__": (copy.copy,)})


def reach(found=None):
    match found:
        case object(__globals__=names):
            return names["__builtins__"]["open"]


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        copy.copy(Carrier())
        raise RuntimeError("ESCAPED: " + reach()("SECRET_FILE").read())
