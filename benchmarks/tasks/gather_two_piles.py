import numpy as np

from sim import Task


class GatherTwoPiles(Task):
    """Collect the crumbs of two piles, one after the other, in the same square."""

    primitive = "push"
    max_steps = 40

    def reset(self, env):
        super().reset(env)
        first_color, second_color, zone_color, *_ = self.get_colors()
        zone = self.get_random_pose(env, (0.18, 0.18, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color=zone_color, scale=0.9)
        first = self.make_piles(env, first_color, 12)
        second = self.make_piles(env, second_color, 12)
        for pile, pile_color in ((first, first_color), (second, second_color)):
            self.add_goal(objs=pile, matches=np.ones((12, 1)), targ_poses=[zone], replace=True, rotations=False,
                          metric="zone", params=[(zone, (0.18, 0.18, 0.0))], step_max_reward=0.5,
                          language_goal=f"sweep all the {pile_color} blocks into the {zone_color} zone")
