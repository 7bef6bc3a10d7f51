import numpy as np

from sim import Task


class BallsIntoBowls(Task):
    """Put the yellow balls into the blue bowls; the block is only in the way."""

    max_steps = 6
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowls = []
        for _ in range(2):
            pose = self.get_random_pose(env, (0.12, 0.12, 0.0))
            env.add_object("cup/cup.urdf", pose, category="fixed", color="blue")
            bowls.append(pose)

        balls = []
        for _ in range(2):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            balls.append(env.add_object("ball/ball.urdf", pose, color="yellow"))

        # A distractor, at some distance from the bowls.
        while True:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            distances = [np.linalg.norm(np.array(pose[0][:2]) - np.array(bowl[0][:2])) for bowl in bowls]
            if min(distances) > 0.12:
                break
        env.add_object("block/block.urdf", pose, color="green")

        self.add_goal(
            objs=balls,
            matches=np.ones((2, 2)),
            targ_poses=bowls,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0, 0],
            language_goal="put the yellow balls into the blue cups",
        )
