"""What waits in the bot's store to be carried out, read from its SQLite file without disturbing the bot."""

from __future__ import annotations

import sqlite3
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


def waiting(store: Path) -> dict[str, list[str]]:
    """What waits for the sheet and for Discord, in words, oldest first. Nothing where there is no store yet."""
    if not store.exists():
        return {"sheet": [], "discord": []}
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=0.05)) as database:
            rows = database.execute(
                "SELECT title FROM tickets WHERE revision > sheet_revision ORDER BY thread_id"
            ).fetchall()
            effects = database.execute(
                "SELECT kind, title FROM effects LEFT JOIN tickets USING (thread_id) ORDER BY effects.id"
            ).fetchall()
    except sqlite3.OperationalError:  # the bot is just making the file
        return {"sheet": [], "discord": []}
    return {
        "sheet": [f"row of “{title}”" for (title,) in rows],
        "discord": [_told(EffectKind(kind), title) for kind, title in effects],
    }


def _told(kind: EffectKind, title: str | None) -> str:
    return _WORDS[kind] if kind in _OF_THE_DESK else f"{_WORDS[kind]} “{title or 'a ticket'}”"
