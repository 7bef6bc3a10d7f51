"""Reading programs: threads may do it at the same time."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

from scenes import HONEST

from sim.syntax import syntax_tree


def give_turns(*_: object) -> None:
    """Runs long enough for another thread to ask for its turn."""
    sum(range(100))


def test_threads_may_read_programs_at_the_same_time() -> None:
    # Collecting garbage is when Python gives other threads their turn in the midst of making a tree.
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(5)
    sys.setswitchinterval(1e-6)
    gc.callbacks.append(give_turns)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(syntax_tree, [HONEST] * 40))
    finally:
        gc.callbacks.remove(give_turns)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
    assert len({len(tree.body) for tree in trees}) == 1
