"""The seeds: the human-made tasks, proved and committed to a new library.

Whether any are missing is asked at every start, and answered from names alone; the simulator is loaded to plant them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from memory import TaskLibrary
from sim.registration import human_task_names

if TYPE_CHECKING:
    from sim.sandbox import Sandbox

WORKERS = 2  # proofs run in processes of their own; threads only wait for them


def missing_seeds(library: TaskLibrary) -> list[str]:
    """Human-made tasks that the library never had; one that was removed stays removed."""
    known = {name for name, _ in library.files.trashed()}.union(library.names())
    return [name for name in human_task_names() if name not in known]


def plant_seeds(library: TaskLibrary, sandbox: Sandbox) -> Iterator[str]:
    """Proves and commits the missing seeds; yields each name when it is in the library."""
    from sim.tasks import human_sources
    from tools.commit import commit_file

    sources = human_sources()
    names = missing_seeds(library)
    pool = ThreadPoolExecutor(WORKERS)
    try:
        futures = {pool.submit(commit_file, library, sandbox, sources[name], name): name for name in names}
        for future in as_completed(futures):
            future.result()
            yield futures[future]
    finally:
        pool.shutdown(cancel_futures=True)
