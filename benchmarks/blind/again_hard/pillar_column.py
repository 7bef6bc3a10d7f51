import numpy as np

from sim import Task
from sim.geometry import apply


class PillarColumn(Task):
    """A pillar grows on the slab drum by drum, three drums high."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "pink")
        high = 0.035
        names = {"red": "pink stand", "green": "red cylinder", "blue": "green cylinder"}
        drums = {hue: self.lay(env, self.sized("cylinder", 0.05, 0.05, high), (0.05, 0.05, high), hue) for hue in names}
        for n, (hue, under) in enumerate(names.items()):
            self.aim([drums[hue]], [apply(slab, (0, 0, 0.0025 + high * (n + 0.5)))], f"put the {hue} cylinder on the {under}", 1 / 3)

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
