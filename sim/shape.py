"""The third part of the static check: is the task class of the shape that a task has, and are its helpers?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from sim.program import Program, dotted, finding
from sim.verdict import Diagnostic

PARAMETERS = {"reset": "self, env", "__init__": "self"}
RESET_BASE = "super().reset(env)"
# What makes a generator that nobody has seeded, when it is called without an argument.
UNSEEDED = ("numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.seed", "random.Random", "random.seed")


def _methods(program: Program) -> dict[str, ast.FunctionDef]:
    """The methods of the task class and of the classes that it derives from, its own first."""
    found: dict[str, ast.FunctionDef] = {}
    for item in program.lineage():
        found = {node.name: node for node in item.body if isinstance(node, ast.FunctionDef)} | found
    return found


def _reset_is_there(program: Program) -> Iterator[Diagnostic]:
    methods = _methods(program)
    if any("reset" in _names(item) for item in program.lineage()):
        return
    hint = "lay out the scene in reset(self, env)"
    for name, method in methods.items():
        if RESET_BASE in ast.unparse(method) or [item.arg for item in method.args.args] == ["self", "env"]:
            message = f"{program.task_class.name} has no reset, and nothing calls {name}"
            yield finding("no-reset", message, f"{hint}: replace `{name}` by `reset`", method.lineno)
            return
    yield finding("no-reset", f"{program.task_class.name} has no reset", hint, program.task_class.lineno)


def _names(item: ast.ClassDef) -> set[str]:
    stored = {node.id for node in ast.walk(item) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in item.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def _parameters(program: Program) -> Iterator[Diagnostic]:
    """`reset` is called with an environment, `__init__` with nothing."""
    for name, method in _methods(program).items():
        if name not in PARAMETERS or method.decorator_list:
            continue
        wanted, given = PARAMETERS[name].count(",") + 1, method.args
        positional = [*given.posonlyargs, *given.args]
        needed = len(positional) - len(given.defaults)
        unfilled = [item for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None]
        if unfilled or needed > wanted or (len(positional) < wanted and given.vararg is None):
            message = f"{name} has the parameters ({ast.unparse(given)})"
            hint = f"write `def {name}({PARAMETERS[name]}):`"
            yield finding("wrong-signature", message, hint, method.lineno)


def _base_is_reset(program: Program) -> Iterator[Diagnostic]:
    """The base class' `reset` is called: it forgets the last episode."""
    reset = _methods(program).get("reset")
    if reset is None or any(_is_base_call(node) for node in ast.walk(reset)):
        return
    arguments = [item.arg for item in reset.args.args]
    env = arguments[1] if len(arguments) > 1 else "env"
    hint = f"add `super().reset({env})` after line {reset.body[0].lineno - 1}"
    if reset.body[0].lineno == reset.lineno or arguments[:1] != ["self"]:
        hint = f"begin with super().reset({env})"
    yield finding("missing-super", "reset does not call the reset of Task", hint, reset.lineno)


def _is_base_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "reset" and not isinstance(node.value, ast.Constant)


def _results_are_returned(program: Program) -> Iterator[Diagnostic]:
    """What a helper is asked for, it returns."""
    nodes = program.nodes
    unused = {node.value for node in nodes if isinstance(node, (ast.Expr, ast.Return)) and node.value is not None}
    loads = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for node in list(unused):  # what is thrown away as a whole is thrown away in its parts
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            unused.add(node.elt)
        elif isinstance(node, ast.IfExp):
            unused |= {node.body, node.orelse}
        elif isinstance(node, ast.BoolOp):
            unused.add(node.values[-1])
    unused |= {
        node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        and all(isinstance(target, ast.Name) and target.id not in loads for target in node.targets)
    }
    calls = [node for node in nodes if isinstance(node, ast.Call) and node not in unused]
    asked = {name: call for call in reversed(calls) if (name := _own_method(call))}
    for name, method in _methods(program).items():
        last = method.body[-1]
        if name not in asked or not isinstance(last, ast.Expr) or method.decorator_list:
            continue
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) or _gives(node) for node in ast.walk(method)):
            continue
        message = f"{name} returns nothing, but line {asked[name].lineno} uses what it returns"
        one_line = last.lineno == last.end_lineno
        hint = f"write `return {ast.unparse(last)}`" if one_line else "return what is asked for at its end"
        yield finding("returns-nothing", message, hint, last.lineno, given=name)


def _gives(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and node.value is not None


def _own_method(call: ast.Call) -> str:
    """The name of the method for a call of `self.name(...)`."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return call.func.attr if isinstance(owner, ast.Name) and owner.id == "self" else ""  # type: ignore[attr-defined]


def _chance_is_seeded(program: Program) -> Iterator[Diagnostic]:
    """A generator of one's own gives other numbers each time."""
    modules = program.imported
    for node in program.nodes:
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            plain = modules.get(node.func.id, "") if isinstance(node.func, ast.Name) else ""
            name = plain or dotted(node.func, modules)
            if name in UNSEEDED:
                written = ast.unparse(node)
                hint = "delete this line" if name.endswith("seed") else f"replace `{written}` by `self.rng`"
                message = f"{written} is seeded differently each time"
                yield finding("not-deterministic", message, hint, node.lineno, given=written)


SHAPING: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (
    _reset_is_there,
    _parameters,
    _base_is_reset,
    _results_are_returned,
    _chance_is_seeded,
)
