import numpy as np

from sim import Task
from sim.geometry import apply


class BuildABridge(Task):
    """Set two blocks on the pallet and lay the long box across them."""

    max_steps = 6

    def reset(self, env):
        super().reset(env)
        pallet_pose = self.get_random_pose(env, (0.3, 0.25, 0.03))
        env.add_object("pallet/pallet.urdf", pallet_pose, category="fixed", color="brown")

        pillars = []
        for _ in range(2):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            pillars.append(env.add_object("block/block.urdf", pose, color="red"))

        beam_size = (0.16, 0.04, 0.02)
        beam_urdf = self.fill_template("box/box-template.urdf", {"DIM": beam_size})
        beam = env.add_object(beam_urdf, self.get_random_pose(env, beam_size), color="blue")

        pillar_targets = [(apply(pallet_pose, (x, 0, 0.035)), pallet_pose[1]) for x in (-0.05, 0.05)]
        beam_target = (apply(pallet_pose, (0, 0, 0.105)), pallet_pose[1])

        self.add_goal(
            objs=pillars,
            matches=np.ones((2, 2)),
            targ_poses=pillar_targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.6,
            symmetries=[np.pi / 2, np.pi / 2],
            language_goal="put the red blocks on the brown pallet",
        )
        self.add_goal(
            objs=[beam],
            matches=np.ones((1, 1)),
            targ_poses=[beam_target],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.4,
            symmetries=[np.pi],
            language_goal="lay the blue box across the red blocks",
        )
