"""Takes attributes by a pattern, without writing a dot. Stopped by: landlock."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        match self.add_goal:
            case object(__globals__=found):
                opened = found["__builtins__"]["open"]
                raise RuntimeError("ESCAPED: " + opened("SECRET_FILE").read())
