"""Answers with a layout that is nested deeper than can be read. Stopped by: process."""

import json

from sim import Layout, Task


class Candidate(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], [[1]], [bowl], language_goal="put the red block into the green bowl")
        write = json.dumps
        Layout.model_dump = lambda self: "FORGED"
        json.dumps = lambda *given, **how: write(*given, **how).replace('"FORGED"', "[" * 200_000)
