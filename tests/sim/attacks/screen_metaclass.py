"""Has hooks of classes run its code: a metaclass, __init_subclass__. Stopped by: landlock."""

from sim import Task


class Meta(type):
    def __getattr__(cls, name):
        return Task.reset.__globals__["__builtins__"][name]


class Door(metaclass=Meta):
    def __init_subclass__(cls, **how):
        raise RuntimeError("ESCAPED: " + Door.open("SECRET_FILE").read())


class Candidate(Task):
    def reset(self, env):
        super().reset(env)

        class Through(Door):
            pass
