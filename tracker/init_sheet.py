"""`python -m tracker.init_sheet`: prepare the tab for the tracker. Safe to run again, and on a tab with tickets.

Exit codes: 0 the tab is ready, if need be without its filter views (or, with --dry-run, the plan was printed), 1
something has to be put right first, 2 settings are missing or wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from tracker import logs, settings
from tracker.cli import terminal
from tracker.cli.arguments import Arguments
from tracker.cli.invocation import command
from tracker.errors import SettingsError, SheetUnavailable, TrackerError
from tracker.sheet.setup.checks import time_zone
from tracker.sheet.setup.plan import Plan, carry_out, make_plan
from tracker.sheet.table.columns import FIGURES
from tracker.wiring import sheet_of, use_proxies

_WITHOUT_VIEWS = "Done, but for the filter views; the bot works without them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the settings, plan, and carry the plan out."""
    parser = Arguments(
        command("init-sheet"),
        "Create the tab and its header row, or add what an existing tab lacks.\nNothing is renamed, moved or deleted.",
    )
    parser.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
    parser.add_argument("--figures", action="store_true", help=f"add the columns of figures, too: {', '.join(FIGURES)}")
    parser.add_argument(
        "--dashboard",
        action="store_true",
        help="add a tab of figures and charts, too, and the columns that it counts in; or put it right again",
    )
    terminal.prepare()
    asked = parser.read(arguments)
    console, errors = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        loaded = settings.load(settings.SheetSettings)
        use_proxies(loaded)
        logs.set_up(loaded.log_level, loaded.log_format)
        for odd in settings.bearable_oddities(settings.SheetSettings):
            console.print(str(odd), markup=False)
        _prepare(loaded, console, dry_run=asked.dry_run, figures=asked.figures, dashboard=asked.dashboard)
    except TrackerError as error:
        passing = f" Try again later; what is in the way: {command('doctor')}"
        errors.print(f"{error}{passing if isinstance(error, SheetUnavailable) else ''}", markup=False)
        return 2 if isinstance(error, SettingsError) else 1
    return 0


def _prepare(
    loaded: settings.SheetSettings, console: Console, *, dry_run: bool, figures: bool, dashboard: bool
) -> None:
    sheet = sheet_of(loaded)
    plan = make_plan(sheet, loaded.sheet_name, loaded.resolved_tags, figures=figures, dashboard=dashboard)
    _show(plan, loaded, console, dry_run=dry_run)
    if plan.steps and dry_run:
        console.print("Nothing was changed (--dry-run).")
        return
    if plan.steps:
        without_views = carry_out(sheet, plan)
        if without_views is None:
            console.print("Done.", markup=False)
        else:
            again = f"To try again: {command('init-sheet')}"
            console.print(f"{_WITHOUT_VIEWS} {again}\nWhat was wrong: {without_views}", markup=False)
    if plan.without_figures:
        missing = ", ".join(plan.without_figures)
        console.print(f"For figures in the sheet ({missing}): {command('init-sheet')} --figures", markup=False)
    if plan.lacks_dashboard:
        console.print(f"For a tab of charts: {command('init-sheet')} --dashboard", markup=False)
    console.print(plan.address, markup=False)
    console.print(f"Next: {command('run')}", markup=False)


def _show(plan: Plan, loaded: settings.SheetSettings, console: Console, *, dry_run: bool) -> None:
    """What is to be done, and what the bot finds in the tab."""
    console.print(f'Spreadsheet "{plan.title}", tab "{loaded.sheet_name}"', markup=False)
    for step in plan.steps:
        console.print(f"  {'would ' if dry_run else ''}{step}", markup=False)
    if not plan.steps:
        console.print("  Nothing to do: the tab is ready.")
    rows = [] if plan.inventory is None else plan.inventory.lines(loaded.timezone)
    if rows:
        console.print("What the bot makes of the rows that are there:")
    for line in rows:
        console.print(f"  {line}", markup=False)
    clock = time_zone(plan.time_zone, loaded.timezone)
    if clock.fix is not None:
        console.print(f"{clock.text} {clock.fix}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
