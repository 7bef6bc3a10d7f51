"""Makes links to a secret file in the scratch folder, and reads them. Stopped by: landlock."""

import contextlib
import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for make, name in ((os.symlink, "symbolic"), (os.link, "hard")):
            with contextlib.suppress(OSError):
                link = f"{os.environ['TMPDIR']}/{name}"
                make("SECRET_FILE", link)
                raise RuntimeError("ESCAPED: " + open(link).read())
        raise OSError("no link is of use")
