"""What the tests of the write build their cases from: a tab of three columns of the bot's and one of people's."""

from __future__ import annotations

from typing import Any

from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.write.plan import Misplaced, Target, WritePlan

GUILD = 900
ONE, TWO, THREE = 1_111, 2_222, 3_333
"""Tickets."""

THREAD_ID, TITLE, LINK, NOTE = range(4)
COLUMNS = {"thread_id": THREAD_ID, "title": TITLE, "link": LINK}
HEADER = {0: content_of("thread_id"), 1: content_of("title"), 2: content_of("link"), 3: content_of("note")}
TAB, HIDDEN = 7, 8


def link(ticket: int) -> str:
    return f"https://discord.com/channels/{GUILD}/{ticket}"


def line(ticket: int | None, title: str | None = None, note: str | None = None) -> dict[int, Json]:
    """A row's contents, blanks left out."""
    address = None if ticket is None else link(ticket)
    cells = (None if ticket is None else str(ticket), title, address, note)
    return {column: content_of(value) for column, value in enumerate(cells) if value is not None}


def identity(ticket: int) -> dict[int, Json]:
    """What shows whose the row is."""
    return {column: content for column, content in line(ticket).items() if column in (THREAD_ID, LINK)}


def change(row: int, ticket: int, title: str) -> Target:
    """A new title for the ticket whose row this is."""
    known = {"thread_id": str(ticket), "title": "Old", "link": link(ticket)}
    return Target(
        row=row, cells={TITLE: content_of(title)}, proof=identity(ticket), thread_id=ticket, known=dict(known)
    )


def new_row(row: int, ticket: int, title: str) -> Target:
    cells = line(ticket, title)
    return Target(row=row, cells=cells, proof={column: {} for column in cells}, thread_id=ticket, known={})


def plan_of(*targets: Target, **others: Any) -> WritePlan:  # noqa: ANN401 - the fields of a plan
    plain: dict[str, Any] = {
        "fence": 5,
        "replaces": (),
        "writer": "a",
        "tab_id": TAB,
        "title": "Tickets",
        "images_id": HIDDEN,
        "images_title": "Hidden",
        "width": 4,
        "header_row": 0,
        "header": {column: HEADER[column] for column in COLUMNS.values()},
        "columns": dict(COLUMNS),
        "targets": targets,
    }
    return WritePlan(**plain | others)


def misplaced(row: int, before: dict[int, Json] | None, *, header: dict[int, Json] | None = None) -> Misplaced:
    """The title `New` that went into this row."""
    return Misplaced(
        row=row,
        cells={TITLE: content_of("New")},
        before=before,
        identifying=(THREAD_ID, LINK),
        header=HEADER if header is None else header,
    )
