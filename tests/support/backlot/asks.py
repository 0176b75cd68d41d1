"""What the product, gspread and the tests' own curiosity ask of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from tests.support.backlot.judge import Ask
from tests.support.backlot.workbook import JSON, TICKETS

DATA, EMPTY = "Data", "Empty"

CELLS = "sheets(properties(sheetId,title,gridProperties),data(startRow,startColumn,rowData.values.userEnteredValue))"
MASKS = (
    "properties(title,timeZone),sheets.properties(sheetId,title,gridProperties)",
    "spreadsheetId,spreadsheetUrl,properties.locale,properties.autoRecalc",
    CELLS.replace(".userEnteredValue", "(userEnteredValue,effectiveValue)"),
    "sheets.data(startColumn,rowData.values.userEnteredFormat.numberFormat.type)",
    "sheets.data(startRow,rowData.values(formattedValue,note))",
    "sheets.data.startRow",
    "sheets(properties.sheetId,protectedRanges(protectedRangeId,range,editors),basicFilter,filterViews,merges,tables)",
    "sheets.protectedRanges",
    "sheets.data(rowMetadata.pixelSize,columnMetadata(pixelSize,hiddenByUser))",
    "sheets.properties.title,sheets",
    "sheets/properties/title",
    "sheets.data.rowData.values.effectiveFormat(horizontalAlignment,numberFormat)",
    "sheets.data.rowData.values(dataValidation,hyperlink,textFormatRuns)",
)
"""Field masks: the product's, and what is near to them."""

RENDERINGS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DIMENSIONS = ("ROWS", "COLUMNS")


def corners(sheet: int, *edges: int | None) -> JSON:
    """A grid range by its top, bottom, left and right, as far as they are given."""
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    named = {name: edge for name, edge in zip(names, edges, strict=False) if edge is not None}
    return {"gridRange": {"sheetId": sheet, **named}}


def spreadsheets_get() -> Iterator[Ask]:
    """Of `spreadsheets.get`, whole and by A1 ranges."""
    ranges = (
        (),
        ("'Support Tickets'!A3:H12", "Data!B1:B3"),
        ("Data",),
        ("Data!B1:B3", "'Support Tickets'!C3:C", "'Support Tickets'!A3:A"),
        ("Data!A1", "Data!A1", "Data!A1:A1"),
        ("Data!A1:B3", "Data!B2:C9", "Data!A1"),
        ("Empty!B2:C3",),
        ("'A1'!A1:B", "Bob's!A2:B2", "A1"),
        ("Data!X990:ZZ2000",),
    )
    for chosen, fields in (*product(ranges, (None, CELLS)), *product(ranges[:2], MASKS)):
        params = [("ranges", each) for each in chosen] + ([("fields", fields)] if fields else [])
        yield Ask(name=f"get {chosen} {fields}", params=tuple(params))
    for chosen in (ranges[1], *ranges[4:7], ranges[8]):
        params = [("ranges", each) for each in chosen]
        yield Ask(name=f"get {chosen} with the grid", params=(*params, ("includeGridData", "true")))
    masked = (("includeGridData", "true"), ("fields", "sheets.properties.title"))
    yield Ask(name="get with a mask and includeGridData", params=masked)
    yield Ask(name="get with the grid turned off and a mask", params=(("includeGridData", "false"), ("fields", CELLS)))


