from sim import Task
from sim.geometry import apply


class RopeAlongTheLine(Task):
    """Lay the red rope along the blue line."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        length = 0.28
        line_size = (length, 0.015, 0.0)
        line_pose = self.get_random_pose(env, line_size)
        line_urdf = self.fill_template("line/line-template.urdf", {"DIM": line_size})
        env.add_object(line_urdf, line_pose, category="fixed", color="blue")

        start = apply(line_pose, (-length / 2, 0, 0))
        end = apply(line_pose, (length / 2, 0, 0))
        beads, targets, matches = self.make_ropes(env, corners=(start, end), color_name="red")

        return dict(
            objs=beads,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="lay the red rope along the blue line",
        )
