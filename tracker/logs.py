"""The log, on standard error: a line an event for a person to follow, or one JSON object a line for machines."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from tracker.secrecy import hide

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Signs in people's titles that would move a terminal's cursor or turn the direction of its text."""


class _Text(logging.Formatter):
    """Time (on this machine's clock, with its zone), level and message, without any secret."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        return _STEERING.sub("\N{REPLACEMENT CHARACTER}", hide(super().format(record)))


class _Json(logging.Formatter):
    """One object a line, without any secret.

    It has `time` (ISO 8601, UTC), `level`, `logger`, `message`; `error` is an exception's traceback.
    A line about one ticket has its `thread_id`, as text: many readers of JSON round a number of 19 digits.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": hide(record.getMessage()),
        }
        thread_id = getattr(record, "thread_id", None)
        if thread_id is not None:
            line["thread_id"] = str(thread_id)
        if record.exc_info:
            line["error"] = hide(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, form: str) -> None:
    """Log the product at `level`, the libraries only when they have something to warn of; `form` is `text` or `json`.

    Libraries stay quiet also at DEBUG: what they would log there can contain requests with their secrets.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("tracker").setLevel(level)


def about(thread_id: int) -> dict[str, int]:
    """The `extra` of a line about one ticket; its text names the thread, too, for those who read text."""
    return {"thread_id": thread_id}
