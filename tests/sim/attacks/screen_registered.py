"""Has single dispatch evaluate the annotation of a function. Stopped by: landlock."""

import functools

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)

        @functools.singledispatch
        def first(given): ...

        @first.register
        def second(given: 'exec(\'raise RuntimeError("ESCAPED: " + open("SECRET_FILE").read())\')'): ...
