"""One connection to the store's file, and how moments are written there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.store.file import unusable


@dataclass(frozen=True, kw_only=True)
class Connection:
    """SQLite, whose errors name the file and what to do."""

    database: sqlite3.Connection
    path: Path

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement.

        Raises:
            StoreError: SQLite could not do it.
        """
        try:
            return self.database.execute(sql, values)
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept together or not at all; a transaction inside another is part of it."""
        if self.database.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A full disk may have made SQLite roll back by itself.
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise


def text_of(moment: datetime) -> str:
    """A moment as the store keeps it: of one width and in UTC, so that order of texts is order of times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def text_or_null(moment: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if moment is None else text_of(moment)


def moment_or_none(text: str | None) -> datetime | None:
    """The moment that was kept, in UTC, where there is one."""
    return None if text is None else datetime.fromisoformat(text)
