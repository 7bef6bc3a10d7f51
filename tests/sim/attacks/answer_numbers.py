"""Hands in a layout with places that are no numbers, and sizes beyond every table. Stopped by: process."""

from sim import Layout, Task


class Candidate(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], [[1]], [bowl], language_goal="put the red block into the green bowl")
        honest = Layout.model_dump

        def forged(layout):
            data = honest(layout)
            data["objects"][1]["pose"] = ((float("nan"), 1e308, -1e308), (0.0, 0.0, 0.0, 0.0))
            data["goals"][0]["targets"] = [((10**300, 0.0, float("inf")), (0.0, 0.0, 0.0, 1.0))]
            data["pos_eps"] = 1e9
            return data

        Layout.model_dump = forged
