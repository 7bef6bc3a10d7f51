"""Looks through all classes for one that leads to the system. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for kind in ().__class__.__base__.__subclasses__():
            if kind.__name__ == "FileLoader":
                raise RuntimeError(f"ESCAPED: {kind('x', 'SECRET_FILE').get_data('SECRET_FILE')}")
        raise LookupError("no such class")
