import numpy as np

from sim import Task
from sim.geometry import apply

BRICK = (0.08, 0.04, 0.03)
JOINT = 0.003


class BrickWallOnPallet(Task):
    """Lay a brick wall on the pallet in running bond: three long bricks below, two above, each over a joint."""

    max_steps = 9

    def reset(self, env):
        super().reset(env)
        pallet_pose = self.get_random_pose(env, (0.3, 0.25, 0.03))
        env.add_object("pallet/pallet.urdf", pallet_pose, category="fixed")

        def make_brick(color):
            template = self.fill_template("box/box-template.urdf", {"DIM": BRICK})
            return env.add_object(template, self.get_random_pose(env, BRICK), color=color)

        course_one = [make_brick("red") for _ in range(3)]
        course_two = [make_brick("orange") for _ in range(2)]
        pitch = BRICK[0] + JOINT
        top_of_pallet = 0.015

        spots_one = [
            (apply(pallet_pose, (k * pitch, 0, top_of_pallet + BRICK[2] / 2)), pallet_pose[1]) for k in (-1, 0, 1)
        ]
        spots_two = [
            (apply(pallet_pose, (k * pitch, 0, top_of_pallet + BRICK[2] * 1.5)), pallet_pose[1]) for k in (-0.5, 0.5)
        ]
        self.add_goal(objs=course_one, matches=np.ones((3, 3)), targ_poses=spots_one, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.6, symmetries=[np.pi] * 3,
                      language_goal="lay the three red boxes end to end on the pallet as the lower course of a wall")
        self.add_goal(objs=course_two, matches=np.ones((2, 2)), targ_poses=spots_two, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.4, symmetries=[np.pi] * 2,
                      language_goal="lay the two orange boxes on the red boxes, over the joints")
