from sim import Task
from sim.geometry import apply


class RopeEndsAtLine(Task):
    """The rope makes a T with the line: it begins at the end of the line."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        line = self.landmark(env, self.sized("line", 0.28, 0.015, 0.001), (0.3, 0.3, 0.0), "green")
        beads, targets, matches = self.make_ropes(env, corners=(apply(line, (-0.14, -0.14, 0)), apply(line, (-0.14, 0.14, 0))), color_name="red")
        self.add_goal(objs=beads, matches=matches, targ_poses=targets, replace=False, rotations=True, metric="pose", params=None,
                      step_max_reward=1.0, language_goal="lay the red rope across the end of the green line, so that they make a T")

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
