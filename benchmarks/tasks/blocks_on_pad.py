import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksOnPad(Task):
    """Bring three blocks onto the coloured square, anywhere on it."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        pad = self.get_random_pose(env, (0.16, 0.16, 0.0))
        env.add_object("zone/zone.urdf", pad, category="fixed", color="green", scale=0.8)
        block_color = str(self.rng.choice(["red", "blue", "yellow"]))
        blocks = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=block_color)
            for _ in range(3)
        ]
        targets = [(apply(pad, (x, 0.0, 0.02)), pad[1]) for x in (-0.05, 0.0, 0.05)]
        self.add_goal(
            objs=blocks,
            matches=np.ones((3, 3)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(pad, (0.16, 0.16, 0.0))] * 3,
            step_max_reward=1.0,
            language_goal=f"bring all three {block_color} blocks onto the green zone",
        )
