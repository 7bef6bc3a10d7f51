"""Imports by everything that can import: importlib, codecs, runpy, a loader. Stopped by: landlock."""

import codecs
import importlib
import runpy

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        codecs.lookup("utf-8")
        names = runpy.run_module("io", init_globals={})
        loader = importlib.machinery.SourceFileLoader("found", "SECRET_FILE")
        raise RuntimeError(f"ESCAPED: {names['open']('SECRET_FILE').read()} {loader}")
