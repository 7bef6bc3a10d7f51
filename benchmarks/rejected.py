"""Fills a home's store of failures with candidates that only the filters `ground` and `hold` reject.

`simsmith study` compares training with these filters against training without them, and takes the unfiltered tasks from
the rejected candidates that sessions left. The built-in composer hardly leaves any. So this perturbs generated tasks of
the library, as a careless author might have written them:

- `colors`: colour words of the instruction are exchanged, so that it names other things than those that are moved;
- `lifted`: targets stand 3 to 8 cm above where the thing would rest, so that it falls when it is let go;
- `shifted`: targets stand 2 to 5 cm aside, so that things stand on an edge, beside their place, or fall.

Each is proved for real. Remembered is what `ground` or `hold` rejects under the strict rules while Ravens' rules, which
have no such filters, accept it. The store says where it comes from: the session is `perturbed`, the model
`benchmarks.rejected`, and the task it was made from is its parent. Agents are told of a home's failures, so this is for
a home of the study's own.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import report
from memory import TaskLibrary, TaskRecord
from memory.failure import Sighting
from memory.failures import FailureStore
from policy.rejected import FILTERS
from sim.palette import COLORS
from sim.sandbox import Sandbox
from sim.verification import verify

SESSION, MODEL = "perturbed", "benchmarks.rejected"
LIFTED = (0.03, 0.08)  # metres
SHIFTED = (0.02, 0.05)
HELPER = """
def displaced(poses):
    found = []
    for pose in poses:
        place, turn = pose if len(pose) == 2 else (pose, (0.0, 0.0, 0.0, 1.0))
        found.append(((place[0] + {x}, place[1] + {y}, place[2] + {z}), turn))
    return found
"""
Perturbation = Callable[[ast.Module, random.Random], "ast.Module | None"]


def exchange_colors(tree: ast.Module, rng: random.Random) -> ast.Module | None:
    """The program with colour words of its instructions exchanged for others of its scene."""
    scene = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "color" and isinstance(node.value, ast.Constant)
    }
    texts = [
        goal.value
        for goal in _keywords(tree, "language_goal")
        if isinstance(goal.value, ast.Constant) and isinstance(goal.value.value, str)
    ]
    said = sorted({word for text in texts for word in re.findall(r"\w+", str(text.value)) if word in COLORS})
    others = sorted(color for color in scene if isinstance(color, str))
    if not said or len(set(others) | set(said)) < 2:
        return None
    first = rng.choice(said)
    second = rng.choice([color for color in sorted({*others, *said}) if color != first])
    swapped = {first: second, second: first}
    for text in texts:
        text.value = re.sub(r"\w+", lambda word: swapped.get(word.group(), word.group()), str(text.value))
    return tree


def lift(tree: ast.Module, rng: random.Random) -> ast.Module | None:
    """The program with its targets higher."""
    return _displaced(tree, 0.0, 0.0, rng.uniform(*LIFTED))


def shift(tree: ast.Module, rng: random.Random) -> ast.Module | None:
    """The program with its targets aside."""
    x, y = (rng.choice((-1, 1)) * rng.uniform(*SHIFTED) for _ in range(2))
    return _displaced(tree, x, y, 0.0)


PERTURBATIONS: dict[str, Perturbation] = {"colors": exchange_colors, "lifted": lift, "shifted": shift}


def _keywords(tree: ast.Module, name: str) -> Iterator[ast.keyword]:
    """An argument of every goal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_goal":
            yield from (keyword for keyword in node.keywords if keyword.arg == name)


def _displaced(tree: ast.Module, x: float, y: float, z: float) -> ast.Module | None:
    targets = list(_keywords(tree, "targ_poses"))
    if not targets:
        return None
    for target in targets:
        target.value = ast.Call(ast.Name("displaced", ast.Load()), [target.value], [])
    helper = ast.parse(HELPER.format(x=round(x, 3), y=round(y, 3), z=round(z, 3))).body
    place = next(at for at, node in enumerate(tree.body) if isinstance(node, ast.ClassDef))
    tree.body[place:place] = helper
    return tree


def perturbed(record: TaskRecord, kind: str, seed: int) -> str | None:
    """A task's program with a perturbation; None where it does not apply."""
    tree = PERTURBATIONS[kind](ast.parse(record.code), random.Random(f"{record.name}/{kind}/{seed}"))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n" if tree else None


def fill(library: TaskLibrary, sandbox: Sandbox, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Perturbs, proves and remembers until `count` candidates are remembered or no task is left; a row each."""
    store = FailureStore(library.home, library.embedder)
    records = [record for record in library.records() if record.origin != "human"]
    random.Random(seed).shuffle(records)
    kept = 0
    for number, record in enumerate(records):
        if kept >= count:
            return
        kind = [*PERTURBATIONS][number % len(PERTURBATIONS)]
        program = perturbed(record, kind, seed)
        if program is None:
            continue
        verdict = verify(program, sandbox=sandbox)
        row = {"task": record.name, "kind": kind, "stage": verdict.stage, "accepted": verdict.accepted, "kept": False}
        codes = sorted({item.code for item in verdict.errors})
        if (
            not verdict.accepted
            and verdict.stage in FILTERS
            and verify(program, sandbox=sandbox, rules="ravens").accepted
        ):
            kept += 1
            row["kept"] = True
            store.remember(
                program=program,
                reason="failed",
                sighting=Sighting(session=SESSION, round=number, model=MODEL),
                proposal={
                    "name": f"{record.name}-{kind}",
                    "title": record.title,
                    "description": record.description,
                    "instruction": "; ".join(verdict.instructions),
                    "parents": [record.name],
                    "perturbation": kind,
                },
                verdict=verdict,
            )
        yield row | {"codes": " ".join(codes)}


def main() -> None:
    """Fills the store of a home."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="the home; its store of failures is written")
    parser.add_argument("--count", type=int, default=20, help="how many to remember")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = list(fill(TaskLibrary(given.home), Sandbox(), given.count, given.seed))
    kept = Counter(row["kind"] for row in rows if row["kept"])
    ends = Counter("accepted" if row["accepted"] else row["stage"] for row in rows)
    summary = {"tried": len(rows), "kept": kept.total(), "kept_by_kind": dict(kept), "ended_at": dict(ends)}
    report("rejected", rows or [{"task": ""}], summary, given.json)


if __name__ == "__main__":
    main()
