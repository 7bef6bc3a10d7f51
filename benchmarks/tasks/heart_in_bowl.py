"""The heart goes into the bowl, the star and the flower do not."""
import numpy as np

from sim import Task

HEART, STAR, FLOWER = 18, 10, 9
SIZE = (0.045, 0.045, 0.02)


class HeartInBowl(Task):
    """Pick the small heart out of three shapes and lay it in the bowl."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl_pose = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl_pose, category="fixed", color="cyan")
        shapes = {}
        for number, color in ((HEART, "pink"), (STAR, "yellow"), (FLOWER, "white")):
            template = self.fill_template("kitting/object-template.urdf", {"FNAME": number, "DIM": SIZE})
            shapes[number] = env.add_object(template, self.get_random_pose(env, SIZE), color=color)
        self.add_goal(
            objs=[shapes[HEART]],
            matches=np.ones((1, 1)),
            targ_poses=[bowl_pose],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0],
            language_goal="lay the pink heart in the cyan bowl",
        )
