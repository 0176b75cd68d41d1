"""The tickets: found by their thread, or by what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.snowflakes import first_at
from tracker.domain.ticket import Ticket
from tracker.store.columns import NAMES, ticket_of, values_of
from tracker.store.connection import Connection, moment_or_none, text_of
from tracker.store.migrations import NOW

_SELECT = f"SELECT {', '.join(NAMES)} FROM tickets"  # noqa: S608 - constants only
_SAVE = f"""
    INSERT INTO tickets ({", ".join(NAMES)}, revision, waiting_since)
    VALUES ({", ".join("?" for _ in NAMES)}, 1, {NOW})
    ON CONFLICT (thread_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])}, revision = revision + ?,
    waiting_since = IIF(?, COALESCE(waiting_since, {NOW}), waiting_since),
    named_anew = IIF(?, ? AND (named_anew OR revision = sheet_revision), named_anew)
"""  # noqa: S608 - constants only

_UNANSWERED = "answer_message_id IS NULL AND resolved_by = '[]' AND NOT deleted"
"""As the index of those has it."""

_PAGE = 500
"""So many tickets are read at once where all of them are gone through."""

_RECENT = 256
"""So many tickets are kept in memory: most of what happens, happens where something has just happened."""


@dataclass(frozen=True)
class Tickets:
    """All tickets, with those in memory that were looked at last."""

    connection: Connection
    _recent: dict[int, Ticket | None] = field(default_factory=dict)

    def find(self, thread_id: int) -> Ticket | None:
        """The ticket of this thread, or None where it is not tracked."""
        if thread_id in self._recent:
            ticket = self._recent[thread_id]
        else:
            row = self.connection.execute(f"{_SELECT} WHERE thread_id = ?", (thread_id,)).fetchone()
            ticket = None if row is None else ticket_of(row)
        self._remember(thread_id, ticket)
        return ticket

    def _remember(self, thread_id: int, ticket: Ticket | None) -> None:
        """The ticket as it is in the store, which nobody else changes; the one not looked at for longest makes room."""
        self._recent.pop(thread_id, None)
        self._recent[thread_id] = ticket
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def forget_recent(self) -> None:
        """What is in memory may not be what the file holds: a transaction was undone."""
        self._recent.clear()

    def tagged(self) -> Iterator[Ticket]:
        """All tickets that carry a tag, oldest thread first, few in memory at a time; they may be saved meanwhile."""
        return self._pages("tags <> '[]'")

    def _pages(self, condition: str, *values: object) -> Iterator[Ticket]:
        """The tickets for which the condition holds, oldest thread first, few in memory at a time."""
        sql = f"{_SELECT} WHERE {condition} AND thread_id > ? ORDER BY thread_id LIMIT ?"
        seen = -1
        while page := [ticket_of(row) for row in self.connection.execute(sql, (*values, seen, _PAGE)).fetchall()]:
            yield from page
            seen = page[-1].thread_id

    def since(self, moment: datetime) -> Iterator[Ticket]:
        """The tickets that were opened, answered or resolved at this moment or later, and all that wait for an answer.

        Few of them are in memory at a time.
        """
        first, since = first_at(moment), text_of(moment)
        yield from self._pages("thread_id >= ?", first)
        yield from self._pages("resolved_at >= ? AND thread_id < ?", since, first)
        older = "thread_id < ? AND (resolved_at IS NULL OR resolved_at < ?)"
        yield from self._pages(f"{_UNANSWERED} AND {older}", first, since)
        yield from self._pages(f"answer_message_id >= ? AND {older}", first, first, since)

    def unanswered(self) -> Iterator[Ticket]:
        """The tickets that wait for their first answer, oldest thread first, few in memory at a time."""
        return self._pages(_UNANSWERED)

    def answered_and_open(self) -> Iterator[Ticket]:
        """The tickets that were answered and are neither resolved nor deleted, oldest thread first."""
        return self._pages("answer_message_id IS NOT NULL AND resolved_by = '[]' AND NOT deleted")

    def save(self, ticket: Ticket, *, shown: bool = True, only_renamed: bool = False) -> None:
        """Write the ticket; `shown` makes it its next revision, of which the sheet has something to learn.

        `only_renamed`: all that changed is how the forum calls its tags.
        """
        self.connection.execute(_SAVE, (*values_of(ticket), shown, shown, shown, only_renamed))
        self._remember(ticket.thread_id, ticket)

    def believed_active(self) -> list[int]:
        """The threads that were neither archived nor deleted when last heard of."""
        return [
            row[0]
            for row in self.connection.execute("SELECT thread_id FROM tickets WHERE NOT archived AND NOT deleted")
        ]

    def answered_since(self, moment: datetime) -> list[int]:
        """The threads that are still there and whose first answer was written at this moment or later."""
        sql = "SELECT thread_id FROM tickets WHERE answer_message_id >= ? AND NOT deleted"
        return [row[0] for row in self.connection.execute(sql, (first_at(moment),))]

    def fixed_otherwise(self, fingerprint: str) -> Iterator[Ticket]:
        """Tickets with an alert to come whose deadline was fixed under another agreement, and those without any.

        Oldest thread first, few in memory at a time; they may be saved meanwhile.
        """
        return self._pages(
            "due_under <> ? AND (alert_due_at IS NOT NULL OR (due_under = '' AND NOT adopted))", fingerprint
        )

    def next_deadline(self) -> datetime | None:
        """When the next alert is due, if any."""
        row = self.connection.execute("SELECT MIN(alert_due_at) FROM tickets WHERE alert_due_at IS NOT NULL").fetchone()
        return moment_or_none(row[0])

    def overdue(self, now: datetime) -> list[int]:
        """The threads whose alert is due at `now`, longest overdue first."""
        sql = "SELECT thread_id FROM tickets WHERE alert_due_at <= ? ORDER BY alert_due_at"
        return [row[0] for row in self.connection.execute(sql, (text_of(now),))]
