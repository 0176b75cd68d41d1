"""What is known of the installation and of the forum as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tracker.domain.events import Tag
from tracker.store.connection import Connection
from tracker.store.file import OPENED_BY_APPS


@dataclass(frozen=True)
class Facts:
    """Values by name, with those in memory that were asked for; and the forum's tags."""

    connection: Connection
    _recent: dict[str, str | None] = field(default_factory=dict)

    def remember_once(self, name: str, value: str) -> str:
        """The value first given for `name`, in this run or an earlier one."""
        if (known := self.find(name)) is not None:
            return known
        self.set(name, value)
        return value

    def find(self, name: str) -> str | None:
        """The value of `name`, or None where nothing is known."""
        if name not in self._recent:
            row = self.connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            self._recent[name] = None if row is None else str(row[0])
        return self._recent[name]

    def set(self, name: str, value: str) -> None:
        """Give `name` this value from now on."""
        self.connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
        self._recent[name] = value

    def forget_recent(self) -> None:
        """What is in memory may not be what the file holds: a transaction was undone."""
        self._recent.clear()

    def note_post_by_app(self) -> None:
        """A bot or a webhook opened one of the posts."""
        self.remember_once(OPENED_BY_APPS, datetime.now(UTC).isoformat())

    def tags(self) -> tuple[Tag, ...]:
        """The forum's tags as last heard of, in the forum's order."""
        rows = self.connection.execute("SELECT id, name FROM tags ORDER BY position")
        return tuple(Tag(id=row[0], name=row[1]) for row in rows)

    def save_tags(self, tags: Sequence[Tag]) -> None:
        """Replace the forum's tags."""
        self.connection.execute("DELETE FROM tags")
        for position, tag in enumerate(tags):
            self.connection.execute("INSERT INTO tags VALUES (?, ?, ?)", (tag.id, tag.name, position))
