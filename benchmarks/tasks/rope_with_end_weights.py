import numpy as np

from sim import Task
from sim.geometry import apply


class RopeWithEndWeights(Task):
    """Straighten the rope on the line, then hold it down: one block comes to each end of the line."""

    pos_eps = 0.02
    max_steps = 30

    def reset(self, env):
        super().reset(env)
        half = 0.14
        weights = []
        for y in (-0.46, 0.46):  # out of the way of the rope
            weights.append(env.add_object("block/block.urdf", (0.3, y, 0.02), color="gray"))
        line_pose = self.get_random_pose(env, (2 * half + 0.1, 0.04, 0.0))
        line = self.fill_template("line/line-template.urdf", {"DIM": (2 * half + 0.1, 0.02, 0.001)})
        env.add_object(line, line_pose, category="fixed", color="white")
        beads, places, matches = self.make_ropes(
            env, [apply(line_pose, (-half, 0, 0)), apply(line_pose, (half, 0, 0))], color_name="purple"
        )
        self.add_goal(beads, matches, places, metric="pose", step_max_reward=0.6,
                      language_goal="straighten the purple rope on the white line")
        ends = [(apply(line_pose, (x, 0, 0.02)), line_pose[1]) for x in (-half - 0.03, half + 0.03)]
        self.add_goal(weights, np.ones((2, 2)), ends, metric="pose", step_max_reward=0.4,
                      language_goal="put one gray block at each end of the white line")
