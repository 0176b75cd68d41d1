"""What differs between the model and what the bot left in the sheet and in Discord."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from scripts.tools.chaos.agreement import open_time
from scripts.tools.chaos.calls import Kind, allowed_counts, calls_in, moments
from scripts.tools.chaos.dashboard import FIGURES, status_of
from scripts.tools.chaos.figures import may_show_figure
from scripts.tools.chaos.forum import ForumPeople
from scripts.tools.chaos.model import (
    JUDGED,
    TEAMS,
    Expected,
    Judged,
    Model,
    Noticed,
    Posted,
    Ticket,
    Value,
    days,
    last_known,
    may_have_row,
    may_show,
)
from scripts.tools.chaos.table import DOUBLED, KEPT, KEY, NOTES, TablePeople
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Message, Thread
from tracker.sandbox.expected import REOPENED, resolved_text, serial, span

_NAMELESS = "🛠️ **The sheet has no column"
Row = dict[str, Value]
"""The cells of a row that are not empty, by column."""

_SECOND = timedelta(seconds=1)


class Comparison:
    """Compares one desk with its model, as often as wanted."""

    def __init__(self, *, desk: LocalDesk, model: Model, forum: ForumPeople, table: TablePeople) -> None:
        self._desk, self._model, self._forum, self._table = desk, model, forum, table

    def differences(self, now: datetime) -> list[str]:
        """Everything that is not as it should be, one line each."""
        return [*self._sheet(now), *self._messages(), *self._alerts(now), *self._ticks()] or [*self.unfinished()]

    def unfinished(self) -> Iterator[str]:
        """Work that waits for another attempt: what came of it is not to be seen yet.

        What there is to do in a thread that was deleted unseen waits for minutes: until the bot believes Discord that
        there is no such thread.
        """
        gone = {ticket.thread_id for ticket in self._model.tickets if ticket.deleted and self._model.may_miss}
        if count := self._desk.unfinished(but_for=gone):
            errands = "; ".join(str(each) for each in self._desk.errands() if each.thread_id not in gone)
            yield f"{count} rows and effects are not done ({errands or 'rows only'})"

    def settle(self) -> None:
        """All is as it should be: what could have been either way has been decided now."""
        rows = self._rows()
        self._model.just_started = False
        for ticket, thread in zip(self._model.tickets, self._forum.threads, strict=True):
            ticket.fresh.clear()
            if not (ticket.deleted and self._model.may_miss):
                # else nobody will ever find out which of it the bot knew
                ticket.past.clear()
                ticket.past_tags.clear()
            ticket.settled, ticket.posted = len(ticket.resolutions), len(self._desk.bot_messages(thread))
            row = next(iter(rows.get(str(ticket.thread_id), [])), None)
            if row is None:
                if ticket.gone is not None:
                    # A row with figures comes back when a deadline passes, too.
                    ticket.gone.certain, ticket.gone.changed = not self._model.agreement.figures, False
                    ticket.gone.cells, ticket.gone.before = ticket.cells(), []
                continue
            ticket.gone = None
            cells = ticket.cells()
            for column, edit in list(ticket.edits.items()):
                if row.get(column) != edit.text:
                    del ticket.edits[column]
                else:
                    edit.certain, edit.changed = True, False
                    edit.originals = [cells[column]] if column in cells else []  # figures are compared by themselves

    def _rows(self) -> dict[str, list[Row]]:
        """The rows below the header by key ("" for none), each by column; columns without a name are named "?"."""
        number, names = self._table.header()
        rows: dict[str, list[Row]] = {}
        for values in self._table.tab.values()[number + 1 :]:
            named = {(names[at : at + 1] or [""])[0] or f"? {at}": value for at, value in enumerate(values)}
            row: Row = {name: value for name, value in named.items() if value is not None}
            rows.setdefault(str(row.get(KEY, "")), []).append(row)
        return rows

    @property
    def kept(self) -> list[Row]:
        """Rows that a race has overwritten and that the bot could not put back: it keeps them and announces that."""
        tabs = [tab for tab in self._desk.book.tabs if tab.title.startswith(KEPT)]
        rows = [(tab.values()[1], row) for tab in tabs for row in tab.values()[2:]]
        return [
            {str((names[at : at + 1] or [""])[0] or f"? {at}"): value for at, value in enumerate(row)}
            for names, row in rows
        ]

    @property
    def _kept_remarks(self) -> list[Row]:
        """What people remarked in kept rows, of no ticket or of another one, when a ticket's row was written over them.

        The ticket's row was to be taken away again, and stays where it is: beside a remark that is not its own, or,
        where a column moved as well, with what was written over that.
        """
        remarks = [{n: row[n] for n in self._model.own_columns if row.get(n)} for row in self.kept]
        # A row kept while no header was to be seen may have its remark under another name.
        texts = [text for row in self.kept if not row.get(KEY) for text in row.values() if isinstance(text, str)]
        loose: list[Row] = [{NOTES: text} for text in texts]
        return [*filter(None, remarks), *loose]

    def _sheet(self, now: datetime) -> Iterator[str]:
        rows = self._rows()
        kept = self.kept
        # A row kept while no header was to be seen may have its id under another name.
        excused = {str(value) for row in kept for value in row.values()}
        # A row that nobody saw may show a ticket's id for good, also above its own row, which people are told.
        is_told = any(DOUBLED in message.history[0] for message in self._desk.alerts.messages)
        may_double = self._count_unseen if is_told else 0
        may_lose = self._count_unseen
        loose = sorted(str(value) for row in rows.pop("", []) for value in row.values())
        if loose != sorted(self._model.loose_notes) and not kept:
            yield f"rows of no ticket hold {loose}, not {sorted(self._model.loose_notes)}"
        for number, (ticket, thread) in enumerate(zip(self._model.tickets, self._forum.threads, strict=True)):
            found = rows.pop(str(ticket.thread_id), [])
            what = f"ticket {number} ({ticket.thread_id})"
            unknown = self._model.may_miss and ticket.deleted  # it may have come and gone unseen
            if bool(found) not in self._may_have_row(ticket) and not unknown:
                # Where a row that nobody saw was written over, it comes back at once only if its ticket is open.
                is_closed = ticket.is_resolved or ticket.deleted
                if found or not is_closed or not may_lose:
                    yield f"{what} has {len(found)} rows"
                may_lose -= may_lose > 0
            others = [row for row in _less(found[1:], ticket.copies) if not self._covers_remark(row)]
            lost = _less(ticket.copies, found[1:])
            is_right = len(others) <= may_double and len(lost) <= may_lose
            may_lose = max(0, may_lose - len(lost))
            if not is_right and str(ticket.thread_id) not in excused:
                yield f"{what} has the copies {found[1:]}, not {ticket.copies}"
            for row in () if self._table.header_is_kept else found[:1]:
                if str(ticket.thread_id) in excused:
                    continue
                yield from (f"{what}: {line}" for line in self._cells(ticket, thread, row, now))
        for key, strange in rows.items():
            if kept:
                continue
            yield f"{len(strange)} rows have the unknown key {key}"

    @property
    def _count_unseen(self) -> int:
        """How many rows were overwritten of which nobody knows whose they were and what people had written there."""
        return sum(any(str(value).startswith("Nobody knows") for value in row.values()) for row in self.kept)

    def _covers_remark(self, row: Row) -> bool:
        """Whether a ticket's row was written over a remark and stays there, which people are told."""
        return any(remark.items() <= row.items() for remark in self._kept_remarks)

    def _may_have_row(self, ticket: Ticket) -> set[bool]:
        return may_have_row(ticket, may_miss=self._model.may_miss, has_figures=self._model.has_figures)

    def _cells(self, ticket: Ticket, thread: Thread, row: Row, now: datetime) -> Iterator[str]:
        posted = self._desk.bot_messages(thread)
        figures = {column: row.pop(column, None) for column in FIGURES} if self._model.has_figures else {}
        said = ticket.edits.get("status")
        is_unclear = self._count_unseen > 0
        is_right = not figures or figures["status"] in (status_of(ticket), said and said.text)
        if not is_right and not (ticket.deleted and self._model.may_miss):
            yield f"status is {figures['status']!r}, not {status_of(ticket)}"
        for column in ticket.cells():
            value = row.pop(column, None)
            allowed = may_show(ticket, column)
            if is_unclear and column in ticket.edits:
                allowed = [*allowed, ticket.cells()[column]]
            if ticket.deleted and column == "warning_message_id":
                # the thread may have gone before or after the message was posted and known
                allowed = [None, *(str(message.id) for message in posted)]
            if ticket.deleted and self._model.may_miss:
                # nobody can find out what changed before it went
                allowed = [*allowed, *last_known(ticket, column), *_later_answers(ticket, column)]
            if column in JUDGED and (column in ticket.edits or (ticket.deleted and self._model.may_miss)):
                continue
            if not any(self._shows(value, expected, ticket, posted, now) for expected in allowed):
                yield f"{column} is {value!r}, not {' or '.join(map(str, allowed))}"
        written = {status_of(ticket), *(str(value) for value in ticket.cells().values())}
        is_remark = any(
            row.keys() <= {*remark, *ticket.notes}
            and all(
                str(row.get(name)) in (text, self._model.later_remarks.get(str(text)), *written)
                for name, text in {**remark, **ticket.notes}.items()
            )
            for remark in self._kept_remarks
        )
        if row != ticket.notes and not (is_unclear or is_remark):
            yield f"people's own cells are {row}, not {ticket.notes}"

    def _shows(
        self, value: Value, expected: Expected, ticket: Ticket, posted: Sequence[Message], now: datetime
    ) -> bool:
        """Whether a cell holds what is expected of it, by value and type."""
        if isinstance(expected, Judged):
            return may_show_figure(ticket, expected.column, value, now, may_miss=self._model.may_miss)
        if isinstance(expected, Posted):
            return value == (str(posted[-1].id) if posted else None)
        if isinstance(expected, Noticed):
            if expected.since_creation:
                return value in _spans(expected.after - ticket.created_at, now - ticket.created_at)
            return isinstance(value, float) and serial(expected.after) <= value <= serial(now)
        return type(value) is type(expected) and value == expected

    def calls_of(self, ticket: Ticket, now: datetime) -> list[datetime]:
        """The moments at which people are called for a ticket that waits."""
        return [due.first for due in moments(ticket, now, may_miss=self._model.may_miss).values()]

    def has_right_messages(self, number: int) -> bool:
        """Whether the messages in one ticket's thread are as they should be."""
        return not list(self._messages_of(number))

    def _messages(self) -> Iterator[str]:
        for number in range(len(self._model.tickets)):
            yield from self._messages_of(number)

    def _messages_of(self, number: int) -> Iterator[str]:
        ticket, thread = self._model.tickets[number], self._forum.threads[number]
        posted = self._desk.bot_messages(thread)
        texts = [message.content for message in posted]
        wanted = [REOPENED] * len(texts)
        if ticket.is_resolved and texts:
            wanted[-1] = resolved_text(thread)
        most = len(ticket.resolutions)
        fewest = most
        if self._model.may_miss:
            # a resolution that was taken back unseen is not posted about any more
            most -= ticket.settled - ticket.posted
            fewest = ticket.posted + (ticket.is_resolved and len(ticket.resolutions) > ticket.settled)
        if not (0 if ticket.deleted else fewest) <= len(texts) <= most or (texts != wanted and not ticket.deleted):
            yield f"ticket {number}: messages {_short(texts)}, not {_short(wanted)}; {fewest} to {most} are due"
        for message in posted:
            if message.pinged != [thread.owner] or message.history[0] != resolved_text(thread):
                yield f"ticket {number}: a message that began as {message.history[0]!r} called {message.pinged}"

    def _alerts(self, now: datetime) -> Iterator[str]:
        # As they were posted: what becomes of their tickets is written into them later.
        posted = [message.history[0] for message in self._desk.alerts.messages]
        calls = [call for text in posted for call in calls_in(text)]
        later = self._desk.world.now()
        links = {str(ticket.cells()["link"]): number for number, ticket in enumerate(self._model.tickets)}
        for link, number in links.items():
            ticket = self._model.tickets[number]
            of_ticket = [call for call in calls if call.link == link]
            is_escalated = any(call.kind is Kind.ESCALATION for call in of_ticket)
            for kind in Kind:
                found = [call for call in of_ticket if call.kind is kind]
                # The bot works on while it is looked at, and while it stops.
                allowed = set().union(*(allowed_counts(self._model, number, kind, each) for each in (now, later)))
                # Both go to the same channel: where they fall due at once, the alert is left out.
                allowed |= {0} if kind is Kind.ALERT and is_escalated else set()
                if len(found) not in allowed:
                    yield f"ticket {number}: {len(found)} times {kind.name}, not {sorted(allowed)}"
                for call in found:
                    if not _fits(call.match, ticket, unread=number in self._model.unseen):
                        yield f"ticket {number}: the alert says {call.match[0]!r}"
        notices = (*self._model.notices, *((DOUBLED, _NAMELESS) if self.kept else ()))
        for text in posted:
            if not calls_in(text) and not text.startswith(notices) and not _is_of_kept(text):
                yield f"an alert that is none: {text!r}"
        announced = sum(map(_is_of_kept, posted))
        if bool(announced) != bool(self.kept):
            yield f"{len(self.kept)} rows are kept, and that was announced {announced} times"
        strange = {call.link for call in calls} - links.keys()
        if strange:
            yield f"alerts about threads that are no tickets: {sorted(strange)}"

    def _ticks(self) -> Iterator[str]:
        for number, (ticket, thread) in enumerate(zip(self._model.tickets, self._forum.threads, strict=True)):
            # A closed thread gets none, and nobody knows whether this one was closed just then.
            stayed_open = thread.archive_timestamp == thread.created_at
            if stayed_open and not ticket.deleted and not self._desk.is_ticked(thread):
                yield f"ticket {number} has no ✅"


