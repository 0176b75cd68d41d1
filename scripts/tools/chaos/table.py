"""People in the sheet: each step is done to the local server's tab and noted in the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from aiohttp import web

from scripts.tools.chaos.model import Model, Ticket, Value
from scripts.tools.chaos.steps import OWNED, RACE, RENAMED, Step
from tracker.sandbox.desk import SHEET_NAME, LocalDesk
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KIND, Kind

NOTES = "notes"
"""The column that people have of their own from the beginning."""

KEY = "thread_id"

_NEVER_CHANGED = ("date_created", "outside_business_hours")
"""Columns that show the same in a ticket's row from the first to the last, and that no person edits."""

_OURS = " (ours)"
"""What people put behind the name of a column of the bot's."""


KEPT = "Support tracker: kept"
"""How the title of a tab begins that keeps rows which could not be put back."""

DOUBLED = "🛠️ **Several rows of the sheet have the same thread_id:**"


class NoHeaderError(LookupError):
    """No row has the name of the key column."""


class TablePeople:
    """Managers with the tab open in their browsers, some of whom act just when the bot has read and not yet written."""

    def __init__(self, desk: LocalDesk, model: Model) -> None:
        self._desk, self._model = desk, model
        self.tab: Tab = desk.tab
        self._ambushes: deque[Step] = deque()
        self._columns = 0
        self._seen: set[str] = set()
        self._actions: dict[str, Callable[[Step], None]] = {
            "sort": self._sort,
            "sort only": self._sort_only,
            "insert above": lambda _: self.tab.insert_rows(0),
            "insert row": lambda step: self.tab.insert_rows(self._below_header(step.number)),
            "insert column": self._insert_column,
            "move column": self._move_column,
            "delete column": self._delete_column,
            "loose note": self._write_loose_note,
            "filter": self._filter,
            "clear filter": lambda _: self.tab.clear_filter(),
            "rename header": lambda step: self._rename_header(step.detail),
            "rename tab": lambda step: self.tab.rename(step.detail),
        }
        self._actions_on_row: dict[str, Callable[[Step, int, Ticket], None]] = {
            "delete row": self._delete_row,
            "copy row": self._copy_row,
            "delete copy": self._delete_copy,
            "note": self._write_note,
            "edit": self._edit,
            "hide row": lambda _, row, __: self.tab.hide_rows(row),
        }
        desk.sheets.before.append(self._ambush)

    def act(self, step: Step) -> bool:
        """Do a step of a kind that is theirs, now or (a race) before the bot's next write; False for all others."""
        kind = step.kind.removeprefix(RACE)
        if kind not in self._actions and kind not in self._actions_on_row:
            return False
        if step.kind.startswith(RACE):
            self._ambushes.append(step)
        else:
            self._do(kind, step)
        return True

    def calm(self) -> bool:
        """Nobody waits for the bot's next write any more, and the tab and its columns have their names again.

        Tells whether a column had another: that of a figure is filled again with the next write.
        """
        self._ambushes.clear()
        self.tab.clear_filter()
        self.tab.rename(SHEET_NAME)
        renamed: list[str] = []
        with suppress(NoHeaderError):  # a race has overwritten it, and it is still to be put back
            renamed += [name for name in RENAMED if name + _OURS in self.header()[1]]
        for name in renamed:
            self._rename_header(name)
        return bool(renamed)

    def header(self) -> tuple[int, list[str]]:
        """The number of the header's row and the names in it."""
        for number, row in enumerate(self.tab.values()):
            if KEY in row:
                return number, [str(name or "") for name in row]
        raise NoHeaderError("the header is gone")

    @property
    def header_is_kept(self) -> bool:
        """Whether columns have no names, or others', until people give them some again: as they are told."""
        tabs = [tab for tab in self._desk.book.tabs if tab.title.startswith(KEPT)]
        return any(KEY in row for tab in tabs for row in tab.values()[2:])

    def _ambush(self, request: web.Request) -> None:
        if not request.path.endswith(":batchUpdate"):
            return
        with suppress(NoHeaderError):
            self._seen |= self._keys()
        if self._ambushes:
            step = self._ambushes.popleft()
            self._do(step.kind.removeprefix(RACE), step)

    def _do(self, kind: str, step: Step) -> None:
        # Without a header, which a race has overwritten a moment ago, they see that something is wrong, and wait.
        with suppress(NoHeaderError):
            self._act_on(kind, step)

    def _act_on(self, kind: str, step: Step) -> None:
        if action := self._actions.get(kind):
            action(step)
        elif step.ticket < len(self._model.tickets):
            ticket = self._model.tickets[step.ticket]
            row = self._row_of(ticket)
            if row is None or not self._all_are_there():
                return
            if self._is_remark(row, ticket):
                self._act_on_remark(kind, step, row)
            else:
                self._actions_on_row[kind](step, row, ticket)

    def _is_remark(self, row: int, ticket: Ticket) -> bool:
        """Whether it is a remark's row, which shows the ticket only for a moment, because a race has reached it."""
        names = self.header()[1]
        cells = dict(zip(names, self.tab.values()[row], strict=False))
        if cells.get(NOTES) not in self._model.loose_notes:
            return False
        known = frozenset(names).issuperset(("link", *_NEVER_CHANGED))
        has_only_id = known and not any(cells.get(name) for name in ("link", *_NEVER_CHANGED))
        return has_only_id or cells[NOTES] != ticket.notes.get(NOTES)

    def _act_on_remark(self, kind: str, step: Step, row: int) -> None:
        """People see that it is not the ticket's row; but somebody may have something else to remark just then."""
        column = self.header()[1].index(NOTES)
        if kind == "note":
            before = str(self.tab.values()[row][column])
            self._model.loose_notes.remove(before)
            self._model.loose_notes.append(step.detail)
            self._model.later_remarks[before] = step.detail
            self.tab.paste(row, column, [[step.detail]])

    def _all_are_there(self) -> bool:
        """Whether each ticket that was in the tab still is: else a row shows another ticket for a moment.

        What people write into such a row stays there when it is put back, as they are told; here they wait.
        """
        expected = {str(each.thread_id) for each in self._model.tickets if not each.gone}
        return self._seen & expected <= self._keys()

    def _keys(self) -> set[str]:
        """What stands in the column of ids."""
        key = self.header()[1].index(KEY)
        return {str(row[key]) for row in self.tab.values() if any(row[key : key + 1])}

    def _row_of(self, ticket: Ticket) -> int | None:
        return next(self._rows_of(ticket), None)

    def _rows_of(self, ticket: Ticket) -> Iterator[int]:
        _, names = self.header()
        key = names.index(KEY)
        rows = enumerate(self.tab.values())
        return (number for number, row in rows if row[key : key + 1] == [str(ticket.thread_id)])

    def _below_header(self, number: int) -> int:
        header, _ = self.header()
        return header + 1 + number % (self.tab.data_end() - header)

    def _sort(self, step: Step) -> None:
        header, names = self.header()
        # Of two rows with one id the first is the ticket's: people let it stay the first.
        column = "date_created" if self._copies_exist() else step.detail
        if column in names and header == self.tab.header_row():
            self.tab.sort(names.index(column), descending=step.number % 2 == 1)

    def _filter(self, step: Step) -> None:
        """Hide the rows that show what one of the rows shows in this column, or nothing."""
        header, names = self.header()
        if step.detail in names and header == self.tab.header_row():
            column, shown = names.index(step.detail), self.tab.shown()
            row = shown[min(self._below_header(step.number), len(shown) - 1)]
            self.tab.filter_out(column, {(row[column : column + 1] or [""])[0] or "", ""})

    def _sort_only(self, step: Step) -> None:
        """The mistake of selecting one column: its cells change places, and no others."""
        header, names = self.header()
        if step.detail not in names or self._copies_exist() or not self.is_explained():
            return
        if header != self.tab.header_row():
            return  # a race has put something above it, and it would be sorted, too
        column = names.index(step.detail)
        loose, before = self._loose(), self._cells_of(column)
        self.tab.sort(column, descending=step.number % 2 == 1, columns=[column])
        for number, value in self._cells_of(column).items():
            ticket = self._model.tickets[number]
            if step.detail in OWNED and value != before[number]:
                self._model.edited(ticket, step.detail, value)
            elif step.detail == NOTES:
                ticket.notes.pop(NOTES, None)
                ticket.notes |= {} if value is None else {NOTES: str(value)}
        if self._loose() != loose:
            self._model.loose_notes = self._loose()

    def _cells_of(self, column: int) -> dict[int, Value]:
        """The cells of the tickets in one column, by the number of the ticket."""
        rows = {number: self._row_of(ticket) for number, ticket in enumerate(self._model.tickets)}
        values = self.tab.values()
        return {n: (values[row][column : column + 1] or [None])[0] for n, row in rows.items() if row is not None}

    def _loose(self) -> list[str]:
        """What rows hold that belong to no ticket."""
        header, names = self.header()
        key = names.index(KEY)
        rows = (row for row in self.tab.values()[header + 1 :] if not any(row[key : key + 1]))
        return [str(value) for row in rows for value in row if value is not None]

    def is_explained(self) -> bool:
        """Whether everything is somebody's: nothing of what the bot wrote by mistake is still to be put back."""
        if sorted(self._loose()) != sorted(self._model.loose_notes):
            return False
        header, names = self.header()
        keys = {row[names.index(KEY)] for row in self.tab.values()[header + 1 :] if len(row) > names.index(KEY)}
        if not keys <= {None, *(str(ticket.thread_id) for ticket in self._model.tickets)}:
            return False
        for column, name in enumerate(names):
            for number, value in self._cells_of(column).items():
                ticket = self._model.tickets[number]
                known = [ticket.notes.get(name), *(cells.get(name) for cells in (ticket.cells(), *ticket.past))]
                known += [ticket.edits[name].text] if name in ticket.edits else []
                if name in (*OWNED, *self._model.own_columns) and value not in known:
                    return False
                if name in KIND and value is not None and isinstance(value, str) != (KIND[name] is Kind.TEXT):
                    return False
        return True

    def _copies_exist(self) -> bool:
        return any(ticket.copies for ticket in self._model.tickets)

    def _insert_column(self, step: Step) -> None:
        header, names = self.header()
        place = step.number % (len(names) + 1)
        self._columns += 1
        name = f"extra {self._columns}"
        self.tab.insert_columns(place)
        self.tab.enter(header, place, name)
        self._model.own_columns.append(name)

    def _move_column(self, step: Step) -> None:
        _, names = self.header()
        if step.detail in names:
            self.tab.move_columns(names.index(step.detail), 1, step.number % (len(names) + 1))

    def _delete_column(self, _: Step) -> None:
        """Only columns that people added: the bot's columns are not theirs to delete."""
        names = self.header()[1]
        if len(self._model.own_columns) > 1:
            name = self._model.own_columns.pop()
            self.tab.delete_columns(names.index(name))
            for ticket in self._model.tickets:
                ticket.notes.pop(name, None)
                for copy in ticket.copies:
                    copy.pop(name, None)

    def _write_loose_note(self, step: Step) -> None:
        """A remark between the tickets, in a row of its own."""
        _, names = self.header()
        row = self._below_header(step.number)
        self.tab.insert_rows(row)
        self.tab.paste(row, names.index(NOTES), [[step.detail]])
        self._model.loose_notes.append(step.detail)

    def _delete_row(self, _: Step, row: int, ticket: Ticket) -> None:
        if not ticket.copies:
            self.tab.delete_rows(row)
            self._model.row_deleted(ticket)

    def _copy_row(self, _: Step, row: int, ticket: Ticket) -> None:
        """Copy a row, as to try something out; once at a time, not while a race has overwritten it or the header."""
        names = self.header()[1]
        cells: dict[str, Value] = {
            name: v for name, v in zip(names, self.tab.values()[row], strict=False) if v is not None
        }
        # In a column that is called something else just now, a new row may have a cell that is still to be taken away.
        whole = frozenset(names).issuperset(ticket.cells())
        right = whole and self.is_explained() and all(cells.get(n) == ticket.cells()[n] for n in _NEVER_CHANGED)
        if not ticket.copies and right:
            self.tab.duplicate_row(row)
            ticket.copies.append(cells)
            self._model.notices.add(DOUBLED)

    def _delete_copy(self, _: Step, __: int, ticket: Ticket) -> None:
        """Delete the copy again, wherever it is by now: below the first row with this id."""
        if ticket.copies:
            ticket.copies.clear()
            self.tab.delete_rows(max(self._rows_of(ticket)))

    def _rename_header(self, name: str) -> None:
        """Call a column of the bot's something else, or what it was called before."""
        header, names = self.header()
        other = name + _OURS
        old, new = (name, other) if name in names else (other, name)
        if old not in names:
            return  # a race has overwritten it, and it is still to be put back
        self.tab.enter(header, names.index(old), new)
        for ticket in self._model.tickets:
            for copy in ticket.copies:
                if old in copy:
                    copy[new] = copy.pop(old)
        self._model.notices |= {"🛠️ **The sheet has no column", "✅ **The sheet has its column"}

    def _write_note(self, step: Step, row: int, ticket: Ticket) -> None:
        name = self._model.own_columns[-1]
        _, names = self.header()
        if name not in names:
            return  # a race has overwritten the header, and it is still to be put back
        self.tab.paste(row, names.index(name), [[step.detail]])
        ticket.notes[name] = step.detail

    def _edit(self, step: Step, row: int, ticket: Ticket) -> None:
        column = step.detail if step.detail in OWNED else "title"
        _, names = self.header()
        if column not in names:
            return
        cells = dict(zip(names, self.tab.values()[row], strict=False))
        if column == "status" and cells.get(column) is None:
            return  # the column is not filled yet: what people write there first makes it theirs, as they are told
        text, at_rest = f"{column}, as people say", self.is_explained()
        self.tab.paste(row, names.index(column), [[text]])
        self._model.edited(ticket, column, text, at_rest=at_rest)
