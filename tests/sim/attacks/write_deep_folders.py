"""Makes folders in folders, deeper than who cleans up can follow. Stopped by: landlock."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        os.chdir(os.environ["TMPDIR"])
        for number in range(2000):
            os.mkdir("folder")
            os.chdir("folder")
            open(f"file-{number}", "w").close()
        os.chmod(".", 0)
        raise RuntimeError("ESCAPED: it made 2000 folders")
