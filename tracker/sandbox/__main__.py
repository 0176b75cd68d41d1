"""`python -m tracker.sandbox`: play a support day against the shipped bot, and show the sheet it leaves.

Exit codes: 0 everything happened as it should, 1 something did not.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tracker.sandbox.day import SLA, support_day
from tracker.sandbox.desk import LocalDesk, NotYetError

_SHOWN = (
    *("title", "type", "raised_by", "first_responded_by", "time_to_first_response", "team"),
    *("resolution_date", "time_to_resolution", "reopen_count"),
)
_PLAIN_WIDTH = 160
"""Columns of text where the output goes to a file."""


async def play(console: Console, folder: Path) -> None:
    """Start everything, play the day, print the sheet.

    Raises:
        NotYetError: a step did not lead to what it should have.
    """
    async with LocalDesk(folder=folder) as desk:
        desk.settings["SLA_TIMEOUT"] = SLA
        console.print(f"A local Discord at {desk.discord.rest_url}, a local Google Sheets at {desk.sheets.address}")
        _, output = await desk.run("tracker.init_sheet")
        console.print(f"\n[bold]python -m tracker.init_sheet[/bold]\n{output}", highlight=False)
        await desk.start_bot()
        console.print("[bold]python -m tracker[/bold] is running. The day begins:\n")
        for step in support_day(desk):
            started = time.monotonic()
            await desk.until(step.told, step.done)
            console.print(f"  [green]✓[/green] {step.told} [dim]({time.monotonic() - started:.1f} s)[/dim]")
        code = await desk.stop_bot()
        console.print(f"\n[bold]The bot's log[/bold] (stopped by SIGTERM, exit code {code})")
        console.print(desk.log, highlight=False, markup=False)
        console.print(_sheet(desk))
        if code:
            raise NotYetError(f"the bot ended with exit code {code}")


def _sheet(desk: LocalDesk) -> Table:
    """The sheet as a manager sees it."""
    header, *rows = desk.tab.shown()
    table = Table(title=f'The sheet "{desk.tab.title}", {len(header)} columns, some of them:')
    columns = [header.index(name) for name in _SHOWN]
    for column in columns:
        table.add_column(str(header[column]), overflow="fold")
    for row in rows:
        if any(row):
            table.add_row(*((row[column] or "") if column < len(row) else "" for column in columns))
    return table


def main() -> int:
    """Play the day in a temporary folder, which is gone afterwards."""
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    try:
        with tempfile.TemporaryDirectory(prefix="support-tracker-") as folder:
            asyncio.run(play(console, Path(folder)))
    except NotYetError as error:
        console.print(f"[red]✗[/red] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        return 1
    console.print("Everything happened as it should.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
