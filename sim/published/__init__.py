"""Files written for Ravens, CLIPort or GenSim: what the names that they import resolve to, inside the sandbox only.

Nothing of those projects is here: each name leads to our own rooms. `modules` is the one table; the static check reads
it for the names that exist, and the candidate's process imports from it. An `env` that such a file's pybullet calls act
on is bound when the table is made, so that nothing global passes from one episode to the next.
"""

from __future__ import annotations

import ast
import random
from types import ModuleType
from typing import Any

from sim.errors import TaskError, did_you_mean
from sim.published import operating_system, tools, utilities
from sim.published.bullet import Bullet
from sim.published.scene import PublishedScene
from sim.published.task import PublishedTask

ROOTS = ("cliport", "ravens")


def is_published(tree: ast.Module) -> bool:
    """Whether a program is written for one of those projects: it imports from them."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return any(name.split(".")[0] in ROOTS for name in names)


def modules(env: PublishedScene) -> dict[str, ModuleType]:
    """Every foreign module by its name; `pybullet` acts on this `env`."""
    bullet = Bullet(env)
    given = utilities.fresh()
    table: dict[str, dict[str, Any]] = {
        "os": {"remove": operating_system.remove},
        "os.path": _public(operating_system, "basename", "dirname", "exists", "isfile", "join", "splitext"),
        "pybullet": {name: getattr(bullet, name) for name in dir(bullet) if not name.startswith("_")},
        # Python before 3.11 drew samples from sets and views, and published files do so.
        "random": _public(random, *random.__all__) | {"sample": utilities.sample},
    }
    for root in ROOTS:
        table[root] = {}
        table[f"{root}.tasks"] = {"Task": PublishedTask}
        table[f"{root}.tasks.task"] = {"Task": PublishedTask}
        table[f"{root}.tasks.primitives"] = _public(tools, "PickPlace", "pick_place", "push")
        table[f"{root}.tasks.grippers"] = _public(tools, "Spatula", "Suction")
        table[f"{root}.tasks.cameras"] = _public(tools, "Oracle", "RealSenseD415")
        table[f"{root}.utils"] = given
        table[f"{root}.utils.utils"] = given
    made = {name: _module(name, members) for name, members in table.items()}
    for name, module in made.items():
        parent, _, child = name.rpartition(".")
        if parent:
            vars(made[parent])[child] = module
    return made


def unknown(module: str, name: str, known: list[str]) -> TaskError:
    """What is said of a name that a foreign module does not have here."""
    if module.split(".")[0] == "os":
        remedy = "a task lays out a scene; of os it gets os.path, to put names of assets together"
        return TaskError("forbidden-name", f"use of '{module}.{name}'", remedy, given=f"{module}.{name}")
    return TaskError("unknown-name", f"{module} has no {name!r} here", did_you_mean(name, known), given=name)


def _public(owner: ModuleType, *names: str) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in names}


def _module(name: str, members: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)

    def missing(wanted: str) -> Any:
        if wanted.startswith("__"):
            raise AttributeError(wanted)  # the import machinery's own questions
        raise unknown(name, wanted, [known for known in vars(module) if not known.startswith("__")])

    vars(module)["__getattr__"] = missing
    return module
