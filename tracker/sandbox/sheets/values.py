"""The methods of `spreadsheets.values`: cells as plain lists of lists.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.sandbox.sheets.a1 import Area, Box, column_name
from tracker.sandbox.sheets.cells import JSON, Cell, CellError, Formula, checked, json_number
from tracker.sandbox.sheets.document import Spreadsheet, Tab, exceeds_grid
from tracker.sandbox.sheets.entering import entered
from tracker.sandbox.sheets.errors import SheetsError, invalid
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.methods import Call, Method, choice
from tracker.sandbox.sheets.spreadsheets import filtered, within
from tracker.sandbox.sheets.tables import table_at

Scalar = str | float | bool | None
Rows = list[list[Any]]

_DATE_KINDS = {"DATE", "TIME", "DATE_TIME"}


def get(call: Call) -> JSON:
    """The values of one range."""
    return _value_range(*within(call.book, call.range), call.params)


def batch_get(call: Call) -> JSON:
    """The values of several ranges."""
    areas = [within(call.book, text) for text in call.params.getall("ranges", [])]
    return {"spreadsheetId": call.book.id, "valueRanges": [_value_range(*area, call.params) for area in areas]}


def batch_get_by_data_filter(call: Call) -> JSON:
    """The values of several ranges, named by data filters.

    As measured on the real service (by the authors of the PyPI package backlot, October 2026): sorted by where each
    range starts, by tab, column and row, whatever the order asked for, and the shorter of two first; filters of one
    range share an entry, and so do all without a cell; an echoed `GridRange` has no `sheetId` of 0.
    """
    filters = call.body.get("dataFilters", [])
    if not filters:
        raise invalid("Must specify at least one dataFilter.")
    found: dict[str, tuple[tuple[int, ...], JSON]] = {}
    for number, data_filter in enumerate(filters):
        try:
            tab, area = filtered(call.book, data_filter)
        except SheetsError as error:
            raise invalid(f"Invalid dataFilter[{number}]: {error.message}") from error
        box = tab.box(area)
        place = (call.book.tabs.index(tab), box.left, box.top, box.right, box.bottom)
        answer = _value_range(tab, area, call.body)
        _, matched = found.setdefault(answer["range"], (place, {"valueRange": answer, "dataFilters": []}))
        matched["dataFilters"].append(_echoed(data_filter))
    in_order = sorted(found.values(), key=lambda each: each[0], reverse=call.book.behaviour.value_ranges_reversed)
    return {"spreadsheetId": call.book.id, "valueRanges": [matched for _, matched in in_order]}


def _echoed(data_filter: JSON) -> JSON:
    if not data_filter.get("gridRange"):
        return data_filter
    named = {name: value for name, value in data_filter["gridRange"].items() if name != "sheetId" or value}
    return {**data_filter, "gridRange": named}


def update(call: Call) -> JSON:
    """Write values into a range."""
    return _update(call.book, call.range, call.body, call.params)


def batch_update(call: Call) -> JSON:
    """Write values into several ranges, all or none."""
    restore = call.book.remember()
    responses: list[JSON] = []
    for number, data in enumerate(call.body.get("data", [])):
        try:
            responses.append(_update(call.book, data.get("range", ""), data, call.body))
        except SheetsError as error:
            restore()
            raise invalid(f"Invalid data[{number}]: {error.message}") from error
    totals: JSON = {
        f"totalUpdated{name}": sum(response.get(f"updated{name}", 0) for response in responses)
        for name in ("Rows", "Columns", "Cells")
    }
    totals["totalUpdatedSheets"] = len({call.book.locate(data["range"])[0] for data in call.body.get("data", [])})
    return {"spreadsheetId": call.book.id, **totals, "responses": responses}


def append(call: Call) -> JSON:
    """Write values below the last table that touches the range; rows are added to the grid as needed."""
    tab, area = within(call.book, call.range)
    rows = _rows(call.body)
    mode = choice(call.params.get("insertDataOption"), "insert_data_option", "OVERWRITE", "INSERT_ROWS")
    table = table_at(tab, tab.box(area))
    top, left = (area.top, area.left) if table is None else (table.bottom, table.left)
    width = max(map(len, rows), default=0)
    restore = tab.remember()
    try:
        if mode == "INSERT_ROWS" and top < tab.row_count:
            tab.insert_rows(top, len(rows))
        tab.grow(rows=max(0, top + len(rows) - tab.row_count), columns=max(0, left + width - tab.column_count))
        updates = _write(call.book, tab, (top, left), rows, call.params)
    except Exception:
        restore()
        raise
    answer: JSON = {"spreadsheetId": call.book.id, "updates": updates}
    return answer if table is None else answer | {"tableRange": table.a1(tab.title)}


def clear(call: Call) -> JSON:
    """Delete the values of a range; formats stay."""
    return {"spreadsheetId": call.book.id, "clearedRange": _clear(*within(call.book, call.range))}


def batch_clear(call: Call) -> JSON:
    """Delete the values of several ranges; formats stay."""
    areas = [within(call.book, text) for text in call.body.get("ranges", [])]
    return {"spreadsheetId": call.book.id, "clearedRanges": [_clear(*area) for area in areas]}


def _value_range(tab: Tab, area: Area, options: Mapping[str, str]) -> JSON:
    """A `ValueRange`: without empty cells at the end of a row and empty rows at the end."""
    return _rendered(tab, tab.box(area), options, "valueRenderOption", "dateTimeRenderOption")


def _rendered(tab: Tab, box: Box, options: Mapping[str, str], render_option: str, date_option: str) -> JSON:
    render = choice(options.get(render_option), render_option, "FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
    dates = choice(options.get(date_option), date_option, "SERIAL_NUMBER", "FORMATTED_STRING")
    major = choice(options.get("majorDimension"), "major_dimension", "ROWS", "COLUMNS")
    stored = tab.stored[box.top : box.bottom]
    # Of many rows that are one and the same, as blank ones are, only the first is worked out.
    rendered: dict[int, list[Scalar]] = {}
    for row in stored:
        if id(row) not in rendered:
            rendered[id(row)] = [_shown(cell, render, dates) for cell in row[box.left : box.right]]
    rows = [list(rendered[id(row)]) for row in stored]
    values = _trimmed(rows if major == "ROWS" else _transposed(rows))
    answer: JSON = {"range": box.a1(tab.title), "majorDimension": major}
    return answer | {"values": values} if values else answer


def _shown(cell: Cell, render: str, dates: str) -> Scalar:
    if render == "FORMULA" and isinstance(cell.value, Formula):
        return cell.value.text
    value = cell.effective
    as_text = dates == "FORMATTED_STRING" and (cell.number_format or {}).get("type") in _DATE_KINDS
    if render == "FORMATTED_VALUE" or isinstance(value, CellError) or as_text:
        return shown(value, cell.number_format) or ""
    if isinstance(value, float):
        return json_number(value)
    return "" if value is None else value


def _trimmed(rows: Rows) -> Rows:
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _transposed(rows: Rows) -> Rows:
    width = max(map(len, rows), default=0)
    return [[row[column] if column < len(row) else "" for row in rows] for column in range(width)]


def _rows(body: JSON) -> Rows:
    """The values of a request, row by row, a null where nothing is to be written."""
    values: Rows = body.get("values", [])
    for i, row in enumerate(values):
        if not isinstance(row, list):
            raise invalid(f"Invalid value at 'data.values[{i}]' (type.googleapis.com/google.protobuf.ListValue)")
        for j, value in enumerate(row):
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise invalid(f"Invalid values[{i}][{j}]: {kind}")
    if choice(body.get("majorDimension"), "data.major_dimension", "ROWS", "COLUMNS") == "ROWS":
        return values
    width = max(map(len, values), default=0)
    return [[row[column] if column < len(row) else None for row in values] for column in range(width)]


def _update(book: Spreadsheet, text: str, body: JSON, options: Mapping[str, Any]) -> JSON:
    tab, area = within(book, text)
    if body.get("range", text) != text and book.locate(body["range"]) != (tab, area):
        raise invalid(f"Requested writing within range [{text}], but the body's range is [{body['range']}].")
    rows = _rows(body)
    width = max(map(len, rows), default=0)
    box = tab.box(area)
    one_cell = (area.bottom, area.right) == (area.top + 1, area.left + 1)
    if not one_cell and (len(rows) > box.height or width > box.width):
        what = f"row [{box.bottom + 1}]" if len(rows) > box.height else f"column [{column_name(box.right)}]"
        raise invalid(f"Requested writing within range [{text}], but tried writing to {what}")
    if (
        (area.bottom or 0) > tab.row_count
        or (area.right or 0) > tab.column_count
        or box.top + len(rows) > tab.row_count
        or box.left + width > tab.column_count
    ):
        raise exceeds_grid(tab, text)
    restore = tab.remember()
    try:
        return _write(book, tab, (box.top, box.left), rows, options)
    except Exception:
        restore()
        raise


def _write(book: Spreadsheet, tab: Tab, corner: tuple[int, int], rows: Rows, options: Mapping[str, Any]) -> JSON:
    """Write rows into the grid and describe it in an `UpdateValuesResponse`."""
    option = options.get("valueInputOption")
    if option is None:
        raise invalid("'valueInputOption' is required but not specified")
    choice(option, "value_input_option", "RAW", "USER_ENTERED")
    top, left = corner
    for number, row in enumerate(rows, top):
        columns = {left + i: value for i, value in enumerate(row) if value is not None}
        tab.write(
            number, {column: _written(tab.cell(number, column), value, option) for column, value in columns.items()}
        )
    box = Box(top, left, top + max(1, len(rows)), left + max(1, *map(len, rows), 1))
    answer: JSON = {"spreadsheetId": book.id, "updatedRange": box.a1(tab.title)}
    cells = sum(value is not None for row in rows for value in row)
    if cells:
        answer |= {"updatedRows": box.height, "updatedColumns": box.width, "updatedCells": cells}
    if str(options.get("includeValuesInResponse", "")).lower() == "true":
        response_options = {name: value for name, value in options.items() if name.startswith("response")}
        render = ("responseValueRenderOption", "responseDateTimeRenderOption")
        answer["updatedData"] = _rendered(tab, box, response_options, *render)
    return answer


def _written(cell: Cell, value: Scalar, option: str) -> Cell:
    if option == "USER_ENTERED" and isinstance(value, str):
        return entered(cell, value)
    return cell._replace(value=checked(value))


def _clear(tab: Tab, area: Area) -> str:
    box = tab.box(area)
    for number in range(box.top, min(box.bottom, len(tab.stored))):
        cells: Sequence[Cell] = tab.row(number)[box.left : box.right]
        tab.write(number, {column: cell._replace(value=None) for column, cell in enumerate(cells, box.left)})
    return box.a1(tab.title)


_READ = {"valueRenderOption", "dateTimeRenderOption", "majorDimension"}
_WRITE = {
    "valueInputOption",
    "includeValuesInResponse",
    "responseValueRenderOption",
    "responseDateTimeRenderOption",
}
_VALUE_RANGE = frozenset({"range", "majorDimension", "values"})

METHODS = [
    Method(name="GetValues", verb="GET", path="/values/{range}", run=get, params=frozenset(_READ)),
    Method(
        name="BatchGetValues", verb="GET", path="/values:batchGet", run=batch_get, params=frozenset(_READ | {"ranges"})
    ),
    Method(
        name="BatchGetValuesByDataFilter",
        verb="POST",
        path="/values:batchGetByDataFilter",
        run=batch_get_by_data_filter,
        fields=frozenset(_READ | {"dataFilters"}),
    ),
    Method(
        name="UpdateValues",
        verb="PUT",
        path="/values/{range}",
        run=update,
        writes=True,
        params=frozenset(_WRITE),
        fields=_VALUE_RANGE,
    ),
    Method(
        name="BatchUpdateValues",
        verb="POST",
        path="/values:batchUpdate",
        run=batch_update,
        writes=True,
        fields=frozenset(_WRITE | {"data"}),
    ),
    Method(
        name="AppendValues",
        verb="POST",
        path="/values/{range}:append",
        run=append,
        writes=True,
        params=frozenset(_WRITE | {"insertDataOption"}),
        fields=_VALUE_RANGE,
    ),
    Method(name="ClearValues", verb="POST", path="/values/{range}:clear", run=clear, writes=True),
    Method(
        name="BatchClearValues",
        verb="POST",
        path="/values:batchClear",
        run=batch_clear,
        writes=True,
        fields=frozenset({"ranges"}),
    ),
]
