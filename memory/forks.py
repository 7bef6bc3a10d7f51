"""Forks of a process that holds a database or a model; vector environments and data loaders make them."""

from __future__ import annotations

import functools
import gc
import os


@functools.cache
def keep_in_forks() -> None:
    """Has the forks of this process never collect what it held; to be called before native threads are started.

    Chroma's client and onnxruntime's session wait for their threads when they are collected. A fork has no threads but
    the one that forked, so its first garbage collection would wait for ever if such an object was no longer in use.
    """
    os.register_at_fork(after_in_child=gc.freeze)
