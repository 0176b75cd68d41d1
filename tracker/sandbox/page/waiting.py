"""What waits in the bot's store to be carried out, read from its SQLite file without disturbing the bot."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tracker.domain.effects import EffectKind

_WORDS = {
    EffectKind.REACT: "✅ for",
    EffectKind.POST_RESOLVED: "resolved message for",
    EffectKind.EDIT_REOPENED: "reopened message for",
    EffectKind.CLOSE_AGAIN: "closing again of",
    EffectKind.ALERT: "alert for",
    EffectKind.WARNING: "warning for",
    EffectKind.ESCALATION: "escalation of",
    EffectKind.END_ALERT: "end of the alerts for",
    EffectKind.NAME_AUTHOR: "author's name of",
    EffectKind.LOOK_BACK: "history of",
    EffectKind.DIGEST: "alert for several tickets",
    EffectKind.WARNING_DIGEST: "warning for several tickets",
    EffectKind.ESCALATION_DIGEST: "escalation of several tickets",
    EffectKind.MORNING_DIGEST: "morning digest",
    EffectKind.WEEKLY_REPORT: "weekly report",
    EffectKind.NOTICE: "notice to the alert channel",
}
_OF_THE_DESK = (
    EffectKind.DIGEST,
    EffectKind.WARNING_DIGEST,
    EffectKind.ESCALATION_DIGEST,
    EffectKind.MORNING_DIGEST,
    EffectKind.WEEKLY_REPORT,
    EffectKind.NOTICE,
)

Waiting = dict[str, list[str]]
_NOTHING: Waiting = {"sheet": [], "discord": []}
_Stamp = tuple[tuple[int, int, int], ...]
_FRESH_NANOSECONDS = 100_000_000
"""Longer than a clock tick of any file system: what was written within one has the same time."""


class StoreWatch:
    """Looks into a store all the time, and reads it only where its files have changed since."""

    def __init__(self, store: Path) -> None:
        self._files = (store, store.with_name(f"{store.name}-wal"))
        self._stamp: _Stamp | None = None
        self._waiting: Waiting = _NOTHING

    def waiting(self) -> Waiting:
        """What waits for the sheet and for Discord, in words, oldest first. Nothing where there is no store yet."""
        stamp = tuple(_stamp(file) for file in self._files)
        if stamp != self._stamp:
            found = _read(self._files[0])
            is_fresh = any(written > time.time_ns() - _FRESH_NANOSECONDS for _, _, written in stamp)
            self._stamp = None if found is None or is_fresh else stamp
            self._waiting = found or _NOTHING
        return self._waiting


def _stamp(file: Path) -> tuple[int, int, int]:
    """Which file it is, its size and when it was written; the same for all that are not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _read(store: Path) -> Waiting | None:
    """What waits in there; None where that can't be said now."""
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=0.05)) as database:
            rows = database.execute(
                "SELECT title FROM tickets WHERE revision > sheet_revision ORDER BY thread_id"
            ).fetchall()
            effects = database.execute(
                "SELECT kind, title FROM effects LEFT JOIN tickets USING (thread_id) ORDER BY effects.id"
            ).fetchall()
    except sqlite3.OperationalError:  # there is none, or the bot is just making it
        return None
    return {
        "sheet": [f"row of “{title}”" for (title,) in rows],
        "discord": [_told(EffectKind(kind), title) for kind, title in effects],
    }


def _told(kind: EffectKind, title: str | None) -> str:
    return _WORDS[kind] if kind in _OF_THE_DESK else f"{_WORDS[kind]} “{title or 'a ticket'}”"
