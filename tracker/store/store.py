"""The store as one: held by one process, its parts over one connection."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tracker.store.connection import Connection
from tracker.store.effects import Effects
from tracker.store.facts import Facts
from tracker.store.file import FILE, LOCK, connect, set_aside, take_lock, unusable, unwritable
from tracker.store.rows import Rows
from tracker.store.tickets import Tickets

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Store:
    """The SQLite file in the data folder, held by one process."""

    tickets: Tickets
    rows: Rows
    effects: Effects
    facts: Facts
    connection: Connection
    held: ExitStack

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the store in `folder` and take hold of it. A damaged one is set aside, and a new one begun.

        Raises:
            StoreError: another process holds it, the folder cannot be written, or the file cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = take_lock(folder / LOCK)
        except OSError as error:
            raise unwritable(folder, error) from error
        path = folder / FILE
        with ExitStack() as held:
            held.callback(os.close, lock)
            try:
                database = held.enter_context(closing(connect(path)))
            except sqlite3.OperationalError as error:
                raise unusable(path, error) from error
            except sqlite3.DatabaseError as error:
                _log.error("%s", set_aside(path, error))
                database = held.enter_context(closing(connect(path)))
            connection = Connection(database=database, path=path)
            return cls(
                tickets=Tickets(connection),
                rows=Rows(connection),
                effects=Effects(connection),
                facts=Facts(connection),
                connection=connection,
                held=held.pop_all(),
            )

    def close(self) -> None:
        """Give the store back; a no-op the second time."""
        self.held.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept together or not at all; a transaction inside another is part of it."""
        try:
            with self.connection.transaction():
                yield
        except BaseException:
            self.tickets.forget_recent()
            self.facts.forget_recent()
            raise
