import numpy as np

from sim import Task
from sim.geometry import multiply, yaw_quaternion


class KitPieceByPiece(Task):
    """Fill a kit with three shapes. The robot is told one piece at a time, in the order of the holes from left to right."""

    kit_size = (0.28, 0.2, 0.005)
    piece_size = (0.07, 0.07, 0.02)

    def reset(self, env):
        super().reset(env)
        kit = self.get_random_pose(env, self.kit_size)
        env.add_object("kitting/kit.urdf", kit, category="fixed", color="white")
        numbers = self.get_kitting_shapes(3)
        colors = ["red", "blue", "green"]
        steps = []
        for i, number in enumerate(numbers):
            turn = yaw_quaternion(self.rng.uniform(0, 2 * np.pi))
            hole = self.fill_template(
                "kitting/object-template-nocollision.urdf", {"FNAME": number, "DIM": (0.07, 0.07, 0.001)}
            )
            env.add_object(hole, multiply(kit, ((0.09 * (i - 1), 0, 0.0025), turn)), category="fixed", color="black")
            target = multiply(kit, ((0.09 * (i - 1), 0, 0.0125), turn))
            steps.append((number, colors[i], target))
        for number, color, target in steps:
            piece = self.fill_template("kitting/object-template.urdf", {"FNAME": number, "DIM": self.piece_size})
            handle = env.add_object(piece, self.get_random_pose(env, self.piece_size), color=color)
            self.add_goal(objs=[handle], matches=np.ones((1, 1)), targ_poses=[target], replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=1 / 3,
                          language_goal=f"put the {color} {self.shape_name(number)} into its hole in the kit")
