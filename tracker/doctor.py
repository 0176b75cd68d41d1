"""`python -m tracker.doctor`: check the whole set-up and name the fix of everything that is wrong.

It changes nothing, except with --send-test. What lies below a failed check is not looked at. With --send-test and
--json it also prints what Google answered to the test, for a person to send on.

Exit codes: 0 nothing failed, 1 something has to be put right.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.markup import escape

from tracker.checks import Finding, Group, Level, open_to_all
from tracker.discord.alert_checks import try_post
from tracker.discord.checks import check_discord
from tracker.discord.connection import rest_only
from tracker.errors import SettingsError
from tracker.machine import check_machine
from tracker.settings import ENV_FILE, Settings, misspelt, read
from tracker.sheet.setup.checks import check_sheet
from tracker.sheet.setup.recording import Record
from tracker.sheet.setup.trial import play
from tracker.wiring import desk_in_discord, use_proxies

_MARKS = {Level.GOOD: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.FAILED: "[red]✗[/]"}

_good = partial(Finding, group=Group.SETTINGS, level=Level.GOOD)
_warning = partial(Finding, group=Group.SETTINGS, level=Level.WARNING)
_failed = partial(Finding, group=Group.SETTINGS, level=Level.FAILED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check everything and show what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m tracker.doctor", description="Check the whole set-up. Nothing is changed without --send-test."
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the findings as one JSON array; with --send-test as an object, with Google's answers beside them",
    )
    parser.add_argument(
        "--send-test",
        action="store_true",
        help="also post a message in each alert channel, and play a ticket's life on a hidden tab of the spreadsheet; "
        "both are removed again",
    )
    options = parser.parse_args(arguments)
    record = Record() if options.send_test else None
    found = examine(record)
    console = Console(soft_wrap=True, highlight=False)
    if options.json:
        findings = list(found)
        shown = [asdict(finding) for finding in findings]
        printed = shown if record is None else {"findings": shown, "google": record.to_send()}
        console.print(json.dumps(printed, ensure_ascii=False), markup=False)
    else:
        findings = list(_shown(console, found))
    return 1 if any(finding.level is Level.FAILED for finding in findings) else 0


def examine(record: Record | None) -> Iterator[Finding]:
    """Every finding, in the order in which a person sets things up. With some settings wrong, what the others allow.

    With a `record` it is also tried out what the bot does, and what Google answers to that is kept there.
    """
    try:
        loaded, problems = read(Settings)
    except SettingsError as error:
        yield _failed(id="settings.file", text=error.what, fix=error.fix)
        return
    wrong = frozenset(problem.name.lower() for problem in problems)
    yield from _check_env_file(some_missing=bool(wrong))
    for problem in problems:
        yield _failed(id=f"settings.{problem.name.lower()}", text=f"{problem.name} {problem.wrong}.", fix=problem.fix)
    if not wrong:
        yield _good(id="settings.all", text="Every setting can be read")
    use_proxies(loaded)
    yield from _proxies(loaded)
    if not wrong & {"discord_token", "discord_api_url"}:
        yield from asyncio.run(_examine_discord(loaded, wrong, send_test=record is not None))
    if "google_sheets_url" not in wrong:
        yield from _examine_sheet(loaded, wrong, record)
    yield from check_machine(
        data_dir=loaded.data_dir,
        zone=loaded.timezone,
        health_port=loaded.health_port,
        anybody_answers=loaded.support_role_ids == (),
    )


def _examine_sheet(loaded: Settings, wrong: Collection[str], record: Record | None) -> Iterator[Finding]:
    key_file, base_url = loaded.google_application_credentials, loaded.google_sheets_url
    book, tab = loaded.spreadsheet_id, loaded.sheet_name
    can_be_written = not {"spreadsheet_id", "sheet_name"}.intersection(wrong)
    zone = loaded.timezone
    for finding in check_sheet(key_file=key_file, spreadsheet_id=book, sheet_name=tab, base_url=base_url, zone=zone):
        can_be_written &= finding.level is not Level.FAILED
        yield finding
    if record is not None and can_be_written:
        yield from play(key_file=key_file, spreadsheet_id=book, base_url=base_url, record=record)


async def _examine_discord(loaded: Settings, wrong: frozenset[str], *, send_test: bool) -> list[Finding]:
    token, api_url = loaded.discord_token.get_secret_value(), loaded.discord_api_url
    desk = None if "support_channel_id" in wrong else desk_in_discord(loaded)
    async with rest_only(token, api_url, attempts=1) as rest:
        findings = [finding async for finding in check_discord(rest, desk)]
        of_alerts = [finding for finding in findings if finding.id.startswith("discord.alert_channel")]
        if send_test and of_alerts and all(finding.level is Level.GOOD for finding in of_alerts):
            others = (*(loaded.escalation_channel_ids or ()), *(loaded.report_channel_ids or ()))
            channels = dict.fromkeys((*loaded.alert_channel_ids, *others))
            findings += [await try_post(rest, channel_id) for channel_id in channels]
    return findings


def _check_env_file(*, some_missing: bool) -> Iterator[Finding]:
    """The file beside the environment: that it is where the command looks for it, and that its names are settings."""
    file = Path(ENV_FILE).absolute()
    if file.is_file():
        yield _good(id="settings.file", text=f"Settings from {file} and the environment")
    elif some_missing:
        yield _warning(
            id="settings.file",
            text=f"There is no {file}.",
            fix="cp .env.example .env and fill it in, or run this command in the folder where it is.",
        )
    else:
        yield _good(id="settings.file", text=f"Settings from the environment (there is no {file})")
    if file.is_file() and open_to_all(file):
        text = f"Everybody on this machine can read {file}, the place of the bot token."
        yield _warning(id="settings.secret", text=text, fix=f"chmod 600 {file} (and see that the bot's user owns it)")
    for text, fix in misspelt():
        yield _warning(id="settings.unknown", text=text, fix=fix)


def _proxies(loaded: Settings) -> Iterator[Finding]:
    """Where what is asked goes first; a user's name and password in the address are left out."""
    for scheme, proxy in (("https", loaded.https_proxy), ("http", loaded.http_proxy)):
        if proxy and proxy.get_secret_value():
            host = urlsplit(proxy.get_secret_value()).netloc.rpartition("@")[2]
            but = f", but for {loaded.no_proxy} (NO_PROXY)" if loaded.no_proxy else ""
            text = f"{scheme}:// addresses are reached through the proxy {host} ({scheme.upper()}_PROXY){but}"
            yield _good(id="settings.proxy", text=text)


def _shown(console: Console, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings, each printed as it comes, under the heading of its group, with its fix below it."""
    for group, members in groupby(findings, key=lambda finding: finding.group):
        console.print(f"[bold]{group}[/]")
        for finding in members:
            console.print(f"  {_MARKS[finding.level]} {escape(finding.text)}")
            if finding.fix is not None:
                console.print(f"    → {escape(finding.fix)}")
            yield finding


if __name__ == "__main__":
    sys.exit(main())
