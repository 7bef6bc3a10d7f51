Here is the code for the task:

```python
import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class InsertTheEll(Task):
    """Insert the L-shaped block into the fixture."""

    def __init__(self):
        super().__init__()
        self.max_steps = 3
        self.lang_template = "put the red L-shaped block into the gray fixture"
        self.task_completed_desc = "done with insertion."

    def reset(self, env):
        super().reset(env)
        fixture_size = (0.14, 0.14, 0.04)
        fixture_pose = self.get_random_pose(env, fixture_size)
        env.add_object("insertion/fixture.urdf", fixture_pose, category="fixed", color=utils.COLORS["gray"])

        ell_size = (0.12, 0.12, 0.04)
        ell_pose = self.get_random_pose(env, ell_size)
        ell = env.add_object("insertion/ell.urdf", ell_pose, color=utils.COLORS["red"])

        self.add_goal(
            objs=[ell],
            matches=np.ones((1, 1)),
            targ_poses=[fixture_pose],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1,
            symmetries=[2 * np.pi],
            language_goal=self.lang_template,
        )
```

This task makes the robot insert the block into the fixture.
