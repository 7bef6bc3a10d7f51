import numpy as np

from sim import LayoutBuilder, Task

SIDE = 0.15
CRUMBS = 30


class SweepIntoOutline(Task):
    """Push the scattered crumbs through the open side into the outline that is drawn on the table."""

    primitive = "push"
    max_steps = 25

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        outline_color, crumb_color, *_ = self.get_colors()
        size = (SIDE, SIDE, 0.001)
        outline = self.get_random_pose(env, (SIDE, SIDE, 0.0))
        env.add_object(
            self.fill_template("square/square-template.urdf", {"DIM": size}), outline, "fixed", color=outline_color
        )
        crumbs = self.make_piles(env, block_color=crumb_color, n_blocks=CRUMBS)
        self.add_goal(
            objs=crumbs,
            matches=np.ones((CRUMBS, 1)),
            targ_poses=[outline],
            replace=True,
            rotations=False,
            metric="zone",
            params=[(outline, (SIDE, SIDE, 0.0))],
            step_max_reward=1.0,
            language_goal=f"push all the small {crumb_color} blocks into the {outline_color} square outline",
        )
