"""Has a dataclass evaluate the names of its fields, and names what it does it by. Stopped by: landlock."""

import dataclasses

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        fields = {"first or self.tell(open('SECRET_FILE').read())": str}
        made = type("Made", (), {"__annotations__": fields, "first": None, "tell": self.tell})
        made = dataclasses.dataclass(init=False, repr=False)(made)
        raise RuntimeError(f"ESCAPED: {made() == made()}")

    def tell(self, found):
        raise RuntimeError(f"ESCAPED: {found}")
