"""Novelty on programs that its authors had not seen: `python -m benchmarks.novelty_blind [--json]`.

`benchmarks/blind/` was written from the descriptions of the human-made tasks and of `benchmarks/tasks` alone, before
its writer had read how novelty is decided: `again` are tasks of the library written anew (other code, names, words,
colours, sizes), `new` differ from every task of the library by a relation, a kind of object, or the number or order of
steps. `hard` ones were aimed at weak places afterwards: a stress test, not a rate.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.novelty import rate
from benchmarks.report import report
from benchmarks.retrieval_bank import records
from memory import TaskLibrary

HERE = Path(__file__).parent / "blind"
SETS = ("again", "new", "again_hard", "new_hard")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--work", type=Path, default=platformdirs.user_cache_path("simsmith") / "retrieval")
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home:
        library = TaskLibrary(Path(home))
        for task in records(arguments.work):
            library.add(task, {})
        for kind in SETS:
            sources = {
                path.stem.replace("_", "-"): path.read_text(encoding="utf-8")
                for path in sorted((HERE / kind).glob("*.py"))
            }
            for task in records(arguments.work, sources):
                judged = library.novelty(task)
                right = judged.novel == kind.startswith("new")
                rows.append({"set": kind, "task": task.name, "right": right, "reason": judged.reason})
    summary = {kind: rate(row["right"] for row in rows if row["set"] == kind) for kind in SETS}
    report("novelty_blind", rows, summary, arguments.as_json)


if __name__ == "__main__":
    main()
