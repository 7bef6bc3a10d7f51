import numpy as np

from sim import Task

ZONE_SIZE = (0.14, 0.14, 0.0)


class SweepTwoPiles(Task):
    """Two piles of crumbs lie on the table. Sweep the first into the one square, then the second into the other."""

    primitive = "push"
    max_steps = 40

    def reset(self, env):
        super().reset(env)
        crumb_colors = ("yellow", "brown")
        zone_colors = ("green", "blue")
        sides = (-0.27, 0.27)  # one pile with its zone on each side of the table
        zone_poses, piles = [], []
        for y, zone_color, crumb_color in zip(sides, zone_colors, crumb_colors):
            zone_poses.append(((0.38, y + self.rng.uniform(-0.08, 0.08), 0), (0, 0, 0, 1)))
            env.add_object("zone/zone.urdf", zone_poses[-1], category="fixed", color=zone_color, scale=0.7)
            piles.append(self.scatter(env, 0.62, y, crumb_color))
        sentences = ("sweep the yellow blocks into the green zone", "sweep the brown blocks into the blue zone")
        for pile, pose, sentence in zip(piles, zone_poses, sentences):
            self.add_goal(
                objs=pile,
                matches=np.ones((len(pile), 1)),
                targ_poses=[pose],
                replace=True,
                rotations=False,
                metric="zone",
                params=[(pose, ZONE_SIZE)],
                step_max_reward=0.5,
                language_goal=sentence,
            )

    def scatter(self, env, x, y, color):
        """Adds 16 crumbs of 1 cm in an uneven grid around (x, y)."""
        crumbs = []
        for i in range(4):
            for j in range(4):
                dx, dy = self.rng.uniform(-0.005, 0.005, size=2)
                spot = (x + 0.025 * (i - 1.5) + dx, y + 0.025 * (j - 1.5) + dy, 0.005)
                crumbs.append(env.add_object("block/small.urdf", spot, color=color, scale=0.5))
        return crumbs
