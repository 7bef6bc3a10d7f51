"""What every benchmark prints: one document, for people or for programs."""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any

from rich.console import Console
from rich.table import Table


def machine() -> str:
    """The machine in words."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def report(benchmark: str, results: list[dict[str, Any]], summary: dict[str, Any], as_json: bool) -> None:
    """Prints results (a list of rows with the same keys) and their summary."""
    document = {"benchmark": benchmark, "machine": machine(), "results": results, "summary": summary}
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    if as_json:
        console.print_json(json.dumps(document))
        return
    table = Table(title=f"{benchmark} on {machine()}", box=None, title_justify="left")
    for key in results[0]:
        table.add_column(key)
    for row in results:
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row.values()))
    console.print(table)
    for key, value in summary.items():
        console.print(f"{key}: {value}")
