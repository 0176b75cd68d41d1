"""Filters, filter views, protected ranges and conditional formats are kept, given back, and follow their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.sheets_requests import row, writing

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

BOLD = {"textFormat": {"bold": True}}


async def test_filters_protections_and_conditional_formats_are_kept_and_given_back(desk: Desk) -> None:
    blank = {"condition": {"type": "BLANK"}}
    view: JSON = {"title": "Waiting", "range": desk.area(0, 1000, 0, 14)}
    view["filterSpecs"] = [{"columnIndex": 5, "filterCriteria": blank}]
    rule: JSON = {
        "ranges": [desk.area(1, 9, 0, 1)],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": BOLD},
    }
    protection = {"range": desk.area(0, 1, 0, 14), "warningOnly": True, "description": "Header"}
    answer = await desk.batch(
        {"addFilterView": {"filter": view}},
        {"addProtectedRange": {"protectedRange": protection}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"setBasicFilter": {"filter": {"range": desk.area(0, 9, 0, 2)}}},
    )
    number = answer["replies"][0]["addFilterView"]["filter"]["filterViewId"]
    protected = answer["replies"][1]["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    sheet = (await desk.ok("GET", ""))["sheets"][1]
    assert sheet["filterViews"] == [{**view, "filterViewId": number, "criteria": {"5": blank}}]
    assert sheet["protectedRanges"] == [{**protection, "protectedRangeId": protected, "requestingUserCanEdit": True}]
    assert sheet["conditionalFormats"] == [rule]
    assert sheet["basicFilter"] == {"range": desk.area(0, 9, 0, 2)}
    await desk.batch(
        {"updateFilterView": {"filter": {"filterViewId": number, "title": "Open"}, "fields": "title"}},
        {"deleteProtectedRange": {"protectedRangeId": protected}},
        {"clearBasicFilter": {"sheetId": desk.tab.sheet_id}},
    )
    sheet = (await desk.ok("GET", ""))["sheets"][1]
    assert [each["title"] for each in sheet["filterViews"]] == ["Open"]
    assert "protectedRanges" not in sheet
    assert "basicFilter" not in sheet
    await desk.batch({"deleteFilterView": {"filterId": number}})
    assert "filterViews" not in (await desk.ok("GET", ""))["sheets"][1]


async def test_a_protected_range_keeps_out_whom_it_does_not_name_and_shows_everybody_so(desk: Desk) -> None:
    def writing(column: int) -> JSON:
        cell = {"userEnteredValue": {"stringValue": "x"}}
        start = {"sheetId": desk.tab.sheet_id, "columnIndex": column}
        return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "*"}}

    def protections(each: JSON) -> list[bool]:
        return [range_.get("requestingUserCanEdit", False) for range_ in each["sheets"][1]["protectedRanges"]]

    closed = {"range": desk.area(0, 1, 0, 2)}
    warning = {"range": desk.area(0, 1, 2, 3), "warningOnly": True}
    open_to_it = {"range": desk.area(0, 1, 3, 4), "editors": {"users": [desk.account.email]}}
    await desk.batch(*({"addProtectedRange": {"protectedRange": each}} for each in (closed, warning, open_to_it)))
    assert protections(await desk.ok("GET", "")) == [False, True, True]
    refusal = await desk.batch_refused(writing(4), writing(1))
    assert refusal.startswith("Invalid requests[1].updateCells: You are trying to edit a protected cell or object.")
    assert desk.tab.values() == []
    await desk.batch(writing(2), writing(3))
    desk.tab.enter(0, 0, "a person's")
    assert desk.tab.values() == [["a person's", None, "x", "x"]]


async def test_people_leave_cells_open_in_a_tab_that_is_protected_as_a_whole(desk: Desk) -> None:
    tab = {"sheetId": desk.tab.sheet_id}
    protection = {"range": tab, "unprotectedRanges": [desk.area(1, 9, 0, 2), desk.area(0, 1, 5, 6)]}
    refusal = await desk.batch_refused(
        {"addProtectedRange": {"protectedRange": {**protection, "range": desk.area(0, 9, 0, 9)}}}
    )
    assert refusal.endswith("unprotectedRanges are only allowed on ProtectedRanges covering a whole sheet")
    await desk.batch({"addProtectedRange": {"protectedRange": protection}})
    (shown,) = (await desk.ok("GET", ""))["sheets"][1]["protectedRanges"]
    assert "requestingUserCanEdit" not in shown
    assert shown["unprotectedRanges"] == protection["unprotectedRanges"]
    await desk.batch(writing(desk, 1, 0, row("open", "open")), writing(desk, 0, 5, row("open")))
    for closed in (writing(desk, 1, 1, row("x", "closed")), writing(desk, 9, 0, row("closed"))):
        assert "protected cell" in await desk.batch_refused(closed)
    desk.tab.insert_rows(0)
    await desk.batch(writing(desk, 9, 0, row("moved")))
    desk.tab.delete_rows(2, 8)
    assert "protected cell" in await desk.batch_refused(writing(desk, 2, 0, row("closed")))


async def test_views_follow_the_rows_and_columns_they_are_about(desk: Desk) -> None:
    view = {"range": desk.area(0, 10, 0, 4), "filterSpecs": [{"columnIndex": 2, "filterCriteria": {}}]}
    await desk.batch(
        {"addFilterView": {"filter": view}},
        {"addProtectedRange": {"protectedRange": {"range": desk.area(0, 1, 0, 4), "warningOnly": True}}},
    )
    desk.tab.insert_columns(1, 2)
    desk.tab.insert_rows(0)
    desk.tab.delete_rows(5, 2)
    (moved,) = desk.tab.views.filter_views.values()
    assert moved["range"] == desk.area(1, 9, 0, 6)
    assert moved["filterSpecs"][0]["columnIndex"] == 4
    desk.tab.delete_rows(1)
    assert desk.tab.views.protected_ranges == {}
