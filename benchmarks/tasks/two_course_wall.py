import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

SIZE = (0.04, 0.04, 0.04)
PITCH = 0.041


class TwoCourseWall(Task):
    """Build a wall, three blocks long and two blocks high, on the stand.

    Every block of the upper course stands straight on a block of the lower course.
    """

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        ground = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", ground, category="fixed", color="white")
        shades = self.get_colors()[:2]
        for course, shade in enumerate(shades):
            bricks = []
            places = []
            for i in (-1, 0, 1):
                bricks.append(env.add_object("block/block.urdf", self.get_random_pose(env, SIZE), color=shade))
                places.append((apply(ground, (i * PITCH, 0.0, 0.0225 + course * 0.04)), ground[1]))
            words = (
                f"lay the three {shade} blocks in a row on the white stand"
                if course == 0
                else f"lay the three {shade} blocks in a row on the {shades[0]} blocks"
            )
            self.add_goal(
                objs=bricks,
                matches=np.ones((3, 3)),
                targ_poses=places,
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=0.5,
                language_goal=words,
            )
