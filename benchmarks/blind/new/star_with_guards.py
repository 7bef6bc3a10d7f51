import numpy as np

from sim import Task
from sim.geometry import apply


class StarWithGuards(Task):
    """The star comes to the middle of the zone; then four cylinders stand around it."""

    rot_eps = np.pi

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.22, 0.22, 0.0), "purple")
        size = (0.07, 0.07, 0.02)
        star = self.lay(env, self.fill_template("kitting/object-template.urdf", {"FNAME": 1, "DIM": size}), size, "yellow")
        guards = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "blue") for _ in range(4)]
        name = self.shape_name(1)
        self.aim([star], [(apply(zone, (0, 0, 0.01)), zone[1])], f"put the yellow {name} in the middle of the purple zone", 0.5, 0.0)
        self.aim(guards, [apply(zone, (x, y, 0.03)) for x, y in ((0.08, 0), (-0.08, 0), (0, 0.08), (0, -0.08))], f"stand the four blue cylinders around the yellow {name}", 0.5)

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
