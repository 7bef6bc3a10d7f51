import numpy as np

from sim import Task
from sim.geometry import apply

LONG = 0.285
LANE = 0.1


class RopeAmidLines(Task):
    """Two parallel lines mark a lane. The rope has to lie in the middle of the lane, parallel to both lines."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env):
        super().reset(env)
        lane = self.get_random_pose(env, (LONG, LANE + 0.02, 0.0))
        side_line = self.fill_template("line/line-template.urdf", {"DIM": (LONG, 0.02, 0.001)})
        for y in (-LANE / 2, LANE / 2):
            env.add_object(side_line, (apply(lane, (0, y, 0)), lane[1]), category="fixed", color="blue")
        start, end = np.array([-LONG / 2, 0, 0]), np.array([LONG / 2, 0, 0])
        beads, goal_poses, matches = self.make_ropes(
            env, corners=(apply(lane, tuple(start)), apply(lane, tuple(end))), color_name="orange"
        )
        self.add_goal(
            beads, matches, goal_poses, metric="pose", step_max_reward=1.0,
            language_goal="lay the orange rope straight between the two blue lines",
        )
