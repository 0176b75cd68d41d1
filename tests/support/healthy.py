"""A bot with which all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.ops.health import Health
from tracker.sheet.flush.activity import Activity

NOW = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
WELL = Health(
    at=NOW,
    connected=True,
    last_sign=NOW - timedelta(seconds=40),
    last_heartbeat=NOW - timedelta(seconds=40),
    waiting=0,
    oldest=None,
    sheet=Activity(last_write=NOW - timedelta(minutes=3)),
)
