from sim import Task
from sim.geometry import apply


class RopeCrossingLine(Task):
    """Make a plus sign: the rope lies straight across the middle of the line, at a right angle to it."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        rope_color, line_color = self.get_colors()[:2]
        size = 0.28
        line_pose = self.get_random_pose(env, (size, size, 0.0))
        line = self.fill_template("line/line-template.urdf", {"DIM": (size, 0.015, 0.001)})
        env.add_object(line, line_pose, category="fixed", color=line_color)
        ends = (apply(line_pose, (0, -size / 2, 0)), apply(line_pose, (0, size / 2, 0)))
        beads, targets, matches = self.make_ropes(env, corners=ends, color_name=rope_color)
        self.add_goal(objs=beads, matches=matches, targ_poses=targets, replace=False, rotations=True, metric="pose",
                      params=None, step_max_reward=1.0,
                      language_goal=f"lay the {rope_color} rope across the {line_color} line, so that they make a plus")
