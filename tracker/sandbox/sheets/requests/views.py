"""Request kinds about what hangs on a tab: filters, filter views, protected ranges, conditional formats."""

from __future__ import annotations

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.locales import check_condition
from tracker.sandbox.sheets.masks import merged, update_mask
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required
from tracker.sandbox.sheets.views import is_whole_tab, with_both_criteria


@kind("addFilterView", "filter")
def add_filter_view(book: Spreadsheet, request: JSON) -> JSON:
    """Add a filter view: a way for one person to look at the tab without changing it for others."""
    view = required(request, "filter")
    tab, _ = grid_range(book, required(view, "range"))
    number = view.get("filterViewId") or book.new_id()
    if any(number in other.views.filter_views for other in book.tabs):
        raise invalid(f"Filter view with id {number} already exists.")
    view = _checked(book, {**view, "filterViewId": number})
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
    tab.views.filter_views[number] = _checked(book, {**view, "filterViewId": number})


@kind("deleteFilterView", "filterId")
def delete_filter_view(book: Spreadsheet, request: JSON) -> None:
    """Delete a filter view."""
    tab, number = _filter_view(book, request.get("filterId", 0))
    del tab.views.filter_views[number]


@kind("setBasicFilter", "filter")
def set_basic_filter(book: Spreadsheet, request: JSON) -> None:
    """Set the tab's filter, which everybody sees."""
    basic_filter = required(request, "filter")
    tab, _ = grid_range(book, required(basic_filter, "range"))
    tab.set_filter(_checked(book, basic_filter))


@kind("clearBasicFilter", "sheetId")
def clear_basic_filter(book: Spreadsheet, request: JSON) -> None:
    """Take the tab's filter away."""
    book.by_id(request.get("sheetId", 0), "sheet").clear_filter()


@kind("addProtectedRange", "protectedRange")
def add_protected_range(book: Spreadsheet, request: JSON) -> JSON:
    """Protect a range against edits by accounts it does not name. Moving and deleting rows is not hindered here.

    A second protection of the same cells is one more, but a tab can be protected as a whole only once, as many have
    reported in these words.
    """
    protected = required(request, "protectedRange")
    tab, _ = grid_range(book, required(protected, "range"))
    if protected.get("warningOnly") and protected.get("editors"):
        raise invalid("ProtectedRange is warningOnly. Editors cannot be set on it.")
    if protected.get("unprotectedRanges") and not is_whole_tab(protected):
        raise invalid("unprotectedRanges are only allowed on ProtectedRanges covering a whole sheet")
    if is_whole_tab(protected) and any(map(is_whole_tab, tab.views.protected_ranges.values())):
        raise invalid(f'Sheet "{tab.title}" already has sheet protection.')
    number = protected.get("protectedRangeId") or book.new_id()
    if any(number in other.views.protected_ranges for other in book.tabs):
        raise invalid(f"Protected range with id {number} already exists.")
    protected = {**protected, "protectedRangeId": number}
    tab.views.protected_ranges[number] = protected
    return {"protectedRange": protected}


@kind("updateProtectedRange", "protectedRange", "fields")
def update_protected_range(book: Spreadsheet, request: JSON) -> None:
    """Change a protection, on the tab where it is."""
    new = required(request, "protectedRange")
    number = new.get("protectedRangeId", 0)
    tab = next((tab for tab in book.tabs if number in tab.views.protected_ranges), None)
    if tab is None:
        raise invalid(f"No protected range with id: {number}")
    changed = merged(tab.views.protected_ranges[number], new, update_mask(request.get("fields")))
    grid_range(book, required(changed, "range"))
    tab.views.protected_ranges[number] = changed


@kind("deleteProtectedRange", "protectedRangeId")
def delete_protected_range(book: Spreadsheet, request: JSON) -> None:
    """Take a protection away."""
    number = request.get("protectedRangeId", 0)
    for tab in book.tabs:
        if tab.views.protected_ranges.pop(number, None) is not None:
            return
    if not book.behaviour.unknown_protection_ignored:
        raise invalid(f"No protected range with id: {number}")


@kind("addConditionalFormatRule", "rule", "index")
def add_conditional_format_rule(book: Spreadsheet, request: JSON) -> None:
    """Add a conditional format. It is kept and given back; cells do not change by it."""
    rule = required(request, "rule")
    if not rule.get("ranges"):
        raise invalid("Must specify at least one range.")
    check_condition(book.locale, rule.get("booleanRule", {}).get("condition", {}))
    tabs = [grid_range(book, each)[0] for each in rule["ranges"]]
    tabs[0].views.conditional_formats.insert(request.get("index", 0), rule)


def _checked(book: Spreadsheet, view: JSON) -> JSON:
    """A filter with its rules in both forms, all of which can be read in the spreadsheet's locale."""
    view = with_both_criteria(view)
    for rule in view.get("criteria", {}).values():
        check_condition(book.locale, rule.get("condition", {}))
    return view


def _filter_view(book: Spreadsheet, number: int) -> tuple[Tab, int]:
    for tab in book.tabs:
        if number in tab.views.filter_views:
            return tab, number
    raise invalid(f"No filter view with id: {number}")
