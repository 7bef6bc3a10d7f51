"""Has a dataclass made with a method that opens a file. Stopped by: landlock."""

import dataclasses

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        made = dataclasses.make_dataclass("Made", ["first"], namespace={"opened": lambda self, name: open(name)})
        raise RuntimeError("ESCAPED: " + made(1).opened("SECRET_FILE").read())
