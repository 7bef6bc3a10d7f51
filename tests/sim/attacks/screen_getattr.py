"""Takes attributes by functions that take a name: reduce, attrgetter, partial. Stopped by: landlock."""

import functools
import operator

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        found = functools.reduce(getattr, ["add_goal", "__globals__"], self)
        opened = operator.itemgetter("open")(found["__builtins__"])
        raise RuntimeError("ESCAPED: " + functools.partial(opened, "SECRET_FILE")().read())
