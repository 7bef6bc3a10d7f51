"""Has a dataclass evaluate the names of its fields, and says so plainly. Stopped by: landlock."""

import dataclasses

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        made = type("Made", (), {"__annotations__": {"a: open('SECRET_FILE').read()": int}})
        raise RuntimeError(f"ESCAPED: {dataclasses.dataclass(made)}")
