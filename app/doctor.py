"""`simsmith doctor`: what is installed, what is active, what is missing and how to get it."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.output import document, page, progress, styled, table
from app.workshop import bare_library
from memory import load_embedder
from sim.errors import SimsmithError
from sim.isolation import CORE
from sim.sandbox import Sandbox

if TYPE_CHECKING:
    from app.options import LibraryPlace

PACKAGES = ("pybullet", "chromadb", "sentence-transformers", "torch", "onnxruntime", "langchain", "langgraph", "openai")
TASK = """
import numpy as np
from sim import Task


class DoctorTask(Task):
    def reset(self, env):
        super().reset(env)
        zone = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], np.ones((1, 1)), [zone], language_goal="put the red block in the green zone")
"""


def run(place: LibraryPlace, *, model: str | None, base_url: str | None, as_json: bool) -> int:
    """Runs every check; 0 when all is well, 3 when something is broken."""
    checks: dict[str, Callable[[], str]] = {
        "python": platform.python_version,
        "packages": _packages,
        "home": lambda: str(place.home),
        "library": lambda: _library(place),
        "model": lambda: _model(model, base_url),
        "embeddings": lambda: _embeddings(place),
        "simulator": _simulator,
        "isolation": _isolation,
    }
    rows = []
    for name, work in checks.items():
        with progress.status(f"checking {name}"):
            rows.append({"check": name, **_outcome(work)})
    broken = [row for row in rows if not row["ok"]]
    if as_json:
        document({"ok": not broken, "checks": rows, "isolation": _layers()})
    else:
        listed = table("doctor", "", "check", "")
        for row in rows:
            state = styled(("ok", "green")) if row["ok"] else styled(("broken", "red"))
            listed.add_row(state, str(row["check"]), str(row["detail"]))
        page().print(listed)
    return 3 if broken else 0


def _outcome(work: Callable[[], str]) -> dict[str, object]:
    try:
        return {"ok": True, "detail": work()}
    except SimsmithError as error:
        return {"ok": False, "detail": str(error)}
    except ImportError as error:
        return {"ok": False, "detail": f"{error} (install it with: pip install simsmith)"}


def _packages() -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)


def _library(place: LibraryPlace) -> str:
    library = bare_library(place)
    names = library.names()
    if not names:
        return "empty; the human-made tasks are proved and added at the first use"
    problems = library.check()
    if problems:
        raise SimsmithError(f"{len(problems)} problems in {len(names)} tasks", "see simsmith library check")
    return f"{len(names)} tasks"


def _model(model: str | None, base_url: str | None) -> str:
    from agent.models import choose_model, load_model

    choice = choose_model(model, base_url)
    load_model(choice)
    if choice.is_composer:
        return "composer (built in; set --model or SIMSMITH_MODEL for a language model)"
    return f"{choice.name} at {choice.address or 'its provider'} (not called)"


def _embeddings(place: LibraryPlace) -> str:
    embedder = load_embedder(place.embedder, place.embedder_url)
    numbers = embedder.embed(["a block in a bowl"]).shape[1]
    return f"{embedder.name}, {numbers} numbers a text, from {embedder.way}"


def _layers() -> dict[str, object]:
    sandbox = Sandbox()
    with contextlib.suppress(SimsmithError):  # told among the checks
        return {"active": sandbox.isolation, "missing": sandbox.missing}
    return {"active": (), "missing": {}}


def _isolation() -> str:
    sandbox = Sandbox()
    told = ", ".join(sandbox.isolation)
    if not set(CORE) <= set(sandbox.isolation):
        told += "; files or network are open to task code: do not run programs of people you do not trust"
    told += "".join(f"; no {layer}: {why}" for layer, why in sandbox.missing.items())
    return f"{told} (docs/security.md says what this stops and what not)"


def _simulator() -> str:
    from sim.verification import verify

    verdict = verify(TASK, seeds=4)
    if verdict.seeds.passed < verdict.seeds.run or not verdict.seeds.run:
        first = verdict.diagnostics[0].message if verdict.diagnostics else verdict.stage
        raise SimsmithError(f"the test task fails: {first}", "reinstall pybullet")
    return f"a task proved on {verdict.seeds.passed} seeds in {verdict.seconds:.1f} s"
