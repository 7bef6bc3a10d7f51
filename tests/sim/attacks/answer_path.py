"""Hands in a layout whose asset is a path to another file. Stopped by: process."""

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
            data["objects"][1]["asset"] = "../../../../../../../OUTSIDE_FOLDER/evil.urdf"
            return data

        Layout.model_dump = forged
