import numpy as np

from sim import Task
from sim.geometry import apply


class ExchangePlaces(Task):
    """Two cubes exchange their squares; a third square is the waiting place."""

    def reset(self, env):
        super().reset(env)
        squares = {hue: self.landmark(env, "zone/zone.urdf", (0.12, 0.12, 0.0), hue, scale=0.6) for hue in ("pink", "cyan", "gray")}
        at = {hue: (apply(pose, (0, 0, 0.02)), pose[1]) for hue, pose in squares.items()}
        first = env.add_object("block/block.urdf", at["pink"], color="black")
        second = env.add_object("block/block.urdf", at["cyan"], color="orange")
        for cube, hue, goal in ((first, "black", "gray"), (second, "orange", "pink"), (first, "black", "cyan")):
            self.aim([cube], [at[goal]], f"bring the {hue} block to the {goal} zone", 1 / 3, np.pi / 2)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
