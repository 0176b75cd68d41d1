"""How the doctor's findings are shown: to a person line by line and in the end; to somebody else without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from tracker.checks import Finding, Level
from tracker.cli.invocation import command
from tracker.ops.machine import IN_USE
from tracker.sheet.setup.recording import Record
from tracker.sheet.table.cells import Json

BY_INIT_SHEET = {"sheet.tab", "sheet.header"}
"""What `init_sheet` puts right."""

_CUT_OFF = "settings.cut_off"
"""Of a value in `.env` that ends before its `#`: perhaps that of SHEET_NAME."""

_MARKS = {
    Level.GOOD: "[green]✓[/]",
    Level.WARNING: "[yellow]![/]",
    Level.NOT_YET: "[dim]…[/] not yet:",
    Level.FAILED: "[red]✗[/]",
}
_TRIAL = "sheet.trial."
_PROOFS = {
    "discord.test_message": "a message arrives in each alert channel",
    f"{_TRIAL}new_row": "a row is added",
    f"{_TRIAL}change": "a row is changed",
    f"{_TRIAL}lost_answer": "a write whose answer was lost is found again",
    f"{_TRIAL}fence": "a write that comes too late is shut out",
    f"{_TRIAL}race": "cells of a row that people moved meanwhile are put back",
}
_DOCS = Path(__file__).parents[1] / "docs"
PAGES = {
    "settings.older": "moving.md#the-words-of-the-older-guide",
    "settings.secret": "operations.md#systemd-locked-in",
    "sheet.key_secret": "operations.md#systemd-locked-in",
    "machine.health_port": "operations.md#logs-and-health",
    "machine.versions": "operations.md#install-it-by-hand",
    "machine.store": "back-up.md",
    "sheet.tab": "what-it-does.md#the-sheet",
    "sheet.tab_name": "what-it-does.md#the-sheet",
    "sheet.header": "what-it-does.md#the-sheet",
    "sheet.header_name": "what-it-does.md#the-sheet",
    "sheet.columns": "what-it-does.md#the-sheet",
    "sheet.spelling": "what-it-does.md#the-sheet",
    "sheet.dashboard": "what-it-does.md#the-dashboard",
    "discord.alerts": "what-it-does.md#the-rules",
    "machine.posts_by_apps": "what-it-does.md#the-rules",
}
"""Where more stands about the fix of a finding, by its id."""

_OF_NOBODY = {"machine.versions", "sheet.api", "sheet.clock", "sheet.editable", "sheet.quota", "sheet.sign_in"}
"""Findings whose sentences name nothing of the desk. All others may hold its names, titles, ids or paths."""
_BLANK = "…"


def shown(console: Console, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each printed as it comes, under the heading of its group, with its fix below it."""
    for group, members in groupby(findings, key=lambda finding: finding.group):
        console.print(f"[bold]{group}[/]")
        for finding in members:
            console.print(f"  {_MARKS[finding.level]} {escape(finding.text)}")
            if finding.fix is not None:
                console.print(f"    → {escape(finding.fix)}")
                if finding.id in PAGES:
                    console.print(f"      More: {_DOCS / PAGES[finding.id]}", markup=False)
            yield finding


def in_the_end(findings: Sequence[Finding]) -> str:
    """How many things are left to put right, and the next command."""
    failed = [finding.id for finding in findings if finding.level is Level.FAILED]
    later = sum(finding.level is Level.NOT_YET for finding in findings)
    cut_off = any(finding.id == _CUT_OFF for finding in findings)  # else the tab would get a part of its name
    if failed and not later and not cut_off and BY_INIT_SHEET.issuperset(failed):
        return f"Only the tab is missing. Next: {command('init-sheet')}"
    if failed:
        left = "1 thing is" if len(failed) == 1 else f"{len(failed)} things are"
        after = f", and {later} more {'comes' if later == 1 else 'come'} later" if later else ""
        return f"{left} left to put right{after}. Then again: {command('doctor')}"
    if any(finding.id == IN_USE for finding in findings):
        return "Nothing is left to put right, and the bot is running."
    return f"Nothing is left to put right. Next: {command('run')}"


def proved(findings: Sequence[Finding]) -> str:
    """What --send-test has proved, and what it has not: because it went wrong, or could not be tried."""
    good = {
        words: all(finding.level is Level.GOOD for finding in findings if finding.id == name)
        for name, words in _PROOFS.items()
        if any(finding.id == name for finding in findings)
    }
    yes = [words for words in _PROOFS.values() if good.get(words)]
    no = [words for words in _PROOFS.values() if not good.get(words)]
    said = [f"--send-test proved: {'; '.join(yes)}." if yes else "", f"Not proved: {'; '.join(no)}." if no else ""]
    return " ".join(filter(None, said))


def to_send(findings: Iterable[Finding], record: Record) -> Json:
    """The findings and Google's answers for somebody else to read: without names, titles, ids and texts of the desk."""
    return {"findings": [_blanked(finding, record) for finding in findings], "google": record.to_send()}


def _blanked(finding: Finding, record: Record) -> Json:
    if finding.id.startswith(_TRIAL):
        text, fix = record.sentence_to_send(finding.text), finding.fix and record.sentence_to_send(finding.fix)
    elif finding.id in _OF_NOBODY:
        text, fix = finding.text, finding.fix
    else:
        text, fix = _BLANK, finding.fix and _BLANK
    return asdict(finding) | {"text": text, "fix": fix}
