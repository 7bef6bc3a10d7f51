"""How training went: rows of CSV files, events for TensorBoard, and a plot at the end.

The files have nothing in them that depends on the clock, so two runs with the same config have the same, byte for byte.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from memory.atomic import write_atomically
from policy.checkpoint import disk_errors
from policy.rates import Rate

COUNTS = frozenset(["step", "successes", "episodes"])
CURVE, ROLLOUTS, PLOT = "curve.csv", "rollouts.csv", "curve.png"


@dataclass(frozen=True)
class Point:
    """Means over the steps since the last row.

    Attributes:
        step: Steps so far.
        pick: Loss of the pick, nats above what its wide labels leave at best.
        place: Loss of the place, likewise.
        learning_rate: At this step.
        held_out_pick: Loss of the pick on episodes that are not learnt from, where they were looked at.
        held_out_place: Of the place, likewise.
    """

    step: int
    pick: float
    place: float
    learning_rate: float
    held_out_pick: float | None = None
    held_out_place: float | None = None


@dataclass(frozen=True)
class Tried:
    """What came of rollouts.

    Attributes:
        step: Steps so far.
        successes: Episodes that succeeded.
        episodes: Of how many.
        reward: Their mean reward.
    """

    step: int
    successes: int
    episodes: int
    reward: float

    @property
    def success(self) -> Rate:
        """The success rate."""
        return Rate.of(self.successes, self.episodes)


Row = TypeVar("Row", Point, Tried)


class Curve:
    """The curve of a policy's folder, and what came of its rollouts where it was tried.

    Args:
        folder: It.
        step: Where training begins; rows of later steps are from a run that was killed after its checkpoint, and go.
    """

    def __init__(self, folder: Path, step: int) -> None:
        from tensorboardX import SummaryWriter

        self.folder = folder
        self.points = [point for point in read_curve(folder) if point.step <= step]
        self.tried = [tried for tried in read_rollouts(folder) if tried.step <= step]
        with disk_errors(folder):
            write_atomically(folder / CURVE, _text(Point, self.points, header=True).encode())
            if (folder / ROLLOUTS).exists():
                write_atomically(folder / ROLLOUTS, _text(Tried, self.tried, header=True).encode())
            self._events = SummaryWriter(str(folder), purge_step=step + 1 if step else None)

    def add(self, point: Point, samples_per_second: float) -> None:
        """Adds a row.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        self.points.append(point)
        with disk_errors(self.folder):
            _append(self.folder / CURVE, point)
            for field in fields(Point)[1:]:
                if (value := getattr(point, field.name)) is not None:
                    self._events.add_scalar(field.name, value, point.step)
            self._events.add_scalar("samples_per_second", samples_per_second, point.step)

    def add_tried(self, tried: Tried) -> None:
        """Adds what came of rollouts.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        self.tried.append(tried)
        with disk_errors(self.folder):
            _append(self.folder / ROLLOUTS, tried)
            self._events.add_scalar("success", tried.success.rate, tried.step)
            self._events.add_scalar("reward", tried.reward, tried.step)

    def close(self) -> None:
        """Ends the files, and plots."""
        with disk_errors(self.folder):
            self._events.close()
            if self.points:
                write_atomically(self.folder / PLOT, _plot(self.points, self.tried))


def read_curve(folder: Path) -> list[Point]:
    """The rows of a policy's curve; those that are whole."""
    return _read(folder / CURVE, Point)


def read_rollouts(folder: Path) -> list[Tried]:
    """What came of a policy's rollouts; none where it was not tried."""
    return _read(folder / ROLLOUTS, Tried)


def latest(rows: Sequence[Row]) -> Row | None:
    """The last row; None where there is none."""
    return rows[-1] if rows else None


def _read(path: Path, kind: type[Row]) -> list[Row]:
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except OSError:
        return []
    names = [field.name for field in fields(kind)]
    found = []
    for row in rows:
        values = {name: row.get(name) for name in names}
        try:
            numbers: dict[str, Any] = {name: float(value) if value else None for name, value in values.items()}
            numbers |= {name: int(values[name] or "") for name in COUNTS & values.keys()}
            found.append(kind(**numbers))
        except ValueError:
            break  # a row that was being written when the writer was killed
    return found


def _append(path: Path, row: Point | Tried) -> None:
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(_text(type(row), [row], header=new))


def _text(kind: type[Point | Tried], rows: Sequence[Point | Tried], *, header: bool) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if header:
        writer.writerow([field.name for field in fields(kind)])
    for row in rows:
        writer.writerow(["" if value is None else repr(value) for value in astuple(row)])
    return buffer.getvalue()


def _plot(points: Sequence[Point], tried: Sequence[Tried]) -> bytes:
    """The losses against the steps, and the success of rollouts, as the bytes of a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    steps = [point.step for point in points]
    for index, name in enumerate(("pick", "place")):
        axes.plot(steps, [getattr(point, name) for point in points], color=f"C{index}", label=name)
        looked = [point for point in points if getattr(point, f"held_out_{name}") is not None]
        if not looked:
            continue
        values = [getattr(point, f"held_out_{name}") for point in looked]
        axes.plot([point.step for point in looked], values, "o--", color=f"C{index}", label=f"{name}, held out")
    axes.set(xlabel="step", ylabel="loss (nats)")
    axes.set_ylim(bottom=0.0)
    axes.grid(alpha=0.3)
    if tried:
        beside = axes.twinx()
        label = f"success of {tried[-1].episodes} rollouts"
        values = [one.success.rate for one in tried]
        beside.plot([one.step for one in tried], values, "s:", color="C2", label=label)
        beside.set(ylabel=label, ylim=(0.0, 1.05))
        axes.plot([], [], "s:", color="C2", label=label)
    figure.legend(
        *axes.get_legend_handles_labels(), frameon=False, loc="outside upper center", ncols=5, fontsize="small"
    )
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
