"""What a study found, as Markdown for a page of results and as curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policy.predictors import Prediction
from policy.study_plan import GROUPS, Group, Kind, Plan
from policy.study_results import Cell, Findings, Gain, Row, TaskRow
from sim.layout import Frozen

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLES: dict[Group, str] = {
    "in-domain": "in-domain",
    "unseen-colors": "unseen colours",
    "zero-shot-human": "zero-shot, human-made",
    "zero-shot-generated": "zero-shot, generated",
}
KINDS: dict[Kind, str] = {"text": "", "blind": "text-blind", "unfiltered": "without filters", "chance": "chance"}
CURVES: tuple[Group, ...] = ("in-domain", "zero-shot-human", "zero-shot-generated")
MARKS: dict[Kind, str] = {"blind": "x", "unfiltered": "s"}  # beside the curve
NONE = "-"


class Circumstances(Frozen):
    """Under what a study was run, so that its numbers can be had again.

    Attributes:
        command: What was typed.
        commit: The commit of the code, several where runs had different ones; empty outside a checkout.
        machine: The machine in words.
        hours: Hours at work, of all runs together.
        seeds: Seeds of training.
        demonstrations: Demonstrations of each arm.
        steps: Gradient steps of each arm.
    """

    command: str
    commit: str
    machine: str
    hours: float
    seeds: tuple[int, ...]
    demonstrations: int
    steps: int

    def words(self) -> str:
        """All of it in one line."""
        at = f", commit {self.commit}" if self.commit else ""
        return (
            f"`{self.command}`{at}; {self.machine}; {self.hours:.2f} h; seeds {', '.join(map(str, self.seeds))};"
            f" {self.demonstrations} demonstrations and {self.steps} steps in every arm"
        )


def condition(row: Row) -> str:
    """What a row is called: its number of generated tasks, and its kind where that is not the curve's."""
    return "chance" if row.kind == "chance" else f"{row.number} {KINDS[row.kind]}".strip()


def cell_words(cell: Cell | None) -> tuple[str, str]:
    """Success and reward of a cell with their intervals."""
    if cell is None:
        return NONE, NONE
    void = f", {cell.void} void" if cell.void else ""
    return cell.success.words() + void, cell.reward.words()


def gain_words(gain: Gain) -> tuple[str, str, str]:
    """Relative gain, gain in points, and what the paper reports."""
    paper = f"{100 * gain.paper:+.0f} %" if gain.paper is not None else NONE
    points = gain.difference.words("points" if gain.measure == "success" else "")
    return gain.relative.words("%"), points, paper


def markdown(plan: Plan, found: Findings, under: Circumstances) -> str:
    """The whole result as Markdown, ready for a page of results."""
    blocks = [under.words(), *_tested(plan), *_markdown_rows(found), *_markdown_gains(found)]
    for title, gains in (
        ("With filters against without (`ground` and `hold`), as many tasks", found.filters),
        ("With the instruction against text-blind", found.language),
    ):
        if gains:
            blocks += [f"{title}:", _gain_table([("", gain) for gain in gains], first="")]
    blocks += _markdown_tasks(found.tasks)
    blocks += _markdown_predictions(found.predictions)
    left = [*plan.notes, *(f"{arm} has no result: {why}" for arm, why in found.failed.items())]
    if found.missing:
        left.append(f"{found.missing} of {len(plan.arms)} arms are not done: these are partial results")
    return "\n\n".join([*blocks, *(f"{note[0].upper()}{note[1:]}." for note in left)]) + "\n"


def _tested(plan: Plan) -> Iterator[str]:
    split = plan.split
    most = max(arm.number for arm in plan.arms)
    generated = f"n generated tasks, up to {most} of {len(split.train_generated)}"
    yield f"Trained on: {', '.join(split.train_human)}, and {generated}."
    if split.test_human:
        yield f"Zero-shot, human-made families: {', '.join(split.test_human)}."
    if split.test_generated:
        yield f"Zero-shot, generated families: {', '.join(split.test_generated)}."
    told = [f"{leak.dropped} ({leak.similarity:.2f} like {_other(leak.dropped, leak.train, leak.test)})"
            for leak in split.leaks]  # fmt: skip
    if split.excluded:
        yield f"Not trained on, of kin to a test family: {len(split.excluded)} generated tasks."
    if told:
        yield f"Left out as near-duplicates across the split: {', '.join(told)}."


def _other(name: str, first: str, second: str) -> str:
    return second if name == first else first


