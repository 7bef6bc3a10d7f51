"""How training went: rows of a CSV file, events for TensorBoard, and a plot at the end.

The CSV has nothing that depends on the clock, so two runs with the same config have the same file, byte for byte.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from memory.atomic import write_atomically
from policy.checkpoint import disk_errors

CURVE, PLOT = "curve.csv", "curve.png"


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
        success: Share of the rollouts that succeeded, where the policy was tried.
        reward: Their mean reward, likewise.
    """

    step: int
    pick: float
    place: float
    learning_rate: float
    held_out_pick: float | None = None
    held_out_place: float | None = None
    success: float | None = None
    reward: float | None = None


class Curve:
    """The curve of a policy's folder.

    Args:
        folder: It.
        step: Where training begins; rows of later steps are from a run that was killed after its checkpoint, and go.
    """

    def __init__(self, folder: Path, step: int) -> None:
        from tensorboardX import SummaryWriter

        self.folder = folder
        self.points = [point for point in read_curve(folder) if point.step <= step]
        with disk_errors(folder):
            write_atomically(folder / CURVE, _text(self.points, header=True).encode())
            self._events = SummaryWriter(str(folder), purge_step=step + 1 if step else None)

    def add(self, point: Point, samples_per_second: float) -> None:
        """Adds a row.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        self.points.append(point)
        with disk_errors(self.folder):
            with (self.folder / CURVE).open("a", encoding="utf-8", newline="") as file:
                file.write(_text([point], header=False))
            for field in fields(Point)[1:]:
                if (value := getattr(point, field.name)) is not None:
                    self._events.add_scalar(field.name, value, point.step)
            self._events.add_scalar("samples_per_second", samples_per_second, point.step)

    def close(self) -> None:
        """Ends the files, and plots."""
        with disk_errors(self.folder):
            self._events.close()
            if self.points:
                write_atomically(self.folder / PLOT, _plot(self.points))


def read_curve(folder: Path) -> list[Point]:
    """The rows of a policy's curve; those that are whole."""
    try:
        rows = list(csv.DictReader((folder / CURVE).read_text(encoding="utf-8").splitlines()))
    except OSError:
        return []
    names = [field.name for field in fields(Point)]
    found = []
    for row in rows:
        values = {name: row.get(name) for name in names}
        try:
            numbers: dict[str, Any] = {name: float(value) if value else None for name, value in values.items()}
            found.append(Point(**{**numbers, "step": int(values["step"] or "")}))
        except ValueError:
            break  # a row that was being written when the writer was killed
    return found


def _text(points: list[Point], *, header: bool) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if header:
        writer.writerow([field.name for field in fields(Point)])
    for point in points:
        writer.writerow(["" if value is None else repr(value) for value in astuple(point)])
    return buffer.getvalue()


def _plot(points: list[Point]) -> bytes:
    """The losses against the steps, as the bytes of a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    steps = [point.step for point in points]
    for index, name in enumerate(("pick", "place")):
        axes.plot(steps, [getattr(point, name) for point in points], color=f"C{index}", label=name)
        looked = [point for point in points if getattr(point, f"held_out_{name}") is not None]
        values = [getattr(point, f"held_out_{name}") for point in looked]
        axes.plot([point.step for point in looked], values, "o--", color=f"C{index}", label=f"{name}, held out")
    axes.set(xlabel="step", ylabel="loss (nats)")
    axes.set_ylim(bottom=0.0)
    axes.grid(alpha=0.3)
    tried = [(point.step, point.success) for point in points if point.success is not None]
    if tried:
        beside = axes.twinx()
        label = "success of rollouts"
        beside.plot(*zip(*tried, strict=True), "s:", color="C2", label=label)
        beside.set(ylabel=label, ylim=(0.0, 1.05))
        axes.plot([], [], "s:", color="C2", label=label)
    figure.legend(
        *axes.get_legend_handles_labels(), frameon=False, loc="outside upper center", ncols=5, fontsize="small"
    )
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
