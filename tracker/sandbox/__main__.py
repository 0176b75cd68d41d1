"""`python -m tracker.sandbox`: a support desk on this machine, as a page in the browser or as a tour in the terminal.

Exit codes: 0 stopped by Ctrl-C, or the tour left the sheet as it must be; 1 it did not, or the bot could not start; 2
wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tracker.cli.arguments import Arguments
from tracker.cli.terminal import prepare
from tracker.sandbox import terminal
from tracker.sandbox.beginning import furnish, open_first_tickets
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.page.server import serve
from tracker.secrecy import quoted
from tracker.settings.values import duration

PORT = 8765
_LAST_PORT = 65_535
_PAGE_SLA, _TOUR_SLA = "1m", "5s"
_PLAIN_WIDTH = 160
"""Columns of text where the output goes to a file."""


def main() -> int:
    """Play what the arguments say, in a folder that is gone afterwards unless it is to be kept."""
    prepare()
    arguments = _arguments()
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    with contextlib.ExitStack() as exit_stack:
        if arguments.keep is None:
            folder = Path(exit_stack.enter_context(tempfile.TemporaryDirectory(prefix="support-tracker-")))
        else:
            folder = arguments.keep.resolve()
            try:
                _make_empty(folder)
            except OSError as error:
                print(f"--keep {arguments.keep}: {error.strerror}.", file=sys.stderr)  # noqa: T201 - a command's own words
                return 2
        return asyncio.run(_until_stopped(console, folder, arguments))


def _arguments() -> argparse.Namespace:
    parser = Arguments(
        terminal.own_command(), "A support desk on this machine: local Discord, local Sheets, the real bot."
    )
    parser.add_argument("--tour", action="store_true", help="play a support day in the terminal instead of the page")
    parser.add_argument(
        "--port", type=_port, default=PORT, metavar="N", help=f"of the page; {PORT}, or the next one that is free"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep settings, store and log in this new folder")
    parser.add_argument(
        "--sla",
        type=_span,
        metavar="TIME",
        help=f"time for a first answer: {_PAGE_SLA} on the page, {_TOUR_SLA} on the tour",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the page's address and open no browser")
    parser.add_argument("--empty", action="store_true", help="begin without the few tickets that the page begins with")
    return parser.read(None)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"a number from 0 (any free port) to {_LAST_PORT} is needed, not {quoted(text)}"
        )
    return int(text)


def _span(text: str) -> str:
    try:
        duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}. Example: 1m30s") from error
    return text


def _make_empty(folder: Path) -> None:
    """The folder, new or empty: both services begin anew each time, and a store of another day would not fit them."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(0, "the folder is not empty; name a new one")


async def _until_stopped(console: Console, folder: Path, arguments: argparse.Namespace) -> int:
    """Run until the work is done or a signal comes; whatever happens, the bot and both servers have ended then."""
    work = asyncio.create_task(_run(console, folder, arguments))
    stopped = False

    def stop() -> None:
        nonlocal stopped
        if not stopped:  # a second one must not cut the clearing up short
            stopped = True
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await work
    except NotYetError as error:
        console.print(f"✗ {error}", style="red", highlight=False, markup=False)
        return 1
    except asyncio.CancelledError:
        if not stopped:
            raise
        return 1 if arguments.tour else 0
    return 0


async def _run(console: Console, folder: Path, arguments: argparse.Namespace) -> None:
    async with LocalDesk(folder=folder) as desk:
        furnish(desk, sla=arguments.sla or (_TOUR_SLA if arguments.tour else _PAGE_SLA))
        if arguments.tour:
            await terminal.play(console, desk)
            console.print("[green]✓[/green] Everything happened as it should.")
            terminal.invite(console)
        else:
            if not arguments.empty:
                open_first_tickets(desk)
            await serve(console, desk, arguments.port, browser=not arguments.no_browser)


if __name__ == "__main__":
    sys.exit(main())
