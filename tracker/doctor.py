"""`python -m tracker.doctor`: check the whole set-up and name the fix of everything that is wrong.

It changes nothing, except with --send-test. What lies below a failed check is not looked at. With --send-test and
--json it also prints what Google answered to the test, for a person to send on.

Exit codes: 0 nothing failed, 1 something has to be put right.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from tracker.checks import (
    Finding,
    Group,
    Level,
    for_its_owner_only,
    in_steps,
    open_to_all,
    unforeseen,
    whatever_happens,
)
from tracker.cli import terminal
from tracker.cli.arguments import Arguments
from tracker.cli.invocation import command
from tracker.cli.report import in_the_end, proved, shown, to_send
from tracker.discord.alert_checks import try_post
from tracker.discord.checks import check_discord
from tracker.discord.connection import rest_only
from tracker.errors import SettingsError
from tracker.ops.machine import check_machine
from tracker.secrecy import HiddenText
from tracker.settings import ENV_FILE, Problem, Settings, oddities, read
from tracker.settings.env_file import absent
from tracker.settings.values import hours, zone
from tracker.sheet.setup.checks import check_sheet
from tracker.sheet.setup.recording import Record
from tracker.sheet.setup.trial import play
from tracker.wiring import desk_in_discord, use_proxies

_GROUPS = {
    **dict.fromkeys(
        (
            *("discord_token", "support_channel_id", "alert_channel_ids", "support_role_ids"),
            *("escalation_channel_ids", "escalation_role_id", "resolved_tags", "team_tags", "discord_api_url"),
        ),
        Group.DISCORD,
    ),
    **dict.fromkeys(
        ("google_application_credentials", "spreadsheet_id", "sheet_name", "google_sheets_url"), Group.SHEET
    ),
}
"""Settings that a person fills in when it is the turn of this group; the others come first."""

_OF_THE_BOT = {"discord_token", "discord_api_url"}
"""What is needed to log in. The link that adds the bot to a server comes next, and only then the ids of channels."""

_OF_THE_TAB = {"sheet.tab", "sheet.tab_name", "sheet.header", "sheet.header_name"}
"""What is made or chosen in the last step."""

_TROUBLESHOOTING = Path(__file__).parent / "docs" / "troubleshooting.md"

_good = partial(Finding, group=Group.SETTINGS, level=Level.GOOD)
_warning = partial(Finding, group=Group.SETTINGS, level=Level.WARNING)
_failed = partial(Finding, group=Group.SETTINGS, level=Level.FAILED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check everything and show what was found."""
    parser = Arguments(command("doctor"), "Check the whole set-up. Nothing is changed without --send-test.")
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the findings as one JSON array; with --send-test as an object to send on: without names, ids and "
        "texts of the desk, and with Google's answers beside them",
    )
    parser.add_argument(
        "--send-test",
        action="store_true",
        help="also post a message in each alert channel, and play a ticket's life on a hidden tab of the spreadsheet; "
        "both are removed again",
    )
    terminal.prepare()
    options = parser.read(arguments)
    record = Record() if options.send_test else None
    found = examine(record)
    console = Console(soft_wrap=True, highlight=False)
    if options.json:
        findings = list(found)
        printed = to_send(findings, record) if record is not None else [asdict(finding) for finding in findings]
        console.print(json.dumps(printed), markup=False)
    else:
        findings = list(shown(console, found))
        if any(finding.level is not Level.GOOD for finding in findings):
            console.print(f"More of what can be wrong: {_TROUBLESHOOTING}", markup=False)
        if record is not None:
            console.print(proved(findings), markup=False)
        console.print(in_the_end(findings), markup=False)
    return 1 if any(finding.level is Level.FAILED for finding in findings) else 0


def examine(record: Record | None) -> Iterator[Finding]:
    """Every finding, in the order in which a person sets things up. With some settings wrong, what the others allow.

    With a `record` it is also tried out what the bot does, and what Google answers to that is kept there.
    """
    return in_steps(_examined(record))


def _examined(record: Record | None) -> Iterator[Finding]:
    try:
        loaded, problems = read(Settings)
    except SettingsError as error:
        yield _failed(id="settings.file", text=error.what, fix=error.fix)
        return
    wrong = frozenset(problem.name.lower() for problem in problems)
    yield from whatever_happens(Group.SETTINGS, partial(_check_env_file, some_missing=bool(wrong)))
    yield from _wrong(problems, Group.SETTINGS)
    if not wrong:
        yield _good(id="settings.all", text="Every setting can be read")
    yield from _somebody_elses(loaded)
    use_proxies(loaded)
    yield from whatever_happens(Group.SETTINGS, partial(_proxies, loaded))
    of_machine = partial(
        check_machine,
        data_dir=loaded.data_dir,
        zone=loaded.timezone,
        health_port=loaded.health_port,
        health_host=loaded.health_host,
        anybody_answers=loaded.support_role_ids == (),
    )
    yield from whatever_happens(Group.MACHINE, of_machine)
    of_the_bot = [problem for problem in problems if problem.name.lower() in _OF_THE_BOT]
    yield from _wrong(of_the_bot, Group.DISCORD)
    if not of_the_bot:
        of_discord = partial(_examine_discord, loaded, wrong, send_test=record is not None)
        yield from whatever_happens(Group.DISCORD, lambda: asyncio.run(of_discord()))
    yield from _wrong([problem for problem in problems if problem not in of_the_bot], Group.DISCORD)
    of_the_book = [problem for problem in problems if problem.name == "SPREADSHEET_ID"]
    yield from _wrong([problem for problem in problems if problem not in of_the_book], Group.SHEET)
    if not wrong & {"google_application_credentials", "google_sheets_url"}:
        yield from whatever_happens(Group.SHEET, partial(_examine_sheet, loaded, wrong, record))
    yield from _wrong(of_the_book, Group.SHEET)  # one shares a spreadsheet with the account of a key


