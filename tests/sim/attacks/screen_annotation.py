"""Has a model of ours evaluate an annotation that is text. Stopped by: landlock."""

from sim import Layout, Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)

        class Made(Layout):
            found: 'exec(\'raise RuntimeError("ESCAPED: " + open("SECRET_FILE").read())\')' = None
