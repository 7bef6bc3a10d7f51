import numpy as np

from sim import Task


class TwoEllsTwoFixtures(Task):
    """Insert two L-shaped blocks, first the red one into the white fixture, then the blue one into the black fixture."""

    max_steps = 6

    def reset(self, env):
        super().reset(env)
        pairs = [("red", "white"), ("blue", "black")]
        fixtures = []
        for _, fixture_color in pairs:
            pose = self.get_random_pose(env, (0.138, 0.138, 0.04))
            env.add_object("insertion/fixture.urdf", pose, category="fixed", color=fixture_color)
            fixtures.append(pose)
        ells = [
            env.add_object("insertion/ell.urdf", self.get_random_pose(env, (0.12, 0.12, 0.04)), color=color)
            for color, _ in pairs
        ]
        words = [
            "insert the red L-shaped block into the white fixture",
            "insert the blue L-shaped block into the black fixture",
        ]
        for ell, pose, sentence in zip(ells, fixtures, words):
            self.add_goal(objs=[ell], matches=np.ones((1, 1)), targ_poses=[pose], replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=0.5, symmetries=[2 * np.pi],
                          language_goal=sentence)
