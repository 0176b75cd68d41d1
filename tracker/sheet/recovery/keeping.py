"""Rows that cannot be put back by themselves, kept in a visible tab of their own for a person to look at."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.sheet.table.cells import Json, Line, content_of, value_of
from tracker.sheet.table.columns import KEY, KIND
from tracker.sheet.write.plan import Misplaced, WritePlan

_EXPLANATION = (
    "The support tracker wrote over cells of these rows just when somebody moved rows or columns, and they may have "
    "changed since, so it did not put them back. This is what they held. Copy what you miss, then delete this tab."
)
_NOBODY_KNOWS = "Nobody knows what this row held: it was hidden by a filter."


def keep_requests(plan: WritePlan) -> list[Json]:
    """The requests that make the tab and fill it: an explanation, the names of the columns, the rows as they were.

    The names are those that the columns had then, where that is known.
    """
    names = next((each.header for each in plan.misplaced if each.header), plan.header)
    key = next((column for column, content in names.items() if value_of(content) == KEY), 0)
    width = 1 + max(plan.width, *(1 + max(each.before or {1: {}, **each.cells}) for each in plan.misplaced))
    title = f"Support tracker: kept {datetime.now(UTC):%Y-%m-%d %H.%M} UTC, {plan.keep_as}"
    grid = {"rowCount": 2 + len(plan.misplaced), "columnCount": width}
    rows = [
        [content_of(_EXPLANATION)],
        [content_of("was in row"), *_line(names, width)],
        *(_row(each, width, key) for each in plan.misplaced),
    ]
    formats = {1 + column: KIND[name].number_format for name, column in plan.columns.items()}
    return [
        {"addSheet": {"properties": {"sheetId": plan.keep_as, "title": title, "gridProperties": grid}}},
        {
            "updateCells": {
                "start": {"sheetId": plan.keep_as, "rowIndex": 0, "columnIndex": 0},
                "rows": [{"values": [_cell(content, formats.get(at)) for at, content in enumerate(r)]} for r in rows],
                "fields": "userEnteredValue,userEnteredFormat.numberFormat",
            }
        },
    ]


def _row(misplaced: Misplaced, width: int, key: int) -> list[Json]:
    """A row as it was; of one that nobody saw only its id, if that is known, in the column `key`."""
    number = content_of(misplaced.row + 1)
    if misplaced.before is not None:
        return [number, *_line(misplaced.before, width)]
    ids = {} if misplaced.key is None else {key: content_of(str(misplaced.key))}
    place = 1 if 0 in ids else 0
    return [number, *_line({**ids, place: content_of(_NOBODY_KNOWS)}, width)]


def _line(line: Line, width: int) -> list[Json]:
    return [_plain(line.get(column, {})) for column in range(width - 1)]


def _plain(content: Json) -> Json:
    """The content as a value that nobody computes."""
    value = value_of(content)
    return content_of(value) if value is not None or not content else content_of(str(next(iter(content.values()))))


def _cell(content: Json, number_format: Json | None) -> Json:
    if not content:
        return {}
    cell: Json = {"userEnteredValue": content}
    return {**cell, "userEnteredFormat": {"numberFormat": number_format}} if number_format else cell
