"""People in the sheet: each step is done to the local server's tab and told to the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from aiohttp import web

from tracker.sandbox.chaos.model import Model, Ticket
from tracker.sandbox.chaos.steps import OWNED, RACE, Step
from tracker.sandbox.desk import SHEET_NAME, LocalDesk
from tracker.sandbox.sheets.document import Tab

NOTES = "notes"
"""The column that people have of their own from the beginning."""

KEY = "thread_id"


class TablePeople:
    """Managers with the tab open in their browsers, some of whom act just when the bot has read and not yet written."""

    def __init__(self, desk: LocalDesk, model: Model) -> None:
        self._desk, self._model = desk, model
        self.tab: Tab = desk.tab
        self._ambushes: deque[Step] = deque()
        self._columns = 0
        self._actions: dict[str, Callable[[Step], None]] = {
            "sort": self._sort,
            "insert row": lambda step: self.tab.insert_rows(self._below_header(step.number)),
            "insert column": self._insert_column,
            "move column": self._move_column,
            "delete column": self._delete_column,
            "loose note": self._write_loose_note,
            "rename tab": lambda step: self.tab.rename(step.detail),
        }
        self._actions_on_row: dict[str, Callable[[Step, int, Ticket], None]] = {
            "delete row": self._delete_row,
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

    def calm(self) -> None:
        """Nobody waits for the bot's next write any more, and the tab has its name again."""
        self._ambushes.clear()
        self.tab.rename(SHEET_NAME)

    def header(self) -> tuple[int, list[str]]:
        """The number of the header's row and the names in it."""
        for number, row in enumerate(self.tab.values()):
            if KEY in row:
                return number, [str(name or "") for name in row]
        raise LookupError("the header is gone")

    def _ambush(self, request: web.Request) -> None:
        if request.path.endswith(":batchUpdate") and self._ambushes:
            step = self._ambushes.popleft()
            self._do(step.kind.removeprefix(RACE), step)

    def _do(self, kind: str, step: Step) -> None:
        if action := self._actions.get(kind):
            action(step)
        elif step.ticket < len(self._model.tickets):
            ticket = self._model.tickets[step.ticket]
            row = self._row_of(ticket)
            if row is not None:
                self._actions_on_row[kind](step, row, ticket)

    def _row_of(self, ticket: Ticket) -> int | None:
        _, names = self.header()
        key = names.index(KEY)
        rows = enumerate(self.tab.values())
        return next((number for number, row in rows if row[key : key + 1] == [str(ticket.thread_id)]), None)

    def _below_header(self, number: int) -> int:
        header, _ = self.header()
        return header + 1 + number % (self.tab.data_end() - header)

    def _sort(self, step: Step) -> None:
        _, names = self.header()
        if step.detail in names:
            self.tab.sort(names.index(step.detail), descending=step.number % 2 == 1)

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

    def _write_loose_note(self, step: Step) -> None:
        """A remark between the tickets, in a row of its own."""
        _, names = self.header()
        row = self._below_header(step.number)
        self.tab.insert_rows(row)
        self.tab.paste(row, names.index(NOTES), [[step.detail]])
        self._model.loose_notes.append(step.detail)

    def _delete_row(self, _: Step, row: int, ticket: Ticket) -> None:
        self.tab.delete_rows(row)
        self._model.row_deleted(ticket)

    def _write_note(self, step: Step, row: int, ticket: Ticket) -> None:
        name = self._model.own_columns[-1]
        _, names = self.header()
        self.tab.paste(row, names.index(name), [[step.detail]])
        ticket.notes[name] = step.detail

    def _edit(self, step: Step, row: int, ticket: Ticket) -> None:
        column = step.detail if step.detail in OWNED else "title"
        _, names = self.header()
        text = f"{column}, as people say"
        self.tab.paste(row, names.index(column), [[text]])
        self._model.edited(ticket, column, text)
