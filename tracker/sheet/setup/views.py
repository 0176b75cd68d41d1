"""How a tab shows which tickets wait, are open or late: colours of cells, and filter views.

A filter view changes the picture of the one who opens it only; a filter would change everybody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from tracker.domain.figures import Sla, Status
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import SLA, STATUS, WAITING_VIEW
from tracker.sheet.table.layout import Layout, column_letters

_YELLOW = {"red": 1, "green": 0.95, "blue": 0.8}
_GREEN = {"red": 0.85, "green": 0.92, "blue": 0.83}
_RED = {"red": 0.96, "green": 0.8, "blue": 0.8}
_GREY = {"red": 0.9, "green": 0.9, "blue": 0.9}
_COLOURS: dict[str, dict[str, Json]] = {
    STATUS: {Status.WAITING: _YELLOW, Status.RESOLVED: _GREEN, Status.DELETED: _GREY},
    SLA: {Sla.RUNNING: _YELLOW, Sla.MET: _GREEN, Sla.MISSED: _RED},
}
_OPEN_VIEW, _LATE_VIEW = "Open", "Late"


def colours(tab_id: int, first_row: int, column: int, name: str) -> list[Json]:
    """Requests that colour the cells of a column by the text in them. A rule without a formula has no locale."""
    area = {
        "sheetId": tab_id,
        "startRowIndex": first_row,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    rules = [
        {**_condition("TEXT_EQ", text), "format": {"backgroundColorStyle": {"rgbColor": colour}}}
        for text, colour in _COLOURS.get(name, {}).items()
    ]
    return [
        {"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": rule}, "index": 0}} for rule in rules
    ]


def lacking_colours(layout: Layout, formats: Iterable[Json]) -> list[str]:
    """The columns that none of the tab's conditional `formats` colours by what the bot writes there."""
    coloured = {(column, text) for rule in formats for column, text in _coloured(rule, layout)}
    return [
        name
        for name, texts in _COLOURS.items()
        if name in layout.columns and not any((layout.columns[name], text) in coloured for text in texts)
    ]


def _coloured(rule: Json, layout: Layout) -> Iterator[tuple[int, str]]:
    """Each column that the rule colours, with each text for which it does."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    if condition.get("type") == "TEXT_EQ":
        for area in rule.get("ranges", ()):
            start = area.get("startColumnIndex", 0)
            for column in range(start, area.get("endColumnIndex", layout.width)):
                for value in condition.get("values", ()):
                    yield column, value.get("userEnteredValue", "")


def filter_views(tab_id: int, layout: Layout, resolved_tags: Sequence[str]) -> Iterator[tuple[str, Json]]:
    """The filter views over the whole table, each with its title. That of late tickets needs the columns of figures."""
    shown = _by_figures(layout) if STATUS in layout.columns else _by_tags(layout, resolved_tags)
    for title, specs in shown.items():
        view = {"title": title, "range": _table(tab_id, layout), "filterSpecs": specs}
        yield title, {"addFilterView": {"filter": view}}


def outdated_views(
    tab_id: int, layout: Layout, resolved_tags: Sequence[str], there: Iterable[Json]
) -> Iterator[tuple[str, Json]]:
    """Changes to the filter views that are `there`, each with its title: to those that the bot made by the tags.

    They go by the columns of figures from now on. A view whose rules people changed is theirs.
    """
    if STATUS not in layout.columns:
        return
    older, newer = _by_tags(layout, resolved_tags), _by_figures(layout)
    for view in there:
        title = view.get("title", "")
        if title in older and _comparable(view.get("filterSpecs", [])) == _comparable(older[title]):
            changed = {"range": _table(tab_id, layout), "filterSpecs": newer[title]}
            changed["filterViewId"] = view["filterViewId"]
            yield title, {"updateFilterView": {"filter": changed, "fields": "range,filterSpecs"}}


def _comparable(specs: Sequence[Json]) -> list[str]:
    """Rules in whatever order and form: Google leaves out what is empty, and may give a formula back in its locale."""
    return sorted(json.dumps(_without_empty(spec), sort_keys=True).replace(";", ",") for spec in specs)


def _without_empty(part: Json) -> Json:
    """An object without what is as good as not there: empty lists, and zeros."""
    kept = {name: _without_empty(value) if isinstance(value, dict) else value for name, value in part.items()}
    return {name: value for name, value in kept.items() if value}


def _table(tab_id: int, layout: Layout) -> Json:
    return {
        "sheetId": tab_id,
        "startRowIndex": layout.header_row,
        "startColumnIndex": 0,
        "endColumnIndex": layout.width,
    }


def _by_figures(layout: Layout) -> dict[str, list[Json]]:
    """What the views show, by the columns that say how tickets stand."""
    column = layout.columns[STATUS]
    waiting = {"columnIndex": column, "filterCriteria": _condition("TEXT_EQ", Status.WAITING)}
    is_open = {"columnIndex": column, "filterCriteria": {"hiddenValues": [Status.RESOLVED, Status.DELETED]}}
    views = {WAITING_VIEW: [waiting], _OPEN_VIEW: [is_open]}
    if SLA in layout.columns:
        missed = {"columnIndex": layout.columns[SLA], "filterCriteria": _condition("TEXT_EQ", Sla.MISSED)}
        views[_LATE_VIEW] = [waiting, missed]
    return views


def _by_tags(layout: Layout, resolved_tags: Sequence[str]) -> dict[str, list[Json]]:
    """The same where no column says it.

    Google reads a formula in the spreadsheet's locale: `;` between arguments is right in all of them, a comma in some.
    """
    tags = "|".join(re.escape(tag.casefold()).replace('"', '""') for tag in resolved_tags)
    first = f"${column_letters(layout.columns['type'])}{layout.header_row + 2}"
    not_resolved = {
        "columnIndex": layout.columns["type"],
        "filterCriteria": _condition("CUSTOM_FORMULA", f'=NOT(REGEXMATCH(LOWER({first});"(^|, ?)({tags})(,|$)"))'),
    }
    unanswered = {"columnIndex": layout.columns["first_responded_by"], "filterCriteria": _condition("BLANK")}
    return {WAITING_VIEW: [unanswered, not_resolved], _OPEN_VIEW: [not_resolved]}


def _condition(kind: str, *values: str) -> Json:
    return {"condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]}}
