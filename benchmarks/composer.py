"""What the built-in composer makes of a session: how many tasks, how different they are, and how long it takes.

    python -m benchmarks.composer [--rounds 200] [--seed 1] [--home FOLDER] [--json]

Runs `simsmith explore` in a new home with the human-made tasks, or looks at the home of a session that has ended. Each
accepted task is then judged once more by the library's own measure, against all others: `not_novel` counts those that
are no longer new. `vendi` is the effective number of different tasks in each view, of all tasks of the home.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.report import report
from memory import TaskLibrary
from memory.diversity import vendi_of_rows


def explored(home: Path, rounds: int, seed: int) -> dict[str, Any]:
    """The document of a session in this home."""
    command = ["explore", "--rounds", str(rounds), "--seed", str(seed), "--json", "--home", str(home)]
    code = f"from app.main import main; main({command!r})"
    ran = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def measured(home: Path) -> dict[str, Any]:
    """How different the tasks of a home are."""
    library = TaskLibrary(home)
    records = library.records()
    made = [record for record in records if record.origin != "human"]
    repeated = [
        {"name": record.name, "reason": judged.reason}
        for record in made
        if not (judged := library.novelty(record, k=len(records), exclude_self=True)).novel
    ]
    return {
        "tasks": len(made),
        "not_novel": len(repeated),
        "repeated": repeated,
        "relations": dict(Counter(record.proposal.get("relation", "") for record in made).most_common()),
        "vendi": {view: round(vendi_of_rows(rows), 2) for view, rows in library.vectors(records).items()},
    }


def main() -> None:
    """Runs a session and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="look at this home, in which a session has ended")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    summary: dict[str, Any] = {}
    if options.home:
        found = measured(options.home)
    else:
        with tempfile.TemporaryDirectory() as folder:
            session = explored(Path(folder), options.rounds, options.seed)
            found = measured(Path(folder))
        summary |= {key: session[key] for key in ("proposed", "accepted", "rejected", "seconds")}
        summary["seconds_a_round"] = round(session["seconds"] / options.rounds, 2)
    rows = [{"relation": relation, "tasks": count} for relation, count in found.pop("relations").items()]
    report("composer", rows, summary | found, options.json)


if __name__ == "__main__":
    main()
