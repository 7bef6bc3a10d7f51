"""A fork of a process that has dropped a database or a model ends, whatever its garbage collector does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import gc, os, sys
from pathlib import Path
from memory import MiniLM

gc.disable()
if sys.argv[1] == "model":
    dropped = MiniLM()
    dropped.embed(["stack the blocks"])
else:
    from memory.index import _database
    from chromadb.api.shared_system_client import SharedSystemClient
    dropped = _database(Path(sys.argv[2]))
    dropped.create_collection("tasks", embedding_function=None).add(ids=["a"], embeddings=[[1.0] * 384])
    SharedSystemClient.clear_system_cache()
cycle = [dropped]
cycle.append(cycle)
del dropped, cycle
child = os.fork()
if not child:
    gc.collect()
    os._exit(0)
os.waitpid(child, 0)
os._exit(0)
"""


@pytest.mark.parametrize("what", ["model", "database"])
def test_a_fork_ends_though_what_it_inherited_waits_for_threads(what: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM, what, str(tmp_path)], timeout=60, check=True)
