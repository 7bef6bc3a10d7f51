"""Makes a file in a folder of the user's. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        open("OUTSIDE_FOLDER/TOKEN", "w").close()
        raise RuntimeError("ESCAPED: it made a file")
