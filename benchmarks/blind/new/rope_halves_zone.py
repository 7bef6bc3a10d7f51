from sim import Task
from sim.geometry import apply


class RopeHalvesZone(Task):
    """The rope halves the zone: it lies through its middle, parallel to two of its sides."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.3, 0.3, 0.0), "gray", scale=1.3)
        beads, targets, matches = self.make_ropes(env, corners=(apply(zone, (-0.14, 0, 0)), apply(zone, (0.14, 0, 0))), color_name="blue")
        self.add_goal(objs=beads, matches=matches, targ_poses=targets, replace=False, rotations=True, metric="pose", params=None,
                      step_max_reward=1.0, language_goal="lay the blue rope across the middle of the gray zone, parallel to its sides")

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
