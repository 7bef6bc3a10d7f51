import numpy as np

from sim import Task

NAMES = {"star": 10, "triangle": 2, "plus": 4, "hexagon": 17}
SHAPE = (0.06, 0.06, 0.02)
PAD = (0.12, 0.12, 0.0)


class StarToPad(Task):
    """Find the star among four flat shapes of the same colour and move it onto the pad."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        pad = self.get_random_pose(env, PAD)
        env.add_object("zone/zone.urdf", pad, category="fixed", color="purple", scale=0.6)
        handles = {
            name: env.add_object(
                self.fill_template("kitting/object-template.urdf", {"FNAME": number, "DIM": SHAPE}),
                self.get_random_pose(env, SHAPE),
                color="yellow",
            )
            for name, number in NAMES.items()
        }
        self.add_goal(
            objs=[handles["star"]],
            matches=np.ones((1, 1)),
            targ_poses=[pad],
            replace=False,
            rotations=True,
            metric="zone",
            params=[(pad, PAD)],
            step_max_reward=1.0,
            language_goal="move the yellow star onto the purple zone",
        )
