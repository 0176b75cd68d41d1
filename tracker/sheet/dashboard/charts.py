"""The charts of the tab of figures, as Google's API describes them: six scorecards on top, and five charts below."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.sheet.dashboard.cells import ANSWERERS, HISTORY, LATEST, NOW, TEAMS, TYPES, Ids
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import grid_range

_GOOD = {"rgbColor": {"red": 0.1, "green": 0.5, "blue": 0.2}}
_BAD = {"rgbColor": {"red": 0.75, "green": 0.15, "blue": 0.1}}
_BLUE = {"rgbColor": {"red": 0.2, "green": 0.4, "blue": 0.75}}
_GREEN = {"rgbColor": {"red": 0.35, "green": 0.65, "blue": 0.4}}
_ORANGE = {"rgbColor": {"red": 0.85, "green": 0.5, "blue": 0.1}}

_CARD_WIDTH, _CARD_HEIGHT = 200, 126
_WIDE, _HALF, _HEIGHT = 800, 590, 340
_OPENED, _RESOLVED, _MEDIAN, _KEPT = range(1, 5)
_TABLES = (("team", TEAMS, "team"), ("type", TYPES, "type"), ("answerer", ANSWERERS, "first answerer"))


def charts(ids: Ids) -> dict[int, Json]:
    """All charts by their numbers, each an `EmbeddedChart`."""
    return {chart["chartId"]: chart for chart in (*_cards(ids), *_pictures(ids))}


def _cards(ids: Ids) -> Iterator[Json]:
    figures = (
        ("opened", "Opened, last 7 days", LATEST.start + 1, None),
        ("resolved", "Resolved, last 7 days", LATEST.start + 2, True),
        ("median", "Median first response", LATEST.start + 3, False),
        ("kept", "SLA kept, last 7 days", LATEST.start + 4, True),
        ("reopened", "Reopened, last 7 days", LATEST.start + 5, False),
        ("waiting", "Waiting now", LATEST.start + 6, False),
    )
    for number, (name, title, row, more_is_good) in enumerate(figures):
        key = NOW.start + 1 if name == "waiting" else row  # counted live, while what was before is history
        card: Json = {
            "keyValueData": _cell(ids, key, 1),
            "numberFormatSource": "FROM_DATA",
            "baselineValueData": _cell(ids, row, 2),
            "baselineValueFormat": _compared(more_is_good),
        }
        spec = {"title": title, "altText": f"{title}: one number.", "scorecardChart": card}
        yield _placed(ids, name, spec, x=number * _CARD_WIDTH, row=3, size=(_CARD_WIDTH, _CARD_HEIGHT))


def _pictures(ids: Ids) -> Iterator[Json]:
    yield _placed(
        ids,
        "weeks",
        _over(
            ids,
            HISTORY,
            "Opened and resolved by week, with the median first response",
            {_OPENED: ("COLUMN", _BLUE), _RESOLVED: ("COLUMN", _GREEN), _MEDIAN: ("LINE", _ORANGE)},
        ),
        x=0,
        row=10,
        size=(_WIDE, _HEIGHT),
    )
    kept = _over(ids, HISTORY, "SLA kept by week", {_KEPT: ("LINE", _GREEN)})
    kept["basicChart"]["axis"][1]["viewWindowOptions"] = {
        "viewWindowMin": 0,
        "viewWindowMax": 1,
        "viewWindowMode": "EXPLICIT",
    }
    yield _placed(ids, "kept by week", kept, x=_WIDE, row=10, size=(_CARD_WIDTH * 6 - _WIDE, _HEIGHT))
    for number, (name, block, word) in enumerate(_TABLES):
        title = f"Opened and resolved by {word}, last 28 days"
        spec = _over(ids, block, title, {_OPENED: ("COLUMN", _BLUE), _RESOLVED: ("COLUMN", _GREEN)})
        width = 2 * _CARD_WIDTH
        yield _placed(ids, name, spec, x=number * width, row=28, size=(width, _HEIGHT))


def _over(ids: Ids, block: range, title: str, series: dict[int, tuple[str, Json]]) -> Json:
    """A chart over columns of a block, whose heading names them. Lines are drawn against an axis of their own."""
    mixed = len({kind for kind, _ in series.values()}) > 1
    axis_of = {"COLUMN": "LEFT_AXIS", "LINE": "RIGHT_AXIS" if mixed else "LEFT_AXIS"}
    axes = [{"position": "BOTTOM_AXIS"}, {"position": "LEFT_AXIS"}]
    if mixed:
        axes.append({"position": "RIGHT_AXIS", "title": "hours"})
    return {
        "title": title,
        "altText": f"{title}, from the block of numbers below.",
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": {
            "chartType": "COMBO" if mixed else next(kind for kind, _ in series.values()),
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "axis": axes,
            "domains": [{"domain": _column(ids, block, 0)}],
            "series": [
                {
                    "series": _column(ids, block, column),
                    "targetAxis": axis_of[kind],
                    "colorStyle": colour,
                    **({"type": kind} if mixed else {}),
                }
                for column, (kind, colour) in series.items()
            ],
        },
    }


def _compared(more_is_good: bool | None) -> Json:  # noqa: FBT001 - three answers: yes, no, neither
    """How a figure is set beside the one before; the colours are swapped where less is better."""
    colours = {
        None: {},
        True: {"positiveColorStyle": _GOOD, "negativeColorStyle": _BAD},
        False: {"positiveColorStyle": _BAD, "negativeColorStyle": _GOOD},
    }
    return {"comparisonType": "PERCENTAGE_DIFFERENCE", "description": "to the 7 days before", **colours[more_is_good]}


def _placed(ids: Ids, name: str, spec: Json, *, x: int, row: int, size: tuple[int, int]) -> Json:
    place = {
        "anchorCell": {"sheetId": ids.tab, "rowIndex": row, "columnIndex": 0},
        "offsetXPixels": x,
        "widthPixels": size[0],
        "heightPixels": size[1],
    }
    return {"chartId": ids.chart(name), "spec": spec, "position": {"overlayPosition": place}}


def _cell(ids: Ids, row: int, column: int) -> Json:
    return _data(ids, range(row, row + 1), column)


def _column(ids: Ids, block: range, column: int) -> Json:
    return _data(ids, block, column)


def _data(ids: Ids, rows: range, column: int) -> Json:
    return {"sourceRange": {"sources": [grid_range(ids.tab, rows, range(column, column + 1))]}}
