"""Answers with an honest layout, and with as many warnings as an answer can hold. Stopped by: process."""

from sim import Task


class Candidate(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], [[1]], [bowl], language_goal="put the red block into the green bowl")
        kind = type("Warned", (), {"model_dump": lambda self: vars(self)})
        env.warnings = [kind() for _ in range(200_000)]
        for number, warning in enumerate(env.warnings):
            vars(warning).update(code="a", stage="b", message=str(number))