def get_by_data_filter(tabs: Mapping[str, int]) -> Iterator[Ask]:
    """Of `spreadsheets:getByDataFilter`, with grid ranges and A1 ranges."""
    tickets, data, empty = tabs[TICKETS.title], tabs[DATA], tabs[EMPTY]
    column, row, cell = corners(tickets, 2, None, 2, 3), corners(tickets, 4, 5), corners(tickets, 2, 3, 0, 1)
    filters: list[Sequence[JSON]] = [
        [corners(data), corners(tickets, 0, 100)],
        [],
        *permutations([column, row, cell]),
        *permutations([corners(data, 0, 2, 1, 2), column, corners(data, 1, 2)]),
        [cell, column, cell],
    ]
    small: list[Sequence[JSON]] = [
        [corners(tickets, 2, 12), corners(tickets, 4, 6), row],
        [corners(data, 0, 1, 0, 1), {"a1Range": "Data!A1"}, {"a1Range": "Data!A1:A1"}],
        [corners(data, 990, 5000, 20, 90), corners(data, 990, 1000, 20, 26)],
        [corners(empty, 0, 5), corners(data, 900)],
        [corners(data, 1, 1), corners(data, 0, 0, 2, 3), corners(data, 3, 9, 1, 1)],
        [corners(data, 1, 1, 1, 1), corners(data, 1, 1, 1, 1)],
    ]
    for chosen, fields in (*product([*filters, *small], (None, CELLS)), *product([filters[0], small[0]], MASKS)):
        yield _by_filters(chosen, fields)
    for chosen in small:
        yield _by_filters(chosen, None, includeGridData=True)


def dressed(tabs: Mapping[str, int]) -> Iterator[Ask]:
    """Of `spreadsheets:getByDataFilter`, all there is to know about the cells of tickets."""
    tickets = [corners(tabs[TICKETS.title], 2, 12, 0, 8)]
    yield from (_by_filters(tickets, fields) for fields in (CELLS, *MASKS))
    yield _by_filters(tickets, None, includeGridData=True)


def _by_filters(chosen: Sequence[JSON], fields: str | None, **options: bool) -> Ask:
    name = f"getByDataFilter {chosen} {fields} {options}"
    params = (("fields", fields),) if fields else ()
    return Ask(name=name, path=":getByDataFilter", params=params, body={"dataFilters": list(chosen), **options})


def values(tabs: Mapping[str, int]) -> Iterator[Ask]:
    """Of `values.get`, `values:batchGet` and `values:batchGetByDataFilter`, in every rendering."""
    for rendering, dimension in product(RENDERINGS, DIMENSIONS):
        options = {"valueRenderOption": rendering, "majorDimension": dimension}
        params = tuple(options.items())
        for text in ("'Support Tickets'!A1:H", "Support Tickets!A3:H6", "data", "Empty", "'A1'", "A1", "Bob's!A:B"):
            yield Ask(name=f"values {text} {params}", path=f"/values/{text}", params=params)
        texts = ("Data!B1:B9", "'Support Tickets'!C3:C", "Data!A2:B2", "Data!B1:B9", "Empty!A1")
        ranges = tuple(("ranges", text) for text in texts)
        yield Ask(name=f"batchGet {params}", path="/values:batchGet", params=(*ranges, *params))
        for number, chosen in enumerate(_filters(tabs) if rendering == "UNFORMATTED_VALUE" else _filters(tabs)[-3:]):
            body = {"dataFilters": list(chosen), **options}
            yield Ask(name=f"by filters {number} {params}", path="/values:batchGetByDataFilter", body=body)
    yield Ask(name="values as the defaults have it", path="/values/Data!A1:B4")


def _filters(tabs: Mapping[str, int]) -> list[Sequence[JSON]]:
    tickets, data = tabs[TICKETS.title], tabs[DATA]
    key, link, row = corners(tickets, 2, None, 2, 3), corners(tickets, 2, None, 0, 1), corners(tickets, 4, 5)
    return [
        *permutations([key, link, row]),
        *permutations([corners(data, 0, 2, 1, 2), key, corners(data, 1, 2)]),
        [corners(data, 0, 1, 0, 1), {"a1Range": "Data!A1"}, corners(data, 0, 1, 0, 1)],
        [corners(data, 0, None, 0), corners(data), {"a1Range": "data!A1:Z1000"}, corners(data, 0, 5000, 0, 90)],
        [{"a1Range": "Data!A10"}, {"a1Range": "'Data'!A9"}, {"a1Range": "Data!B1:A1"}],
        [corners(data, 0, 9, 0, 9), corners(data, 0, 9, 0, 3), corners(data, 0, 3, 0, 9), corners(data, 0, 1, 0, 1)],
        [corners(data, 1, 1), corners(tickets, 3, 3, 1, 2), corners(data, 0, 1)],
        [row, link, key],
    ]


