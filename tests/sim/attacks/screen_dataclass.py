"""Has a dataclass evaluate the names of its fields, which are Python. Stopped by: landlock."""

import dataclasses

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        fields = {"first": str, "second=open('SECRET_FILE').read(), third": str}
        made = type("Made", (), {"__anno" + "tations__": fields, "first": "", "second": "", "third": ""})
        made = dataclasses.dataclass(init=True, repr=False, eq=False)(made)
        raise RuntimeError(f"ESCAPED: {made.first} {vars(made(third=''))}")