def _markdown_rows(found: Findings) -> Iterator[str]:
    groups = [group for group in GROUPS if any(group in row.cells for row in found.rows)]
    yield "Success (pooled, 95 % Wilson) and mean reward (95 % bootstrap interval over seeds, tasks, episodes):"
    head = ["n", "seeds", *(part for group in groups for part in (TITLES[group], "reward"))]
    rows = [
        [condition(row), str(len(row.seeds)), *(part for group in groups for part in cell_words(row.cells.get(group)))]
        for row in found.rows
    ]
    yield _table(head, rows)


def _markdown_gains(found: Findings) -> Iterator[str]:
    gains = [(str(row.number), gain) for row in found.rows for gain in row.gains]
    if gains:
        yield "Gain over no generated tasks (95 % bootstrap interval), and the paper's:"
        yield _gain_table(gains, first="n")


def _gain_table(gains: Sequence[tuple[str, Gain]], first: str) -> str:
    head = [*([first] if first else []), "tested on", "measure", "relative gain", "difference"]
    head += ["paper"] if first else []
    rows = []
    for name, gain in gains:
        relative, points, paper = gain_words(gain)
        told = [TITLES[gain.group], gain.measure, relative, points]
        rows.append([name, *told, paper] if first else told)
    return _table(head, rows)


def _markdown_tasks(tasks: Sequence[TaskRow]) -> Iterator[str]:
    if not tasks:
        return
    numbers = sorted({number for row in tasks for number in row.success})
    yield "Task by task, by number of generated tasks (success and mean reward over all seeds):"
    rows = []
    for row in tasks:
        told = {n: f"{100 * rate.rate:.0f} %, {row.reward[n]:.2f}" for n, rate in row.success.items()}
        rows.append([TITLES[row.group], row.task, *(told.get(number, NONE) for number in numbers)])
    yield _table(["", "task", *map(str, numbers)], rows)


def _markdown_predictions(predictions: Sequence[Prediction]) -> Iterator[str]:
    if not predictions:
        return
    yield "Likeness of the nearest training task as a predictor of zero-shot results (Spearman's rank correlation):"
    head = ["measure", "", "test tasks", "points", "code", "language", "scene", "code - language", "so"]
    rows = [
        [
            one.measure,
            "within tasks" if one.within else "across tasks",
            str(one.tasks),
            str(one.points),
            *(one.views[view].words() for view in ("code", "language", "scene")),
            one.code_over_language.words(),
            one.words(),
        ]
        for one in predictions
    ]
    yield _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plot(found: Findings, path: Path) -> None:
    """The curves: success and mean reward against the number of generated tasks, with their intervals.

    Args:
        found: What was found.
        path: The PNG file.

    Raises:
        OSError: It cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, measure in zip(figure.subplots(1, 2), ("success rate", "mean reward"), strict=True):
        for place, group in enumerate(CURVES):
            _curve(axes, found.rows, group, measure, f"C{place}", (place - 1) * 0.12)
        axes.set_xlabel("generated tasks")
        axes.set_ylabel(measure)
        axes.set_ylim(bottom=0.0)
        axes.grid(alpha=0.3)
    marks = [
        Line2D([], [], color="gray", marker=marker, linestyle="", label=KINDS[kind])
        for kind, marker in MARKS.items()
        if any(row.kind == kind for row in found.rows)
    ]
    handles = [*figure.axes[0].get_legend_handles_labels()[0], *marks]
    figure.legend(handles=handles, fontsize="small", frameon=False, loc="outside upper center", ncols=len(handles))
    figure.savefig(path, dpi=150)


def _curve(axes: Axes, rows: Sequence[Row], group: Group, measure: str, color: str, shift: float) -> None:
    """One group's curve; numbers stand at equal distances, shifted a little so that no interval hides another."""
    numbers = sorted({row.number for row in rows})
    for aside, (kind, marker) in enumerate((("text", "o-"), *MARKS.items())):
        found = [(row.number, row.cells[group]) for row in rows if row.kind == kind and group in row.cells]
        values = [(number, *_ends(cell, measure)) for number, cell in found]
        if not values:
            continue
        label = TITLES[group] if kind == "text" else None
        places = [numbers.index(number) + shift + 0.04 * aside for number, *_ in values]
        errors = [[value - low for _, value, low, _ in values], [high - value for _, value, _, high in values]]
        axes.errorbar(
            places, [value for _, value, *_ in values], errors, fmt=marker, color=color, capsize=3, label=label
        )
    axes.set_xticks(range(len(numbers)), [str(number) for number in numbers])


def _ends(cell: Cell, measure: str) -> tuple[float, float, float]:
    """Value, lower and upper end."""
    if measure == "success rate":
        low, high = cell.success.wilson
        return cell.success.rate, min(low, cell.success.rate), max(high, cell.success.rate)
    value = cell.reward.value or 0.0
    least, most = cell.reward.low, cell.reward.high
    return value, value if least is None else min(least, value), value if most is None else max(most, value)
