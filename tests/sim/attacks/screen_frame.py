"""Walks from a generator's frame to who called it, and its builtins. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)

        def frames():
            yield generator.gi_frame.f_back.f_back

        generator = frames()
        frame = next(generator)
        while frame.f_back:
            frame = frame.f_back
        builtins = frame.f_globals["__builtins__"]
        opened = builtins["open"] if isinstance(builtins, dict) else builtins.open
        raise RuntimeError("ESCAPED: " + opened("SECRET_FILE").read())
