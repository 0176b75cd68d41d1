"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.tools.bench.figures import Figure

Results = Mapping[str, Sequence[Figure]]
"""The figures of each row, by its title."""


def print_table(console: Console, results: Results, machine: Mapping[str, str]) -> None:
    """The table, below it where it was measured."""
    table = Table(
        title="What the bot costs", caption="medians of the rounds; what has no target is there to compare with"
    )
    table.add_column("what")
    for name in ("median", "to reach", "from … to", "rounds"):
        table.add_column(name, justify="right")
    table.add_column("")
    for title, figures in results.items():
        table.add_section()
        table.add_row(f"[bold]{title}[/bold]")
        for figure in figures:
            table.add_row(
                f"  {figure.what}",
                _number(figure.value, figure.unit),
                _target(figure),
                f"{_number(min(figure.rounds))} … {_number(max(figure.rounds))}" if len(figure.rounds) > 1 else "",
                str(len(figure.rounds)),
                {None: "", True: "[green]✓[/green]", False: "[red]✗[/red]"}[figure.reached],
            )
    console.print(table)
    console.print(" · ".join(f"{name}: {value}" for name, value in machine.items()), highlight=False)


def write_json(path: Path, results: Results, machine: Mapping[str, str]) -> None:
    """Everything that was measured."""
    rows = [{"row": title, "figures": [each.as_json() for each in figures]} for title, figures in results.items()]
    path.write_text(json.dumps({"machine": dict(machine), "rows": rows}, indent=2) + "\n", encoding="utf-8")


def _target(figure: Figure) -> str:
    if figure.at_most is not None:
        return f"≤ {_number(figure.at_most, figure.unit)}"
    return "" if figure.at_least is None else f"≥ {_number(figure.at_least, figure.unit)}"


_WHOLE_FROM = 100


def _number(value: float, unit: str = "") -> str:
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= _WHOLE_FROM else f"{value:.3g}"
    return f"{text} {unit}".rstrip()
