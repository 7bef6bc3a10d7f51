import numpy as np

from sim import Task
from sim.geometry import apply


class HalfCircleBeforeContainer(Task):
    """Five blocks make a half circle around one long side of the container, like seats before a stage."""

    pos_eps = 0.02
    max_steps = 10

    def reset(self, env):
        super().reset(env)
        stage = self.get_random_pose(env, (0.33, 0.33, 0.05))
        size = (0.14, 0.08, 0.05)
        env.add_object(self.fill_template("container/container-template.urdf", {"DIM": size}), stage, "fixed",
                       color="purple")
        angles = np.linspace(0, np.pi, 5)
        seats = []
        for a in angles:
            x, y, _ = apply(stage, (0.12 * np.cos(a), 0.12 * np.sin(a), 0))
            seats.append(((x, y, 0.02), stage[1]))
        audience = [env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="green")
                    for _ in seats]
        self.add_goal(objs=audience, matches=np.ones((5, 5)), targ_poses=seats, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1.0, symmetries=[0] * 5,
                      language_goal="set the five green blocks in a half circle around the purple container")
