import numpy as np

from sim import Task
from sim.geometry import apply


class FiveBlocksRowByContainer(Task):
    """Five blocks stand in a straight row before the container."""

    def reset(self, env):
        super().reset(env)
        site = self.landmark(env, self.sized("container", 0.14, 0.1, 0.05), (0.28, 0.2, 0.0), "purple")
        blocks = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "green") for _ in range(5)]
        self.aim(blocks, [(apply(site, (x, 0.08, 0.02)), site[1]) for x in np.linspace(-0.1, 0.1, 5)], "set the five green blocks in a row beside the purple container", turn=np.pi / 2)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
