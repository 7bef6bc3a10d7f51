"""Makes a class out of names that are put together while it runs. Stopped by: landlock."""

from sim import Task


def opened(self, name):
    return Task.reset.__globals__["__builtins__"]["open"]("SECRET_FILE").read()


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        made = type("Made", (), {"__get" + "attr__": opened})
        raise RuntimeError("ESCAPED: " + made().anything)
