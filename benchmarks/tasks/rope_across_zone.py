import math

from sim import Task
from sim.geometry import apply


class RopeAcrossZone(Task):
    """Divide the square zone with the rope: it has to lie on the diagonal, from one corner to the opposite corner."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        zone = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color="yellow")
        first_corner = apply(zone, (-0.1, -0.1, 0))
        second_corner = apply(zone, (0.1, 0.1, 0))
        assert math.dist(first_corner, second_corner) > 0.28
        rope, places, matches = self.make_ropes(env, corners=(first_corner, second_corner), color_name="black")
        self.add_goal(
            objs=rope, matches=matches, targ_poses=places, replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1.0,
            language_goal="lay the black rope across the yellow zone, from corner to corner",
        )
