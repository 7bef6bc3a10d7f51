import numpy as np

from sim import Task
from sim.geometry import apply

WORD = "TAG"
NUMBER_OF_LETTER = {"R": 0, "A": 1, "T": 5, "G": 12, "V": 13, "E": 14}
LETTER = (0.06, 0.06, 0.02)


class LettersInARow(Task):
    """Spell a word: the letters T, A and G go onto the line from the red block on, one after the other."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        line = self.get_random_pose(env, (0.34, 0.07, 0.0))
        env.add_object(self.fill_template("line/line-template.urdf", {"DIM": (0.34, 0.01, 0.001)}), line, "fixed",
                       color="gray")
        env.add_object("block/block_for_anchors.urdf", (apply(line, (-0.15, 0.0, 0.02)), line[1]), "fixed",
                       color="red")
        last = "red block"
        for i, letter in enumerate(WORD):
            shape = self.fill_template(
                "kitting/object-template.urdf", {"FNAME": NUMBER_OF_LETTER[letter], "DIM": LETTER}
            )
            handle = env.add_object(shape, self.get_random_pose(env, LETTER), color="blue")
            slot = (apply(line, (-0.07 + 0.085 * i, 0.0, 0.01)), line[1])
            self.add_goal(objs=[handle], matches=np.ones((1, 1)), targ_poses=[slot], replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=1 / len(WORD), symmetries=[0],
                          language_goal=f"put the blue letter {letter} on the gray line next to the {last}")
            last = f"blue letter {letter}"
