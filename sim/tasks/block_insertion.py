"""Insert an L-shaped block into its fixture."""

import numpy as np

from sim import LayoutBuilder, Task

ELL = (0.12, 0.12, 0.04)
FIXTURE = (0.138, 0.138, 0.04)


class BlockInsertion(Task):
    """Put the L-shaped block into the L-shaped hole of the fixture, turned as the hole is."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        color, fixture_color, *_ = self.get_colors()
        fixture = self.get_random_pose(env, FIXTURE)
        env.add_object("insertion/fixture.urdf", fixture, category="fixed", color=fixture_color)
        ell = env.add_object("insertion/ell.urdf", self.get_random_pose(env, ELL), color=color)
        self.add_goal(
            objs=[ell],
            matches=np.ones((1, 1)),
            targ_poses=[fixture],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[2 * np.pi],
            language_goal=f"put the {color} L-shaped block into the {fixture_color} fixture",
        )