def unformatted(tabs: Mapping[str, int]) -> Iterator[Ask]:
    """Of all these what asks for values as they are, however they look and wherever they come from."""
    yield from (ask for ask in values(tabs) if "UNFORMATTED_VALUE" in f"{ask.params} {ask.body}")
    fields = CELLS.replace("userEnteredValue", "effectiveValue")
    yield Ask(name="get the effective values", params=(("fields", fields), ("ranges", TICKETS.title)))
    yield _by_filters([corners(tabs[TICKETS.title], 2), corners(tabs[TICKETS.title], 4, 5, 0, 5)], fields)


def refused(tabs: Mapping[str, int], excel: str) -> Iterator[Ask]:
    """What Google refuses; `excel` is the id of an uploaded Excel file."""
    nowhere, data = 4_040_404, tabs[DATA]
    for text in ("Nowhere", "Nowhere!A1", "Data!", "Data!A0", "Data!A1:", "Data!A1:B2:C3", "'Data'A1", "", " A1"):
        yield Ask(name=f"get {text!r}", params=(("ranges", text), ("fields", CELLS)))
        yield Ask(name=f"batchGet {text!r}", path="/values:batchGet", params=(("ranges", "A1"), ("ranges", text)))
        for path in (":getByDataFilter", "/values:batchGetByDataFilter"):
            body = {"dataFilters": [{"a1Range": "A1"}, {"a1Range": text}]}
            yield Ask(name=f"{path} {text!r}", path=path, body=body)
    for text in ("Data!A1001", "Data!AA1:AB2", "'Support Tickets'!B1001:C2000", "Data!1001:1002", "Data!AA:AA"):
        yield Ask(name=f"get {text}", params=(("ranges", text), ("fields", CELLS)))
        yield Ask(name=f"values {text}", path=f"/values/{text}")
    edges: tuple[tuple[int | None, ...], ...] = (
        (1000,),
        (1000, 1001),
        (1000, None, 1, 3),
        (None, None, 26, 27),
        (None, None, 26, 28),
        (5, 5, 26),
        (1000, 2000, 30, 31),
        (3, 2),
        (0, 1, 5, 4),
        (-1, 2),
    )
    for path in (":getByDataFilter", "/values:batchGetByDataFilter"):
        chosen: dict[str, JSON] = {
            **{f"{each}": corners(data, *each) for each in edges},
            "unknown tab": corners(nowhere, 0, 1),
            "nothing": {},
        }
        for name, data_filter in chosen.items():
            body = {"dataFilters": [corners(data, 0, 1), data_filter]}
            yield Ask(name=f"{path} {name}", path=path, body=body)
    yield Ask(name="values by no filter", path="/values:batchGetByDataFilter", body={"dataFilters": []})
    for name, book in {"nobody's id": "1nobodys-id", "an Excel file": excel}.items():
        yield Ask(name=f"get {name}", book=book)
        yield Ask(name=f"values {name}", book=book, path="/values/Nowhere!A1")
        yield Ask(name=f"by filter {name}", book=book, path=":getByDataFilter", body={"dataFilters": [{}]})
    for fields in ("bogus", "sheets.bogus", "sheets(properties(title,bogus),data)", "sheets(properties", "sheets)"):
        yield Ask(name=f"mask {fields}", params=(("fields", fields),))
        yield Ask(name=f"mask {fields} before an unknown id", book="1nobodys-id", params=(("fields", fields),))
    for option in ("majorDimension", "valueRenderOption", "dateTimeRenderOption"):
        yield Ask(name=f"{option} DIAGONAL", path="/values/A1", params=((option, "DIAGONAL"),))
    yield Ask(name="no token", token="")
    yield Ask(name="a wrong token", token="ya29.wrong")  # noqa: S106 - it opens nothing
