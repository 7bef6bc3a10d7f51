import numpy as np

from sim import Task
from sim.geometry import apply


class BookAndCubeInCrate(Task):
    """The flat parcel lies at the bottom of the crate, the cube comes on top of it."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        crate = self.landmark(env, self.sized("container", 0.15, 0.13, 0.06), (0.15, 0.13, 0.06), "white")
        flat = (0.09, 0.07, 0.02)
        book = self.lay(env, self.sized("box", *flat), flat, "green")
        cube = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "red")
        bottom = -0.03 + 0.003
        self.aim([book], [(apply(crate, (0, 0, bottom + 0.01)), crate[1])], "put the green box into the white container", 0.5, np.pi)
        self.aim([cube], [(apply(crate, (0, 0, bottom + 0.04)), crate[1])], "put the red block on the green box", 0.5, np.pi / 2)

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
