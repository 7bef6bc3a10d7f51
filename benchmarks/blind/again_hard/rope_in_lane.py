from sim import Task
from sim.geometry import apply


class RopeInLane(Task):
    """A lane between two parallel strips; the rope lies straight down its middle."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        lane = self.get_random_pose(env, (0.3, 0.16, 0.0))
        for y in (0.055, -0.055):
            env.add_object(self.sized("line", 0.28, 0.015, 0.001), (apply(lane, (0, y, 0)), lane[1]), category="fixed", color="white")
        beads, targets, matches = self.make_ropes(env, corners=(apply(lane, (0.14, 0, 0)), apply(lane, (-0.14, 0, 0))), color_name="purple")
        self.add_goal(objs=beads, matches=matches, targ_poses=targets, replace=False, rotations=True, metric="pose", params=None,
                      step_max_reward=1.0, language_goal="lay the purple rope in a straight line between the two white lines")

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
