import numpy as np

from sim import Task

CRATE = (0.14, 0.11, 0.05)


class CrateOneBlock(Task):
    """One of the four blocks has to be put away in the open box; its colour says which."""

    def reset(self, env):
        super().reset(env)
        crate_pose = self.get_random_pose(env, CRATE)
        crate = self.fill_template("container/container-template.urdf", {"DIM": CRATE})
        env.add_object(crate, crate_pose, category="fixed", color="brown")
        blocks = {}
        for color in ("red", "blue", "green", "yellow"):
            blocks[color] = env.add_object(
                "block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color
            )
        chosen = str(self.rng.choice(list(blocks)))
        self.add_goal(
            objs=[blocks[chosen]],
            matches=np.ones((1, 1)),
            targ_poses=[crate_pose],
            replace=False,
            rotations=True,
            metric="zone",
            params=[(crate_pose, CRATE)],
            step_max_reward=1.0,
            language_goal=f"put the {chosen} block away in the brown container",
        )
