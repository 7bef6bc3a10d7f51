"""A row in which blocks and balls take turns."""

import numpy as np

from sim import Task
from sim.geometry import apply


class AlternateBallsAndBlocks(Task):
    """First the blocks come onto the line with gaps, then the balls into these gaps: block, ball, block, ball, block."""

    pos_eps = 0.015
    max_steps = 10

    def reset(self, env):
        super().reset(env)
        line = self.get_random_pose(env, (0.30, 0.05, 0.0))
        env.add_object(
            self.fill_template("line/line-template.urdf", {"DIM": (0.30, 0.012, 0.001)}), line, "fixed", color="blue"
        )
        block_places = [(apply(line, (x, 0.0, 0.02)), line[1]) for x in (-0.12, 0.0, 0.12)]
        ball_places = [(apply(line, (x, 0.0, 0.02)), line[1]) for x in (-0.06, 0.06)]
        blocks = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="green")
            for _ in block_places
        ]
        balls = [
            env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="orange")
            for _ in ball_places
        ]
        self.add_goal(
            objs=blocks,
            matches=np.ones((3, 3)),
            targ_poses=block_places,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.6,
            symmetries=[0, 0, 0],
            language_goal="put the three green blocks in a row on the blue line, with gaps between them",
        )
        self.add_goal(
            objs=balls,
            matches=np.ones((2, 2)),
            targ_poses=ball_places,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.4,
            symmetries=[0, 0],
            language_goal="put an orange ball into each gap between the green blocks on the blue line",
        )
