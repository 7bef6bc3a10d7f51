import numpy as np

from sim import Task


class BlocksToOwnContainers(Task):
    """Put away three blocks, one after the other, each in the container of its own colour."""

    pos_eps = 0.03
    max_steps = 7

    def reset(self, env):
        super().reset(env)
        palette = ["green", "orange", "purple"]
        size = (0.10, 0.10, 0.05)
        template = self.fill_template("container/container-template.urdf", {"DIM": size})
        containers = {}
        for hue in palette:
            containers[hue] = self.get_random_pose(env, size)
            env.add_object(template, containers[hue], category="fixed", color=hue)
        blocks = {hue: env.add_object("block/block.urdf", self.get_random_pose(env, (0.04,) * 3), color=hue)
                  for hue in palette}
        for hue in palette:
            self.add_goal(
                objs=[blocks[hue]],
                matches=np.ones((1, 1)),
                targ_poses=[containers[hue]],
                replace=False,
                rotations=True,
                metric="zone",
                params=[(containers[hue], size)],
                step_max_reward=1 / len(palette),
                language_goal=f"put the {hue} block into the {hue} container",
            )
