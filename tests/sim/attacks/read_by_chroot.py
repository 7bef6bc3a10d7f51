"""Goes to the secret's folder, or makes it the root, so that its path is another. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        folder, name = os.path.split("SECRET_FILE")
        with contextlib.suppress(OSError):
            os.chdir(folder)
            raise RuntimeError("ESCAPED: " + open(name).read())
        os.chroot(folder)
        raise RuntimeError("ESCAPED: " + open("/" + name).read())
