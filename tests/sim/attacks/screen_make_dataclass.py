"""Has a dataclass made of text that is Python. Stopped by: landlock."""

import dataclasses

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        kind = "exec('raise RuntimeError(\"ESCAPED: \" + open(\"SECRET_FILE\").read())')"
        made = dataclasses.make_dataclass("Made", [("a", int, dataclasses.field(default=kind))])
        raise RuntimeError(f"ESCAPED: {eval(made().a)}")
