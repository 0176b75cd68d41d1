"""The durable line: tickets, the effects they ask for, and what the sheet is known to hold, in one SQLite file.

Everything that one event changes is one transaction. The file is the truth of which the sheet is a projection; a
process that dies at any instant leaves it whole (write-ahead log). One process at a time owns it.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from tracker.domain.cells import Cells, CellValue
from tracker.domain.effects import Closed, Effect, EffectKind
from tracker.domain.events import Tag
from tracker.domain.pauses import Pause, Pauses
from tracker.domain.snowflakes import first_at
from tracker.domain.ticket import Activity, Answer, Posted, Ticket
from tracker.store_file import FILE, LOCK, NOW, OPENED_BY_APPS, connect, set_aside, take_lock, unusable, unwritable

_log = logging.getLogger(__name__)

_COLUMNS = (
    *("thread_id", "guild_id", "author_id", "author_name", "title", "tags", "tags_changed", "archived"),
    *("answer_message_id", "answer_author_name"),
    *("resolved_by", "resolved_at", "resolved_message_id", "reopen_count", "alert_due_at"),
    *("due_at", "due_under", "missed", "called", "stops", "pauses", "posted", "activity"),
    *("adopted", "in_sheet", "deleted"),
)
_SELECT = f"SELECT {', '.join(_COLUMNS)}, revision, sheet_cells, named_anew FROM tickets"  # noqa: S608 - constants only
_SAVE = f"""
    INSERT INTO tickets ({", ".join(_COLUMNS)}, revision, waiting_since)
    VALUES ({", ".join("?" for _ in _COLUMNS)}, 1, {NOW})
    ON CONFLICT (thread_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}, revision = revision + ?,
    waiting_since = IIF(?, COALESCE(waiting_since, {NOW}), waiting_since),
    named_anew = IIF(?, ? AND (named_anew OR revision = sheet_revision), named_anew)
"""  # noqa: S608 - constants only

_WRITE_AGAIN = f"""
    UPDATE tickets SET revision = revision + 1, waiting_since = COALESCE(waiting_since, {NOW}), named_anew = 0,
    sheet_cells = ? WHERE thread_id = ?
