import numpy as np

from sim import Task


class BlockIntoCornerMark(Task):
    """Fit a cube into the L-shaped mark."""

    def reset(self, env):
        super().reset(env)
        cube = (0.04, 0.04, 0.04)
        (x, y, z), q = self.get_random_pose(env, cube)
        corner = self.fill_template("corner/corner-template.urdf", {"DIM": cube})
        env.add_object(corner, ((x, y, 0.0), q), category="fixed", color="black")
        colors = ["red", "green"]
        target_cube, _ = [env.add_object("block/block.urdf", self.get_random_pose(env, cube), color=c) for c in colors]
        self.add_goal(
            objs=[target_cube],
            matches=np.ones((1, 1)),
            targ_poses=[((x, y, z), q)],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="put the red block into the corner",
        )
