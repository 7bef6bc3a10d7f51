"""Takes a module out of another, as a value, and from it what is not a task's. Stopped by: landlock."""

import numpy as np

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        module = np.random
        get = module.mtrand.operator.attrgetter("__glob" + "als__")
        opened = get(self.add_goal)["__buil" + "tins__"]["open"]
        raise RuntimeError("ESCAPED: " + opened("SECRET_FILE").read())
