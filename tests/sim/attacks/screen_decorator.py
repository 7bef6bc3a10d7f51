"""Calls without writing a call: decorators evaluate, compile and run a text. Stopped by: landlock."""

from sim import Task


def text(function):
    return "raise RuntimeError('ESCAPED: ' + open('SECRET_FILE').read())"


class Candidate(Task):
    def reset(self, env):
        super().reset(env)

        @exec
        @text
        def program():
            pass
