import numpy as np

from sim import Task
from sim.geometry import apply


class SmallOnesIntoTheBox(Task):
    """Put the three small blocks into the container; the large block stays out."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        size = (0.16, 0.16, 0.05)
        container_pose = self.get_random_pose(env, size)
        container = self.fill_template("container/container-template.urdf", {"DIM": size})
        env.add_object(container, container_pose, category="fixed", color="white")
        large_pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
        env.add_object("block/block.urdf", large_pose, color="red")

        small = []
        for _ in range(3):
            small_pose = self.get_random_pose(env, (0.02, 0.02, 0.02))
            handle = env.add_object("block/small.urdf", small_pose, color="Pink")
            small.append(handle)

        spots = [(apply(container_pose, (x, 0.0, -0.01)), container_pose[1]) for x in (-0.045, 0.0, 0.045)]
        self.add_goal(
            objs=small,
            matches=np.ones((3, 3)),
            targ_poses=spots,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container_pose, size)],
            step_max_reward=1.0,
            language_goal="put the pink blocks into the white container",
        )