"""  # noqa: S608 - constants only

_PAGE = 500
_UNANSWERED = "answer_message_id IS NULL AND resolved_by = '[]' AND NOT deleted"
"""As the index of those has it."""
"""So many tickets are read at once where all of them are gone through."""

_RECENT = 256
"""So many tickets are kept in memory: most of what happens, happens where something has just happened."""


@dataclass(frozen=True, kw_only=True)
class PendingRow:
    """A ticket that the sheet does not show yet as it is, and what its row is known to hold.

    `named_anew`: nothing happened to the ticket since; tags that it carries were renamed or deleted in the forum.
    """

    ticket: Ticket
    revision: int
    sheet_cells: Cells
    named_anew: bool


@dataclass(frozen=True, kw_only=True)
class PendingEffect:
    """An effect waiting in the store; `attempts` counts the failed ones, `refused_since` is when the refusals began."""

    id: int
    effect: Effect
    attempts: int
    refused_since: datetime | None = None


class Store:
    """The SQLite file in the data folder, held by one process."""

    def __init__(self, database: sqlite3.Connection, path: Path, held: ExitStack) -> None:
        self._database = database
        self._path = path
        self._held = held
        self._recent: dict[int, Ticket | None] = {}

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
            return cls(database, path, held.pop_all())

    def close(self) -> None:
        """Give the store back; a no-op the second time."""
        self._held.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept together or not at all; a transaction inside another is part of it."""
        if self._database.in_transaction:
            yield
            return
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            self._recent.clear()
            # A full disk may have made SQLite roll back by itself.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._database.execute(sql, values)
        except sqlite3.Error as error:
            raise unusable(self._path, error) from error

    # Facts about the installation

    def remember_once(self, name: str, value: str) -> str:
        """The value first given for `name`, in this run or an earlier one."""
        self._execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, value))
        row = self._execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0])

    def fact(self, name: str) -> str | None:
        """The value of `name`, or None where nothing is known."""
        row = self._execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Give `name` this value from now on."""
        self._execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def note_post_by_app(self) -> None:
        """A bot or a webhook opened one of the posts."""
        self.remember_once(OPENED_BY_APPS, datetime.now(UTC).isoformat())

    def tags(self) -> tuple[Tag, ...]:
        """The forum's tags as last heard of, in the forum's order."""
        rows = self._execute("SELECT id, name FROM tags ORDER BY position")
        return tuple(Tag(id=row[0], name=row[1]) for row in rows)

    def save_tags(self, tags: Sequence[Tag]) -> None:
        """Replace the forum's tags."""
        self._execute("DELETE FROM tags")
        rows = [(tag.id, tag.name, position) for position, tag in enumerate(tags)]
        for row in rows:
            self._execute("INSERT INTO tags VALUES (?, ?, ?)", row)

    # Tickets

    def ticket(self, thread_id: int) -> Ticket | None:
        """The ticket of this thread, or None where it is not tracked."""
        if thread_id in self._recent:
            ticket = self._recent[thread_id]
        else:
            row = self._execute(f"{_SELECT} WHERE thread_id = ?", (thread_id,)).fetchone()
            ticket = None if row is None else _ticket(row)
        self._keep_in_mind(thread_id, ticket)
        return ticket

    def _keep_in_mind(self, thread_id: int, ticket: Ticket | None) -> None:
        """The ticket as it is in the store, which nobody else changes; the one not looked at for longest makes room."""
        self._recent.pop(thread_id, None)
        self._recent[thread_id] = ticket
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def tagged_tickets(self) -> Iterator[Ticket]:
        """All tickets that carry a tag, oldest thread first, few in memory at a time; they may be saved meanwhile."""
        return self._pages("tags <> '[]'")

    def _pages(self, condition: str, *values: object) -> Iterator[Ticket]:
        """The tickets for which the condition holds, oldest thread first, few in memory at a time."""
        sql = f"{_SELECT} WHERE {condition} AND thread_id > ? ORDER BY thread_id LIMIT ?"
        seen = -1
        while page := [_ticket(row) for row in self._execute(sql, (*values, seen, _PAGE)).fetchall()]:
            yield from page
            seen = page[-1].thread_id

    def tickets_since(self, moment: datetime) -> Iterator[Ticket]:
        """The tickets that were opened, answered or resolved at this moment or later, and all that wait for an answer.

        Few of them are in memory at a time.
        """
        first, since = first_at(moment), _text(moment)
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

    def save(self, ticket: Ticket, *, shown: bool = True, named_anew: bool = False) -> None:
        """Write the ticket; `shown` makes it its next revision, of which the sheet has something to learn.

        `named_anew`: that are names of its tags, as they are in the forum's settings now.
        """
        self._execute(_SAVE, (*_row(ticket), shown, shown, shown, named_anew))
        self._keep_in_mind(ticket.thread_id, ticket)

    def can_wait(self, thread_id: int) -> None:
        """The sheet has something to learn of the ticket, when nothing else is to be done."""
        sql = f"UPDATE tickets SET quiet_since = COALESCE(quiet_since, {NOW}) WHERE thread_id = ?"  # noqa: S608 - a constant
        self._execute(sql, (thread_id,))

    def let_go(self, waiting_since: datetime, limit: int) -> int:
        """Have up to so many tickets written that wait since then for a quiet moment, or longer; how many those are."""
        sql = f"""
            UPDATE tickets SET revision = revision + 1, waiting_since = COALESCE(waiting_since, {NOW}),
            quiet_since = NULL WHERE thread_id IN
            (SELECT thread_id FROM tickets WHERE quiet_since <= ? ORDER BY quiet_since LIMIT ?)
        """  # noqa: S608 - constants only
        return self._execute(sql, (_text(waiting_since), limit)).rowcount

    def believed_active(self) -> list[int]:
        """The threads that were neither archived nor deleted when last heard of."""
        return [row[0] for row in self._execute("SELECT thread_id FROM tickets WHERE NOT archived AND NOT deleted")]

    def answered_since(self, moment: datetime) -> list[int]:
        """The threads that are still there and whose first answer was written at this moment or later."""
        sql = "SELECT thread_id FROM tickets WHERE answer_message_id >= ? AND NOT deleted"
        return [row[0] for row in self._execute(sql, (first_at(moment),))]

    def fixed_otherwise(self, fingerprint: str) -> Iterator[Ticket]:
        """Tickets with an alert to come whose deadline was fixed under another agreement, and those without any.

        Oldest thread first, few in memory at a time; they may be saved meanwhile.
        """
        return self._pages(
            "due_under <> ? AND (alert_due_at IS NOT NULL OR (due_under = '' AND NOT adopted))", fingerprint
        )

    def next_deadline(self) -> datetime | None:
        """When the next alert is due, if any."""
        row = self._execute("SELECT MIN(alert_due_at) FROM tickets WHERE alert_due_at IS NOT NULL").fetchone()
        return _time(row[0])

    def overdue(self, now: datetime) -> list[int]:
        """The threads whose alert is due at `now`, longest overdue first."""
        sql = "SELECT thread_id FROM tickets WHERE alert_due_at <= ? ORDER BY alert_due_at"
        return [row[0] for row in self._execute(sql, (_text(now),))]

    # What the sheet holds

    def pending_rows(self, limit: int) -> list[PendingRow]:
        """Up to `limit` tickets that the sheet does not show as they are, oldest thread first."""
        sql = f"{_SELECT} WHERE revision > sheet_revision ORDER BY thread_id LIMIT ?"
        return [_pending(row) for row in self._execute(sql, (limit,))]

    def row(self, thread_id: int) -> PendingRow | None:
        """The ticket of this thread with what its row is known to hold, whether the sheet shows it or not."""
        row = self._execute(f"{_SELECT} WHERE thread_id = ?", (thread_id,)).fetchone()
        return None if row is None else _pending(row)

    def count_pending_rows(self) -> int:
        """How many tickets the sheet does not show as they are."""
        row = self._execute("SELECT COUNT(*) FROM tickets WHERE revision > sheet_revision").fetchone()
        return int(row[0])

    def oldest_pending_since(self) -> datetime | None:
        """Since when the first of those changes waits that the sheet does not show; None where none waits."""
        row = self._execute("SELECT MIN(waiting_since) FROM tickets WHERE revision > sheet_revision").fetchone()
        return _time(row[0])

    def acknowledge(self, thread_id: int, revision: int, cells: Mapping[str, CellValue]) -> None:
        """The sheet shows the ticket as it was at `revision`, with these values in its cells."""
        sql = f"""
            UPDATE tickets SET sheet_revision = ?, sheet_cells = ?, waiting_since = IIF(revision > ?, {NOW}, NULL),
            named_anew = named_anew AND revision > ?
            WHERE thread_id = ?
        """  # noqa: S608 - constants only
        self._execute(sql, (revision, json.dumps(cells), revision, revision, thread_id))

    def learn_cells(self, thread_id: int, cells: Mapping[str, CellValue]) -> None:
        """The ticket's row holds these values; whether it is up to date with them is not said."""
        self._execute("UPDATE tickets SET sheet_cells = ? WHERE thread_id = ?", (json.dumps(cells), thread_id))

    def forget_cells(self, thread_id: int, columns: Iterable[str]) -> None:
        """The sheet may hold something else in these cells of the ticket's row: they have to be written again."""
        row = self._execute("SELECT sheet_cells FROM tickets WHERE thread_id = ?", (thread_id,)).fetchone()
        if row is not None:
            lost = set(columns)
            cells = {name: value for name, value in json.loads(row[0]).items() if name not in lost}
            self._execute(_WRITE_AGAIN, (json.dumps(cells), thread_id))

    def forget_row(self, thread_id: int) -> None:
        """The sheet has no row of this ticket any more: it has to be written anew."""
        self._execute(_WRITE_AGAIN, (json.dumps({}), thread_id))

    def rows_of_open_tickets(self) -> list[int]:
        """The threads whose row was written and that are neither resolved nor deleted."""
        sql = "SELECT thread_id FROM tickets WHERE sheet_cells <> '{}' AND resolved_by = '[]' AND NOT deleted"
        return [row[0] for row in self._execute(sql)]

    # The write to the sheet of which nobody knows yet what came of it

    def begin_write(self, write: str) -> None:
        """Keep this until it is settled: a write that is about to be sent, or what is left to do after one."""
        self._execute("INSERT OR REPLACE INTO open_write VALUES (1, ?)", (write,))

    def open_write(self) -> str | None:
        """What was begun last and is not settled; None where everything is."""
        row = self._execute("SELECT write FROM open_write").fetchone()
        return None if row is None else str(row[0])

    def end_write(self) -> None:
        """Everything is settled."""
        self._execute("DELETE FROM open_write")

    # Effects

    def enqueue(self, effect: Effect, now: datetime) -> None:
        """Keep the effect until it is `done`."""
        sql = """
            INSERT INTO effects (lane, kind, thread_id, channel_id, number, text, not_before)
            VALUES (?, ?, ?, ?, ?, ?, ?)
        """
        what = (effect.lane, effect.kind, effect.thread_id, effect.channel_id, effect.number, effect.text)
        self._execute(sql, (*what, _text(now + effect.delay)))

    def heads_of_lanes(
        self, limit: int, *, elsewhere_than: Collection[int] = (), but: Collection[str] = ()
    ) -> list[tuple[datetime, PendingEffect]]:
        """The first effect of each lane with the time before which it must not be tried, soonest first.

        `elsewhere_than` leaves out those that act in these channels or threads, `but` those of these kinds in threads
        and those in the alert channels with these ids.
        """
        sql = f"""
            SELECT not_before, id, kind, thread_id, channel_id, number, text, attempts, refused_since
            FROM effects AS head
            WHERE COALESCE(channel_id, thread_id) NOT IN ({", ".join("?" for _ in elsewhere_than)})
            AND CAST(COALESCE(channel_id, kind) AS TEXT) NOT IN ({", ".join("?" for _ in but)})
            AND NOT EXISTS (SELECT 1 FROM effects WHERE lane = head.lane AND id < head.id)
            ORDER BY not_before, id LIMIT ?
        """  # noqa: S608 - placeholders only
        return [
            (
                datetime.fromisoformat(row["not_before"]),
                PendingEffect(
                    id=row["id"],
                    effect=Effect(
                        kind=EffectKind(row["kind"]),
                        thread_id=row["thread_id"],
                        channel_id=row["channel_id"],
                        number=row["number"],
                        text=row["text"],
                    ),
                    attempts=row["attempts"],
                    refused_since=_time(row["refused_since"]),
                ),
            )
            for row in self._execute(sql, (*elsewhere_than, *but, limit))
        ]

    def latest_effect(self) -> int:
        """The number of the effect enqueued last that is still to be done (0: none is)."""
        return int(self._execute("SELECT COALESCE(MAX(id), 0) FROM effects").fetchone()[0])

    def count_due(self, kind: EffectKind, now: datetime) -> int:
        """How many lanes have an effect of this kind that could be tried at `now`, or is being tried."""
        sql = """
            SELECT COUNT(*) FROM effects AS head WHERE kind = ? AND not_before <= ?
            AND NOT EXISTS (SELECT 1 FROM effects WHERE lane = head.lane AND id < head.id)
        """
        return int(self._execute(sql, (kind, _text(now))).fetchone()[0])

    def is_to_be_done(self, kind: EffectKind, thread_id: int) -> bool:
        """Whether an effect of this kind in the thread is still to be done, or being done."""
        sql = "SELECT 1 FROM effects WHERE kind = ? AND thread_id = ?"
        return self._execute(sql, (kind, thread_id)).fetchone() is not None

    def put_off(self, effect_id: int, until: datetime) -> None:
        """The effect is not to be tried before `until`; that it is not tried now is no failure."""
        self._execute("UPDATE effects SET not_before = ? WHERE id = ?", (_text(until), effect_id))

    def postpone(
        self, effect_id: int, until: datetime, *, refused_at: datetime | None = None, closed: Closed | None = None
    ) -> None:
        """The effect failed this time, or was refused: count it, and try again no sooner than `until`.

        `closed` is why the thread took nothing, where that was it: `hasten` then may bring it forward.
        """
        sql = """
            UPDATE effects SET attempts = attempts + 1, not_before = ?, refused_since = COALESCE(refused_since, ?),
                closed = ? WHERE id = ?
        """
        self._execute(sql, (_text(until), _text(refused_at), closed, effect_id))

    def hasten(self, thread_id: int, now: datetime, *, archived: bool, locked: bool) -> bool:
        """Make due what waits for the thread to be open, now that it is so; whether there is anything.

        What waits for an archived thread may be done in a locked one that is open, and the bot itself can open one that
        is not locked any more. What waits for a locked one may not be woken by an opening: the bot does that, too.
        """
        reasons = [*([Closed.LOCKED] if not locked else []), *([Closed.ARCHIVED] if not (archived and locked) else [])]
        sql = f"""
            UPDATE effects SET not_before = MIN(not_before, ?)
            WHERE thread_id = ? AND closed IN ({", ".join("?" for _ in reasons)})
        """  # noqa: S608 - placeholders only
        return self._execute(sql, (_text(now), thread_id, *reasons)).rowcount > 0

    def hasten_refused(self, now: datetime) -> None:
        """Make due what Discord refused for another reason than a closed thread."""
        sql = "UPDATE effects SET not_before = MIN(not_before, ?) WHERE refused_since IS NOT NULL AND closed IS NULL"
        self._execute(sql, (_text(now),))

    def drop_old_effects(self, kind: EffectKind, before: datetime) -> int:
        """Drop effects of this kind that wait since before that moment; how many those were."""
        sql = "DELETE FROM effects WHERE kind = ? AND COALESCE(refused_since, not_before) < ?"
        return self._execute(sql, (kind, _text(before))).rowcount

    def drop_effects_in(self, channel_id: int) -> int:
        """Drop what was to be posted in this alert channel; how many effects those were."""
        return self._execute("DELETE FROM effects WHERE channel_id = ?", (channel_id,)).rowcount

    def done(self, effect_id: int) -> None:
        """The effect has been carried out or given up."""
        self._execute("DELETE FROM effects WHERE id = ?", (effect_id,))

    def drop_effects(self, thread_id: int) -> None:
        """Nothing of what was to be done in this thread makes sense any more; its author can still be named."""
        sql = "DELETE FROM effects WHERE thread_id = ? AND kind NOT IN (?, ?)"
        self._execute(sql, (thread_id, EffectKind.NAME_AUTHOR, EffectKind.END_ALERT))