def _less(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rows without the others, each of which takes away one."""
    left = list(rows)
    for row in others:
        if row in left:
            left.remove(row)
    return left


def _later_answers(ticket: Ticket, column: str) -> list[Value]:
    """What the column shows if an answer is taken for the first because those before it were not heard."""
    shown: dict[str, list[Value]] = {
        "first_responded_by": [by for by, _ in ticket.answers],
        "time_to_first_response": [span(at - ticket.created_at) for _, at in ticket.answers],
        "first_response_date": [serial(at) for _, at in ticket.answers],
        "first_response": [days(at - ticket.created_at) for _, at in ticket.answers],
        "first_response_business": [days(open_time(ticket.created_at, at)) for _, at in ticket.answers],
    }
    return shown.get(column, [])


def _spans(shortest: timedelta, longest: timedelta) -> set[str]:
    seconds = range(int(longest / _SECOND) - int(shortest / _SECOND) + 1)
    return {span(shortest + _SECOND * more) for more in seconds} | {span(longest)}


def _is_of_kept(text: str) -> bool:
    return "overwritten when somebody moved rows or columns at that very moment" in text


def _fits(alert: re.Match[str], ticket: Ticket, *, unread: bool) -> bool:
    """Whether an alert shows the ticket as it was at some time; what is `unread` has no author's name, perhaps."""
    return (
        _rendered(alert["title"]) in ticket.titles
        and _rendered(alert["author"]) in (ticket.author, *(["Unknown"] if ticket.overdue_when_heard or unread else []))
        and alert.groupdict().get("team", TEAMS[0]) in (*TEAMS, "Unassigned")
        and re.fullmatch(r"(\d+[dhms] ?)+|\d+ seconds?", alert["waiting"]) is not None
    )


def _short(texts: Sequence[str]) -> list[str]:
    return [text[:1] if text[:1] in "🔴🟢" else text for text in texts]


def _rendered(text: str) -> str:
    """What Discord shows of a line in which marks are escaped: a backslash before a mark is not seen."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", text)
