"""Put Blocks in Bowls Task."""

import random

import numpy as np
import pybullet as p
from cliport.tasks.task import Task
from cliport.utils import utils


class FillBowlsUnseenColors(Task):
    """Fill bowls of one colour with blocks of another."""

    def __init__(self):
        super().__init__()
        self.max_steps = 10
        self.pos_eps = 0.05
        self.lang_template = "put the {pick} blocks in a {place} bowl"
        self.task_completed_desc = "done filling bowls."

    def reset(self, env):
        super().reset(env)
        n_bowls = np.random.randint(1, 4)
        n_blocks = np.random.randint(1, n_bowls + 1)

        selected = random.sample(self.get_colors(), 2)
        colors = [utils.COLORS[cn] for cn in selected]

        # Add bowls.
        bowl_size = (0.12, 0.12, 0)
        bowl_urdf = "bowl/bowl.urdf"
        bowl_poses = []
        for _ in range(n_bowls):
            bowl_pose = self.get_random_pose(env, bowl_size)
            bowl_id = env.add_object(bowl_urdf, bowl_pose, "fixed")
            p.changeVisualShape(bowl_id, -1, rgbaColor=colors[1] + [1])
            bowl_poses.append(bowl_pose)

        # Add blocks.
        blocks = []
        block_size = (0.04, 0.04, 0.04)
        block_urdf = "stacking/block.urdf"
        for _ in range(n_blocks):
            block_pose = self.get_random_pose(env, block_size)
            block_id = env.add_object(block_urdf, block_pose)
            p.changeVisualShape(block_id, -1, rgbaColor=colors[0] + [1])
            blocks.append((block_id, (0, None)))

        # Goal: put each block in a different bowl.
        self.goals.append((blocks, np.ones((len(blocks), len(bowl_poses))), bowl_poses, False, True, "pose", None, 1))
        self.lang_goals.append(self.lang_template.format(pick=selected[0], place=selected[1]))

        # Only one mistake allowed.
        self.max_steps = len(blocks) + 1

        # Add distractors.
        rest = [utils.COLORS[c] for c in utils.COLORS if c not in selected]
        n_distractors = 0
        while n_distractors < 4:
            is_block = np.random.rand() > 0.5
            pose = self.get_random_pose(env, block_size if is_block else bowl_size)
            if pose[0] is None or pose[1] is None:
                continue
            obj_id = env.add_object(block_urdf if is_block else bowl_urdf, pose)
            if not obj_id:
                continue
            p.changeVisualShape(obj_id, -1, rgbaColor=rest[n_distractors % len(rest)] + [1])
            n_distractors += 1

    def get_colors(self):
        return utils.TRAIN_COLORS if self.mode == "train" else utils.EVAL_COLORS


class FillBowlsSeenColors(FillBowlsUnseenColors):
    """The same with seen colours."""

    def __init__(self):
        super().__init__()

    def get_colors(self):
        return utils.TRAIN_COLORS


class FillBowlsFull(FillBowlsUnseenColors):
    """The same with all colours."""

    def __init__(self):
        super().__init__()

    def get_colors(self):
        return list(set(utils.TRAIN_COLORS) | set(utils.EVAL_COLORS))
