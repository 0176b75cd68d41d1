"""Request kinds about charts. What a chart shows is kept and given back; nothing is drawn here.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/charts
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required


@kind("addChart", "chart")
def add_chart(book: Spreadsheet, request: JSON) -> JSON:
    """Lay a chart over the cells of a tab."""
    chart = required(request, "chart")
    tab = _tab_of(book, chart)
    number = chart.get("chartId") or book.new_id()
    if any(number in other.views.charts for other in book.tabs):
        raise invalid(f"Chart with id {number} already exists.")
    _check_sources(book, required(chart, "spec"))
    tab.views.charts[number] = {**chart, "chartId": number}
    return {"chart": tab.views.charts[number]}


@kind("updateChartSpec", "chartId", "spec")
def update_chart_spec(book: Spreadsheet, request: JSON) -> None:
    """Exchange what a chart shows; it stays where it is."""
    tab, number = _chart(book, request.get("chartId", 0))
    _check_sources(book, required(request, "spec"))
    tab.views.charts[number] = {**tab.views.charts[number], "spec": request["spec"]}


@kind("deleteEmbeddedObject", "objectId")
def delete_embedded_object(book: Spreadsheet, request: JSON) -> None:
    """Take a chart away."""
    tab, number = _chart(book, request.get("objectId", 0))
    del tab.views.charts[number]


def _tab_of(book: Spreadsheet, chart: JSON) -> Tab:
    place = required(required(chart, "position"), "overlayPosition")
    anchor = required(place, "anchorCell")
    tab = book.by_id(anchor.get("sheetId", 0))
    if anchor.get("rowIndex", 0) >= tab.row_count or anchor.get("columnIndex", 0) >= tab.column_count:
        raise invalid("The anchor cell of the chart lies outside of the grid.")
    return tab


def _chart(book: Spreadsheet, number: int) -> tuple[Tab, int]:
    for tab in book.tabs:
        if number in tab.views.charts:
            return tab, number
    raise invalid(f"No chart with id: {number}")


def _check_sources(book: Spreadsheet, spec: JSON) -> None:
    """See that all cells that the chart shows are there, a row or a column of them each time."""
    for source in sources(spec):
        _, box = grid_range(book, source)
        if min(box.width, box.height) != 1:
            raise invalid("Source ranges of a chart must be one row or one column wide.")


def sources(part: object) -> Iterator[JSON]:
    """The grid ranges of which a chart, or a part of one, shows the cells."""
    if isinstance(part, dict):
        if "sources" in part:
            yield from part["sources"]
        else:
            for each in part.values():
                yield from sources(each)
    elif isinstance(part, list):
        for each in part:
            yield from sources(each)
