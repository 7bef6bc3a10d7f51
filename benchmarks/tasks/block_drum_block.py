import numpy as np

from sim import Task
from sim.geometry import apply


class BlockDrumBlock(Task):
    """A tower of mixed parts: a cyan block below, a pink cylinder in the middle, a purple block above."""

    BLOCK_HEIGHT = 0.04
    DRUM_HEIGHT = 0.05

    def reset(self, env):
        super().reset(env)
        self.stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", self.stand, category="fixed", color="brown")
        drum = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": (0.05, 0.05, self.DRUM_HEIGHT)})
        cyan = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="cyan")
        pink = env.add_object(drum, self.get_random_pose(env, (0.05, 0.05, self.DRUM_HEIGHT)), color="pink")
        purple = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="purple")

        top = 0.0025
        self.put(cyan, top + self.BLOCK_HEIGHT / 2, "put the cyan block on the brown stand")
        top += self.BLOCK_HEIGHT
        self.put(pink, top + self.DRUM_HEIGHT / 2, "put the pink cylinder on the cyan block")
        top += self.DRUM_HEIGHT
        self.put(purple, top + self.BLOCK_HEIGHT / 2, "put the purple block on the pink cylinder")

    def put(self, handle, height, words):
        """One step: `handle` comes to rest with its middle `height` metres above the middle of the stand."""
        target = (apply(self.stand, (0, 0, height)), self.stand[1])
        self.add_goal([handle], np.ones((1, 1)), [target], False, True, "pose", None, 1 / 3, language_goal=words)