def _row(ticket: Ticket) -> tuple[object, ...]:
    """The ticket's values in the order of `_COLUMNS`."""
    answer = ticket.first_answer
    return (
        ticket.thread_id,
        ticket.guild_id,
        ticket.author_id,
        ticket.author_name,
        ticket.title,
        json.dumps([[tag.id, None if tag.deleted else tag.name] for tag in ticket.tags]),
        json.dumps([_text(at) for at in ticket.tags_changed]),
        ticket.archived,
        None if answer is None else answer.message_id,
        None if answer is None else answer.author_name,
        json.dumps(sorted(ticket.resolved_by)),
        _text(ticket.resolved_at),
        ticket.resolved_message_id,
        ticket.reopen_count,
        _text(ticket.alert_due_at),
        _text(ticket.due_at),
        ticket.due_under,
        ticket.missed,
        json.dumps(ticket.called),
        _pauses_text(ticket.stops),
        _pauses_text(ticket.pauses),
        json.dumps([[each.channel_id, each.message_id] for each in ticket.posted]),
        _activity_text(ticket.activity),
        ticket.adopted,
        ticket.in_sheet,
        ticket.deleted,
    )


def _pending(row: sqlite3.Row) -> PendingRow:
    return PendingRow(
        ticket=_ticket(row),
        revision=row["revision"],
        sheet_cells=json.loads(row["sheet_cells"]),
        named_anew=bool(row["named_anew"]),
    )


