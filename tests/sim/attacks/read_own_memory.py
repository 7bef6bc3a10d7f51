"""Searches its own memory, a copy of the server's, for the parent's secret. Stopped by: process."""

import contextlib
import gc
import re

from sim import Task

SECRET = r"simsmith-secret-[0-9a-f]{32}"


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for thing in gc.get_objects():
            with contextlib.suppress(Exception):
                if isinstance(thing, (dict, list, tuple)) and (found := re.search(SECRET, str(thing)[:100_000])):
                    raise SystemExit("ESCAPED: " + found.group())
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(number, 16) for number in line.split()[0].split("-"))
                if " rw-p " in line and end - start < 1 << 28:
                    with contextlib.suppress(OSError, ValueError):
                        memory.seek(start)
                        if found := re.search(SECRET.encode(), memory.read(end - start)):
                            raise RuntimeError(f"ESCAPED: {found.group()}")
