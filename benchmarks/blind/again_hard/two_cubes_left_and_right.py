import numpy as np

from sim import Task
from sim.geometry import apply


class TwoCubesLeftAndRight(Task):
    """A dish has one cube at its left and one at its right."""

    def reset(self, env):
        super().reset(env)
        hues = ["cyan", "brown", "green"]
        cubes = [env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="green") for _ in range(2)]
        dish = self.landmark(env, "bowl/bowl.urdf", (0.12, 0.3, 0.0), "black")
        for hue in hues[:2]:
            self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue)
        sides = [(apply(dish, (0, 0.115 * s, 0.02)), dish[1]) for s in (1, -1)]
        self.aim(cubes, sides, "put the two green blocks next to the black bowl, on opposite sides", turn=np.pi / 2)

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