def _ticket(row: sqlite3.Row) -> Ticket:
    answer = None
    if row["answer_message_id"] is not None:
        answer = Answer(message_id=row["answer_message_id"], author_name=row["answer_author_name"])
    return Ticket(
        thread_id=row["thread_id"],
        guild_id=row["guild_id"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        title=row["title"],
        tags=tuple(Tag(id=tag_id, name=name or "", deleted=name is None) for tag_id, name in json.loads(row["tags"])),
        tags_changed=tuple(datetime.fromisoformat(at) for at in json.loads(row["tags_changed"])),
        archived=bool(row["archived"]),
        first_answer=answer,
        resolved_by=frozenset(json.loads(row["resolved_by"])),
        resolved_at=_time(row["resolved_at"]),
        resolved_message_id=row["resolved_message_id"],
        reopen_count=row["reopen_count"],
        alert_due_at=_time(row["alert_due_at"]),
        due_at=_time(row["due_at"]),
        due_under=row["due_under"],
        missed=bool(row["missed"]),
        called=tuple(map(EffectKind, json.loads(row["called"]))),
        stops=_pauses(row["stops"]),
        pauses=_pauses(row["pauses"]),
        posted=tuple(Posted(channel_id=channel, message_id=message) for channel, message in json.loads(row["posted"])),
        activity=_activity(row["activity"]),
        adopted=bool(row["adopted"]),
        in_sheet=bool(row["in_sheet"]),
        deleted=bool(row["deleted"]),
    )


def _activity_text(activity: Activity | None) -> str | None:
    if activity is None:
        return None
    return json.dumps([activity.last_message_id, activity.by_asker, activity.staff_replies])


def _activity(text: str | None) -> Activity | None:
    if text is None:
        return None
    last_message_id, by_asker, staff_replies = json.loads(text)
    return Activity(last_message_id=last_message_id, by_asker=by_asker, staff_replies=staff_replies)


def _pauses_text(pauses: Pauses) -> str:
    return json.dumps([[_text(pause.start), _text(pause.end)] for pause in pauses])


def _pauses(text: str) -> Pauses:
    return tuple(Pause(start=datetime.fromisoformat(start), end=_time(end)) for start, end in json.loads(text))


def _text(at: datetime | None) -> str | None:
    """A fixed-width text in UTC, so that order of texts is order of times."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
