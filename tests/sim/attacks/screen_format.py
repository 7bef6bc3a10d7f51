"""Reads what attributes hold through a format string, which no syntax tree shows. Stopped by: process."""

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        found = "{0.add_goal.__globals__}{0.__class__.__mro__}{0.rng.__class__.__init__}".format(self)
        if "simsmith-secret" in found:
            raise RuntimeError("ESCAPED: " + found)
        raise ValueError(found[:100])
