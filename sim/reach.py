"""The first part of the static check: does a program reach for something that a task must not touch?

Files, processes, foreign modules, the interpreter's internals, our own machinery, and how success is judged.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from sim import geometry
from sim.errors import nearest_names
from sim.program import Program, defined, dotted, finding, offered
from sim.published import unknown
from sim.verdict import Diagnostic

# What a task does without a module that models like to import.
INSTEAD = {
    "time": "chance is seeded from the episode's seed: delete this line",
    "secrets": "chance comes from self.rng: delete this line",
    "os": "assets are named by folder and file, such as 'block/block.urdf': delete this line",
    "pathlib": "assets are named by folder and file, such as 'block/block.urdf': delete this line",
    "sys": "a task needs none of it: delete this line",
    "scipy": "sim.geometry has rotations and poses: yaw_quaternion(angle), multiply(pose, pose), apply(pose, point)",
}
DUNDER = re.compile(r"__\w+__")
ALLOWED_MODULES = (
    "__future__",
    "collections",
    "copy",
    "dataclasses",
    "functools",
    "itertools",
    "math",
    "numpy",
    "random",
    "sim",
    "sim.palette",
    "sim.geometry",
    "sim.layout",
    "sim.task",
    "string",
    "typing",
)
FORBIDDEN_NAMES = frozenset(
    [
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "exit",
        "getattr",
        "globals",
        "help",
        "input",
        "locals",
        "memoryview",
        "open",
        "quit",
        "setattr",
        "vars",
    ]
)
# Doors out of the modules that a task may import: files, foreign code, other modules.
FORBIDDEN_ATTRIBUTES = frozenset(
    [
        "ctypeslib",
        "distutils",
        "f2py",
        "fromfile",
        "genfromtxt",
        "load",
        "loadtxt",
        "make_dataclass",
        "memmap",
        "os",
        "register",
        "save",
        "savetxt",
        "savez",
        "savez_compressed",
        "singledispatch",
        "singledispatchmethod",
        "subprocess",
        "sys",
        "testing",
        "tofile",
        "f_globals",
        "f_locals",
        "f_back",
        "f_builtins",
        "gi_frame",
        "cr_frame",
        "tb_frame",
        "as_strided",
        "cffi",
        "ctypes",
        "DataSource",
        "dump",
        "ForwardRef",
        "Formatter",
        "fromregex",
        "get_field",
        "get_type_hints",
        "open_memmap",
        "parse_file",
        "parse_raw",
        "pickle",
        "update_wrapper",
        "wraps",
    ]
)
OPEN_MODULES = frozenset([*ALLOWED_MODULES, "numpy.fft", "numpy.linalg", "numpy.polynomial", "numpy.random"])
SIM_NAMES = frozenset(["Goal", "Layout", "LayoutBuilder", "Task", "colors", "geometry", "layout", "palette", "task"])
ALLOWED_DUNDERS = frozenset(["__init__", "__main__", "__name__", "__doc__"])


def _imports(program: Program) -> Iterator[Diagnostic]:
    foreign = program.interface.foreign
    for node in program.nodes:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
        else:
            continue
        for module in modules:
            if module not in ALLOWED_MODULES and module not in foreign:
                near = nearest_names(module, foreign)
                known = [*near, *(name for name in ALLOWED_MODULES if name != "__future__")]
                hint = INSTEAD.get(module.split(".")[0], "a task may import " + ", ".join(known))
                names = {alias.name for alias in node.names}
                if isinstance(node, ast.ImportFrom) and not foreign and names <= set(dir(geometry)):
                    hint = f"write `from sim.geometry import {', '.join(alias.name for alias in node.names)}`"
                yield finding("forbidden-import", f"import of {module!r}", hint, node.lineno, given=module)


def _reaching_out(program: Program) -> Iterator[Diagnostic]:
    for node in program.nodes:
        names, forbidden, private = [], FORBIDDEN_ATTRIBUTES, False
        if isinstance(node, ast.Attribute):
            names, private = [node.attr], not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
        elif isinstance(node, ast.Name):
            names, forbidden = [node.id], FORBIDDEN_NAMES
        elif isinstance(node, ast.MatchClass):
            names, private = node.kwd_attrs, True
        elif isinstance(node, ast.ImportFrom):
            names, private = [alias.name for alias in node.names], True
        elif isinstance(node, ast.Constant) and DUNDER.fullmatch(str(node.value)):
            names = [str(node.value)]  # `type("K", (), {"__annotations__": ...})`: text that becomes code
        for name in names:
            reserved = name.startswith("__") or (private and name.startswith("_"))
            if name in forbidden or (reserved and name not in ALLOWED_DUNDERS):
                yield _out_of_bounds(f"use of {name!r}", node.lineno, name)  # type: ignore[attr-defined]


def _doors(program: Program) -> Iterator[Diagnostic]:
    """What a module that a task may import leads to: other modules, and our own machinery."""
    foreign = program.interface.foreign
    known = OPEN_MODULES | set(foreign)
    modules = {name: path for name, path in program.imported.items() if path in known}
    owners = {node.value for node in program.nodes if isinstance(node, ast.Attribute)}
    for node in program.nodes:
        taken: list[tuple[str, str]] = []  # (module, member)
        if isinstance(node, ast.ImportFrom) and node.module in {*ALLOWED_MODULES, *foreign}:
            taken = [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Attribute) and (owner := dotted(node.value, modules)) in known:
            taken = [(owner, node.attr)]
        elif isinstance(node, ast.Name) and node.id in modules and node not in owners:
            yield _out_of_bounds(f"use of the module {node.id!r} as a value", node.lineno, node.id)
        for module, member in taken:
            if module not in OPEN_MODULES:
                yield from _foreign_member(foreign[module], member, node.lineno)  # type: ignore[attr-defined]
            elif not _is_open(module, member):
                what = "import" if isinstance(node, ast.ImportFrom) else "use"
                given = f"{module}.{member}"
                yield _out_of_bounds(f"{what} of {given!r}", node.lineno, given)  # type: ignore[attr-defined]


def _foreign_member(module: ModuleType, member: str, line: int) -> Iterator[Diagnostic]:
    known = [name for name in vars(module) if not name.startswith("__")]
    if member not in known:
        error = unknown(module.__name__, member, known)
        yield finding(error.code, error.message, error.remedy, line, **error.values)


def _is_open(module: str, member: str) -> bool:
    """Whether a task may take this member of a module: no other modules, and of ours only what tasks are written in."""
    if member == "*" or module == "sim":
        return member in SIM_NAMES
    value = vars(importlib.import_module(module)).get(member)
    if isinstance(value, ModuleType):
        return f"{module}.{member}" in OPEN_MODULES
    return not module.startswith("sim.") or getattr(value, "__module__", module) in (module, "builtins", "typing")


def _overrides(program: Program) -> Iterator[Diagnostic]:
    for node in (node for item in program.lineage() for node in item.body):
        for name in defined(node) & program.interface.reserved:
            hint = "a task lays out; override reset only, and give helper methods names of their own"
            lines = f"{node.lineno}-{node.end_lineno}" if node.end_lineno != node.lineno else str(node.lineno)
            mend = f"delete lines {lines}"
            if called := _calls_of(program, name):
                mend = f"rename it here and where it is called (line{'s' if len(called) > 1 else ''} {_listed(called)})"
            message = f"{name} is not a task's to override"
            yield finding("override", message, f"{hint}: {mend}", node.lineno, given=name)


def _calls_of(program: Program, name: str) -> list[int]:
    """The lines in which the program calls its own method of a name that a task does not have for it to call."""
    if name in offered(program.interface.task):
        return []
    nodes = (node.func for node in program.nodes if isinstance(node, ast.Call))
    own = (node for node in nodes if isinstance(node, ast.Attribute) and node.attr == name)
    return sorted({node.lineno for node in own if isinstance(node.value, ast.Name) and node.value.id == "self"})


def _listed(lines: Sequence[int]) -> str:
    """`3, 8 and 9`."""
    return " and ".join(filter(None, [", ".join(map(str, lines[:-1])), str(lines[-1])]))


def _out_of_bounds(message: str, line: int, given: str) -> Diagnostic:
    hint = "a task lays out a scene; it needs no files, processes or interpreter internals"
    return finding("forbidden-name", message, hint, line, given=given)


REACHING: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (_imports, _reaching_out, _doors, _overrides)