def _wrong(problems: Sequence[Problem], group: Group) -> Iterator[Finding]:
    """The settings of this group that cannot be read; those that are not set may be filled in later."""
    for problem in problems:
        if _GROUPS.get(problem.name.lower(), Group.SETTINGS) is group:
            yield Finding(
                id=f"settings.{problem.name.lower()}",
                group=group,
                level=Level.NOT_YET if problem.is_missing else Level.FAILED,
                text=f"{problem.name} {problem.wrong}.",
                fix=problem.fix,
            )


def _somebody_elses(loaded: Settings) -> Iterator[Finding]:
    """A desk that still signs with the default's name, and what else of it is only the default.

    With a name of its own a desk may well have chosen the default's zone and hours.
    """
    default = {name: field.default for name, field in Settings.model_fields.items()}
    is_default = {
        "support_name": loaded.support_name == default["support_name"],
        "timezone": loaded.timezone == zone(default["timezone"]),
        "business_hours": loaded.business_hours == hours(default["business_hours"]),
    }
    if is_default["support_name"]:
        named = ", ".join(f'{name.upper()} "{default[name]}"' for name, same in is_default.items() if same)
        yield _warning(
            id="settings.somebody_elses",
            text=f"{named}: so it is by default, and it may be somebody else's.",
            fix="Write your own into .env before the first ticket: the name signs messages, and dates go by zone and "
            "hours.",
        )


def _examine_sheet(loaded: Settings, wrong: Collection[str], record: Record | None) -> Iterator[Finding]:
    key_file, base_url = loaded.google_application_credentials, loaded.google_sheets_url
    book, tab = loaded.spreadsheet_id, loaded.sheet_name
    can_be_written = not {"spreadsheet_id", "sheet_name"}.intersection(wrong)
    zone = loaded.timezone
    for finding in check_sheet(key_file=key_file, spreadsheet_id=book, sheet_name=tab, base_url=base_url, zone=zone):
        can_be_written &= finding.level is not Level.FAILED
        yield replace(finding, level=Level.NOT_YET) if _comes_later(finding, key_file) else finding
    if record is not None and can_be_written:
        yield from play(key_file=key_file, spreadsheet_id=book, base_url=base_url, record=record)


def _comes_later(finding: Finding, key_file: Path | HiddenText) -> bool:
    """Whether what failed is something that a person makes in a later step."""
    if finding.id == "sheet.key_file":
        return isinstance(key_file, Path) and not key_file.exists()
    return finding.level is Level.FAILED and finding.id in _OF_THE_TAB


async def _examine_discord(loaded: Settings, wrong: frozenset[str], *, send_test: bool) -> list[Finding]:
    token, api_url = loaded.discord_token.get_secret_value(), loaded.discord_api_url
    desk = None if "support_channel_id" in wrong else desk_in_discord(loaded)
    findings: list[Finding] = []
    async with rest_only(token, api_url, attempts=1) as rest:
        try:
            async for finding in check_discord(rest, api_url, desk):
                findings.append(finding)  # noqa: PERF401 - what was found before a defect is kept
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one finding
            findings.append(unforeseen(Group.DISCORD, error))
        of_alerts = [finding for finding in findings if finding.id.startswith("discord.alert_channel")]
        if send_test and of_alerts and all(finding.level is Level.GOOD for finding in of_alerts):
            others = (*(loaded.escalation_channel_ids or ()), *(loaded.report_channel_ids or ()))
            channels = dict.fromkeys((*loaded.alert_channel_ids, *others))
            findings += [await try_post(rest, channel_id) for channel_id in channels]
    return findings


def _check_env_file(*, some_missing: bool) -> Iterator[Finding]:
    """The file beside the environment: that it is where the command looks for it, and that its names are settings."""
    file = Path(ENV_FILE).absolute()
    missing = absent(file)
    if missing is None:
        yield _good(id="settings.file", text=f"Settings from {file} and the environment")
    elif some_missing:
        yield _warning(id="settings.file", text=missing.text, fix=missing.fix)
    else:
        yield _good(id="settings.file", text=f"Settings from the environment (there is no {file})")
    if file.is_file() and open_to_all(file):
        text = f"Everybody on this machine can read {file}, the place of the bot token."
        yield _warning(id="settings.secret", text=text, fix=for_its_owner_only(file))
    for odd in oddities():
        yield _warning(id=f"settings.{odd.kind}", text=odd.text, fix=odd.fix)


def _proxies(loaded: Settings) -> Iterator[Finding]:
    """Where what is asked goes first; a user's name and password in the address are left out."""
    for scheme, proxy in (("https", loaded.https_proxy), ("http", loaded.http_proxy)):
        if proxy and proxy.get_secret_value():
            host = urlsplit(proxy.get_secret_value()).netloc.rpartition("@")[2]
            but = f", but for {loaded.no_proxy} (NO_PROXY)" if loaded.no_proxy else ""
            text = f"{scheme}:// addresses are reached through the proxy {host} ({scheme.upper()}_PROXY){but}"
            yield _good(id="settings.proxy", text=text)


if __name__ == "__main__":
    sys.exit(main())
