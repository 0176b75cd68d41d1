"""Request kinds about what hangs on a tab: filters, filter views, protected ranges, conditional formats."""

from __future__ import annotations

import re

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.masks import merged, update_mask
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required

_DECIMAL_COMMA = {"de", "es", "fr", "it", "nl", "pt", "tr"}
"""Languages whose numbers have a comma, so that only `;` separates the arguments of a formula."""

_TEXT = re.compile(r'"(?:[^"]|"")*"')


@kind("addFilterView", "filter")
def add_filter_view(book: Spreadsheet, request: JSON) -> JSON:
    """Add a filter view: a way for one person to look at the tab without changing it for others."""
    view = required(request, "filter")
    tab, _ = grid_range(book, required(view, "range"))
    for spec in view.get("filterSpecs", []):
        for value in spec["filterCriteria"].get("condition", {}).get("values", []):
            _check_formula(book, value["userEnteredValue"])
    number = view.get("filterViewId") or book.new_id()
    if any(number in other.views.filter_views for other in book.tabs):
        raise invalid(f"Filter view with id {number} already exists.")
    view = {**_with_both_criteria(view), "filterViewId": number}
    tab.views.filter_views[number] = view
    return {"filter": view}


@kind("updateFilterView", "filter", "fields")
def update_filter_view(book: Spreadsheet, request: JSON) -> None:
    """Change a filter view."""
    new = required(request, "filter")
    tab, number = _filter_view(book, new.get("filterViewId", 0))
    old = tab.views.filter_views[number]
    mask = update_mask(request.get("fields"))
    if "filterSpecs" in mask or "criteria" in mask:
        old = {name: value for name, value in old.items() if name not in {"filterSpecs", "criteria"}}
    view = merged(old, new, mask)
    grid_range(book, required(view, "range"))
    tab.views.filter_views[number] = {**_with_both_criteria(view), "filterViewId": number}


@kind("deleteFilterView", "filterId")
def delete_filter_view(book: Spreadsheet, request: JSON) -> None:
    """Delete a filter view."""
    tab, number = _filter_view(book, request.get("filterId", 0))
    del tab.views.filter_views[number]


@kind("setBasicFilter", "filter")
def set_basic_filter(book: Spreadsheet, request: JSON) -> None:
    """Set the tab's filter, which everybody sees. Which rows it hides is not worked out here."""
    basic_filter = required(request, "filter")
    tab, _ = grid_range(book, required(basic_filter, "range"))
    tab.views.basic_filter = _with_both_criteria(basic_filter)


@kind("clearBasicFilter", "sheetId")
def clear_basic_filter(book: Spreadsheet, request: JSON) -> None:
    """Take the tab's filter away."""
    book.by_id(request.get("sheetId", 0), "sheet").views.basic_filter = None


@kind("addProtectedRange", "protectedRange")
def add_protected_range(book: Spreadsheet, request: JSON) -> JSON:
    """Protect a range against edits by accounts it does not name. Moving and deleting rows is not hindered here."""
    protected = required(request, "protectedRange")
    tab, _ = grid_range(book, required(protected, "range"))
    number = protected.get("protectedRangeId") or book.new_id()
    protected = {**protected, "protectedRangeId": number}
    tab.views.protected_ranges[number] = protected
    return {"protectedRange": protected}


@kind("deleteProtectedRange", "protectedRangeId")
def delete_protected_range(book: Spreadsheet, request: JSON) -> None:
    """Take a protection away."""
    number = request.get("protectedRangeId", 0)
    for tab in book.tabs:
        if tab.views.protected_ranges.pop(number, None) is not None:
            return
    raise invalid(f"No protected range with id: {number}")


@kind("addConditionalFormatRule", "rule", "index")
def add_conditional_format_rule(book: Spreadsheet, request: JSON) -> None:
    """Add a conditional format. It is kept and given back; cells do not change by it."""
    rule = required(request, "rule")
    if not rule.get("ranges"):
        raise invalid("Must specify at least one range.")
    tabs = [grid_range(book, each)[0] for each in rule["ranges"]]
    tabs[0].views.conditional_formats.insert(request.get("index", 0), rule)


def _with_both_criteria(view: JSON) -> JSON:
    """The filter with its rules both as `filterSpecs` and in the older form, `criteria`, as Google gives them back."""
    specs = view.get("filterSpecs")
    if specs is not None:
        criteria = {str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in specs}
        return {**view, "criteria": criteria}
    if "criteria" in view:
        rules = view["criteria"].items()
        return {**view, "filterSpecs": [{"columnIndex": int(key), "filterCriteria": rule} for key, rule in rules]}
    return view


def _check_formula(book: Spreadsheet, formula: str) -> None:
    """Refuse a formula that the spreadsheet's locale does not read so."""
    if book.locale.split("_")[0] in _DECIMAL_COMMA and "," in _TEXT.sub("", formula):
        raise invalid(f"Invalid ConditionValue.userEnteredValue: {formula}")


def _filter_view(book: Spreadsheet, number: int) -> tuple[Tab, int]:
    for tab in book.tabs:
        if number in tab.views.filter_views:
            return tab, number
    raise invalid(f"No filter view with id: {number}")
