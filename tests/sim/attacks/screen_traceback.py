"""Walks from an error's traceback to the frames of our own code. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        try:
            env.add_object("no/such.urdf", (0, 0, 0))
        except Exception as error:
            frame = error.__traceback__.tb_next.tb_frame
        opened = frame.f_builtins["open"]
        raise RuntimeError("ESCAPED: " + opened("SECRET_FILE").read())
