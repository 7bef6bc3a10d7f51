import numpy as np

from sim import Task
from sim.geometry import apply


class CloseSquareWithBoxes(Task):
    """One side of the drawn square is open. Close it with a fence of three boxes, laid end to end."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.side_length = 0.2
        self.num_boxes = 3
        self.box_dim = (0.062, 0.02, 0.03)
        self.spacing = 0.066  # a box and a gap of 4 mm

    def reset(self, env):
        super().reset(env)

        # Add the square. Its open side is the one at +y of its own frame.
        square_dim = (self.side_length, self.side_length, 0.001)
        square_pose = self.get_random_pose(env, (self.side_length, self.side_length + 0.03, 0.0))
        square_urdf = self.fill_template("square/square-template.urdf", {"DIM": square_dim})
        env.add_object(square_urdf, square_pose, category="fixed", color="blue")

        # Add the boxes at random places.
        boxes = []
        for _ in range(self.num_boxes):
            box_urdf = self.fill_template("box/box-template.urdf", {"DIM": self.box_dim})
            box_pose = self.get_random_pose(env, self.box_dim)
            box_id = env.add_object(box_urdf, box_pose, color="orange")
            boxes.append(box_id)

        # Where the boxes have to lie: a row along the open side.
        target_poses = []
        for i in range(self.num_boxes):
            x = (i - 1) * self.spacing
            y = self.side_length / 2
            z = self.box_dim[2] / 2
            target_poses.append((apply(square_pose, (x, y, z)), square_pose[1]))

        # Any box may lie at any of the places.
        self.add_goal(objs=boxes, matches=np.ones((self.num_boxes, self.num_boxes)), targ_poses=target_poses,
                      replace=False, rotations=True, metric="pose", params=None, step_max_reward=1.0,
                      symmetries=[np.pi] * self.num_boxes,
                      language_goal="close the blue square with the three orange boxes")
