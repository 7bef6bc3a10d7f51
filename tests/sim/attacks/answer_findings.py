"""Answers with two million empty findings, which take more memory than the answer. Stopped by: process."""

import json

from sim import Task


class Candidate(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], [[1]], [bowl], language_goal="put the red block into the green bowl")
        write = json.dumps
        env.warnings = [type("Warned", (), {"model_dump": lambda self: "FORGED"})()]
        forged = "{}," * 400_000 + "{}"
        json.dumps = lambda *given, **how: write(*given, **how).replace('"FORGED"', forged)
