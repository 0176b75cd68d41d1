"""The guided tour in the terminal: the support day, what the bot makes of each step, and the sheet at its end."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tracker.cli.invocation import FOLDER
from tracker.sandbox.changes import Change, SheetWatch
from tracker.sandbox.day import NOTES, Day
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.outcome import differences
from tracker.sandbox.tour import Played, play_step
from tracker.sandbox.weather import Weather

_PATIENCE_SECONDS = 120.0
"""A step takes a second, and the bot's start after a kill many on a small machine that is busy."""

_IN_THE_TABLE = (
    *("title", NOTES, "type", "raised_by", "first_responded_by", "time_to_first_response", "team"),
    *("resolution_date", "time_to_resolution", "reopen_count"),
)
_LONGEST = 60


async def play(console: Console, desk: LocalDesk) -> None:
    """Play the day on a desk that has started, and print it.

    Raises:
        NotYetError: a step did not lead to what it should have, or the day left something that is not right.
    """
    _, output = await desk.run("tracker.init_sheet", "--dashboard")
    console.print(f"[bold]python -m tracker.init_sheet --dashboard[/bold]\n{escape(output)}", highlight=False)
    await desk.start_bot()
    console.print("[bold]python -m tracker[/bold] is running. The day begins.\n")
    day, watch = Day(desk, Weather(desk)), SheetWatch(desk.tab)
    for number, step in enumerate(day.steps, start=1):
        _tell(console, f"{number}/{len(day.steps)}", await play_step(day, step, watch, patience=_PATIENCE_SECONDS))
    code = await desk.stop_bot()
    console.print(f"[bold]The bot's log[/bold] (stopped by SIGTERM, exit code {code})")
    console.print(desk.log, highlight=False, markup=False)
    console.print(_sheet(desk))
    if code:
        raise NotYetError(f"the bot ended with exit code {code}")
    if wrong := differences(day):
        raise NotYetError("the day did not end as it must:\n  " + "\n  ".join(wrong))


def own_command() -> str:
    """The sandbox as a person starts it: by its script in a checkout, else as a module of the installed package."""
    checkout = Path(__file__).parents[2]
    script = checkout / "scripts" / "sandbox"
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m tracker.sandbox"
    return "./scripts/sandbox" if os.environ.get(FOLDER) in (None, str(checkout)) else shlex.quote(str(script))


def invite(console: Console) -> None:
    """Say what a person can do next, as the page does at the end of its tour."""
    console.print(f"Break it yourself, on a page in the browser: [bold]{escape(own_command())}[/bold]", highlight=False)
    console.print('Set it up, with a forum and a sheet of your own: README.md, "Set it up"', highlight=False)


def _tell(console: Console, number: str, played: Played) -> None:
    step = played.step
    console.print(f"[bold]{number}[/bold]  {escape(step.people)}", highlight=False)
    console.print(f"  [green]✓[/green] Discord  {escape(step.discord)}", highlight=False)
    console.print(
        f"  [green]✓[/green] Sheet    {escape(step.sheet)} [dim]({played.seconds:.1f} s)[/dim]", highlight=False
    )
    if played.changes:
        console.print(_row(played.changes))
    console.print()


def _row(changes: list[Change]) -> Table:
    """The cells that the bot changed, which on this day are of one row."""
    table = Table(show_header=False, box=None, padding=(0, 1), pad_edge=False)
    for change in changes:
        before = f"[dim]{_short(change.before)} →[/dim] " if change.before else ""
        table.add_row("            ", f"[cyan]{escape(change.column)}[/cyan]", f"{before}{_short(change.after)}")
    return table


def _short(text: str) -> str:
    return escape(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _sheet(desk: LocalDesk) -> Table:
    """The sheet as a manager sees it."""
    header, *rows = desk.tab.shown()
    table = Table(title=f'The sheet "{desk.tab.title}", {len(header)} columns, some of them:')
    columns = [header.index(name) for name in _IN_THE_TABLE]
    for column in columns:
        table.add_column(str(header[column]), overflow="fold")
    for row in rows:
        if any(row):
            table.add_row(*(escape((row[column] if column < len(row) else None) or "") for column in columns))
    return table
