import numpy as np

from sim import Task


class ShoveBoxesIntoZone(Task):
    """Shove four boxes over the table into the zone with the spatula; they are not lifted."""

    primitive = "push"
    max_steps = 30

    def reset(self, env):
        super().reset(env)
        zone_pose = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object("zone/zone.urdf", zone_pose, category="fixed", color="cyan")
        boxes = []
        for _ in range(4):
            size = (0.04, 0.03, 0.03)
            box = self.fill_template("box/box-template.urdf", {"DIM": size})
            boxes.append(env.add_object(box, self.get_random_pose(env, size), color="brown"))
        self.add_goal(objs=boxes, matches=np.ones((4, 1)), targ_poses=[zone_pose], replace=True, rotations=False,
                      metric="zone", params=[(zone_pose, (0.2, 0.2, 0.0))], step_max_reward=1.0,
                      language_goal="push the four brown boxes into the cyan zone")
