import numpy as np

from sim import Task
from sim.geometry import apply


class TableWithFourLegs(Task):
    """Four slim pillars are the legs of a table at the slab corners; a flat box is laid over them."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "orange")
        leg = (0.03, 0.03, 0.05)
        legs = [self.lay(env, self.sized("cylinder", *leg), leg, "purple") for _ in range(4)]
        top = (0.12, 0.12, 0.02)
        board = self.lay(env, self.sized("box", *top), top, "white")
        self.aim(legs, [apply(slab, (x, y, 0.0275)) for x in (-0.04, 0.04) for y in (-0.04, 0.04)], "put the four purple cylinders on the corners of the orange stand", 0.8)
        self.aim([board], [(apply(slab, (0, 0, 0.0625)), slab[1])], "lay the white box on top of the four purple cylinders", 0.2, np.pi / 2)

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
