"""What the sheet has to learn of the tickets, what their rows are known to hold, and the write that is still open."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.cells import Cells, CellValue
from tracker.domain.ticket import Ticket
from tracker.store.columns import NAMES, ticket_of
from tracker.store.connection import Connection, moment_or_none, text_of
from tracker.store.migrations import NOW

_SELECT = f"SELECT {', '.join(NAMES)}, revision, sheet_cells, named_anew FROM tickets"  # noqa: S608 - constants only
_WRITE_AGAIN = f"""
    UPDATE tickets SET revision = revision + 1, waiting_since = COALESCE(waiting_since, {NOW}), named_anew = 0,
    sheet_cells = ? WHERE thread_id = ?
"""  # noqa: S608 - constants only


@dataclass(frozen=True, kw_only=True)
class PendingRow:
    """A ticket that the sheet does not show yet as it is, and what its row is known to hold.

    `only_renamed`: nothing happened to the ticket since; tags that it carries were renamed or deleted in the forum.
    """

    ticket: Ticket
    revision: int
    sheet_cells: Cells
    only_renamed: bool


@dataclass(frozen=True)
class Rows:
    """The rows of the sheet, by the thread of their ticket."""

    connection: Connection

    def pending(self, limit: int) -> list[PendingRow]:
        """Up to `limit` tickets that the sheet does not show as they are, oldest thread first."""
        sql = f"{_SELECT} WHERE revision > sheet_revision ORDER BY thread_id LIMIT ?"
        return [_pending(row) for row in self.connection.execute(sql, (limit,))]

    def find(self, thread_id: int) -> PendingRow | None:
        """The ticket of this thread with what its row is known to hold, whether the sheet shows it or not."""
        row = self.connection.execute(f"{_SELECT} WHERE thread_id = ?", (thread_id,)).fetchone()
        return None if row is None else _pending(row)

    def count_pending(self) -> int:
        """How many tickets the sheet does not show as they are."""
        row = self.connection.execute("SELECT COUNT(*) FROM tickets WHERE revision > sheet_revision").fetchone()
        return int(row[0])

    def oldest_pending_since(self) -> datetime | None:
        """Since when the first of those changes waits that the sheet does not show; None where none waits."""
        row = self.connection.execute(
            "SELECT MIN(waiting_since) FROM tickets WHERE revision > sheet_revision"
        ).fetchone()
        return moment_or_none(row[0])

    def acknowledge(
        self, thread_id: int, revision: int, cells: Mapping[str, CellValue], *, is_current: bool = False
    ) -> None:
        """The sheet shows the ticket as it was at `revision`, with these values in its cells.

        `is_current`: as it is now, also in what may wait for a quiet moment. What came since waits from now on.
        """
        sql = f"""
            UPDATE tickets SET sheet_revision = ?, sheet_cells = ?, waiting_since = IIF(revision > ?, {NOW}, NULL),
            named_anew = named_anew AND revision > ?, quiet_since = IIF(? OR quiet_since IS NULL, NULL, {NOW})
            WHERE thread_id = ?
        """  # noqa: S608 - constants only
        self.connection.execute(sql, (revision, json.dumps(cells), revision, revision, is_current, thread_id))

    def learn_cells(self, thread_id: int, cells: Mapping[str, CellValue]) -> None:
        """The ticket's row holds these values; whether it is up to date with them is not said."""
        self.connection.execute(
            "UPDATE tickets SET sheet_cells = ? WHERE thread_id = ?", (json.dumps(cells), thread_id)
        )

    def forget_cells(self, thread_id: int, columns: Iterable[str]) -> None:
        """The sheet may hold something else in these cells of the ticket's row: they have to be written again."""
        row = self.connection.execute("SELECT sheet_cells FROM tickets WHERE thread_id = ?", (thread_id,)).fetchone()
        if row is not None:
            lost = set(columns)
            cells = {name: value for name, value in json.loads(row[0]).items() if name not in lost}
            self.connection.execute(_WRITE_AGAIN, (json.dumps(cells), thread_id))

    def forget(self, thread_id: int) -> None:
        """The sheet has no row of this ticket any more: it has to be written anew."""
        self.connection.execute(_WRITE_AGAIN, (json.dumps({}), thread_id))

    def of_open_tickets(self) -> list[int]:
        """The threads whose row was written and that are neither resolved nor deleted."""
        sql = "SELECT thread_id FROM tickets WHERE sheet_cells <> '{}' AND resolved_by = '[]' AND NOT deleted"
        return [row[0] for row in self.connection.execute(sql)]

    def begin_write(self, write: str) -> None:
        """Keep this until it is settled: a write that is about to be sent, or what is left to do after one."""
        self.connection.execute("INSERT OR REPLACE INTO open_write VALUES (1, ?)", (write,))

    def open_write(self) -> str | None:
        """What was begun last and is not settled; None where everything is."""
        row = self.connection.execute("SELECT write FROM open_write").fetchone()
        return None if row is None else str(row[0])

    def end_write(self) -> None:
        """Everything is settled."""
        self.connection.execute("DELETE FROM open_write")

    def can_wait(self, thread_id: int) -> None:
        """The sheet has something to learn of the ticket, when nothing else is to be done."""
        sql = f"UPDATE tickets SET quiet_since = COALESCE(quiet_since, {NOW}) WHERE thread_id = ?"  # noqa: S608 - a constant
        self.connection.execute(sql, (thread_id,))

    def quiet(self, waiting_since: datetime, limit: int) -> list[PendingRow]:
        """Up to `limit` tickets of which only that waits since then or longer, those first that wait longest."""
        sql = f"{_SELECT} WHERE quiet_since <= ? AND revision = sheet_revision ORDER BY quiet_since LIMIT ?"
        return [_pending(row) for row in self.connection.execute(sql, (text_of(waiting_since), limit))]


def _pending(row: sqlite3.Row) -> PendingRow:
    return PendingRow(
        ticket=ticket_of(row),
        revision=row["revision"],
        sheet_cells=json.loads(row["sheet_cells"]),
        only_renamed=bool(row["named_anew"]),
    )
