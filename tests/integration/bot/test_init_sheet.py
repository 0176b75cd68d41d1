"""What `python -m tracker.init_sheet` does and says: a tab made, a tab adopted, columns and filter views added."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from aiohttp import web

from tests.support.made_tab import COLUMNS, contents, writes
from tests.support.paste import PYTHON
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.cells import Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.grid import Axis

DATE_TIME = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}
TEXT = {"type": "TEXT", "pattern": "@"}


async def new_row(desk: LocalDesk, title: str) -> dict[str, Any]:
    """What the shipped bot makes of a new thread in the tab as it is."""
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, title, tags=["billing"])
    await desk.until("the new row", lambda: desk.rows().get(thread.id))
    await desk.until("the ✅ on a confirmed row", lambda: thread.starter and "✅" in thread.starter.reactions)
    return desk.rows()[thread.id]


async def test_a_tab_is_planned_made_left_alone_and_used(bare_desk: LocalDesk) -> None:
    bare_desk.settings["RESOLVED_TAGS"] = "resolved,won't fix (v2)"

    code, plan = await bare_desk.run("tracker.init_sheet", "--dry-run")

    assert code == 0
    assert 'would create the tab "Support Tickets"' in plan
    assert f"would write the header row: {', '.join(COLUMNS)}" in plan
    assert "The spreadsheet's time zone is Etc/GMT, but TIMEZONE is Asia/Kolkata" in plan
    assert plan.endswith("Nothing was changed (--dry-run).\n")
    assert writes(bare_desk) == 0
    assert [tab.title for tab in bare_desk.book.tabs] == ["Sheet1"]

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    assert writes(bare_desk) == 2  # the filter views come by themselves
    steps = [line.strip() for line in printed.splitlines() if line.startswith("  ")]
    assert steps == [line.strip().removeprefix("would ") for line in plan.splitlines() if line.startswith("  ")]
    assert printed.endswith(f"{bare_desk.book.url}#gid={bare_desk.tab.sheet_id}\nNext: {PYTHON} -m tracker\n")
    assert contents(bare_desk.tab) == {(0, column): name for column, name in enumerate(COLUMNS)}
    assert contents(bare_desk.book.tab("Sheet1")) == {}
    assert_looks(bare_desk.tab)
    assert_views(bare_desk.tab)
    assert_protections(bare_desk.tab)

    code, again = await bare_desk.run("tracker.init_sheet")

    assert (code, writes(bare_desk)) == (0, 2)
    assert "Nothing to do" in again
    assert again.splitlines()[-2:] == printed.splitlines()[-2:]

    row = await new_row(bare_desk, "=1+1")
    assert list(row) == COLUMNS
    assert (row["title"], row["type"], row["raised_by"]) == ("=1+1", "billing", "mia")
    assert bare_desk.tab.data_end() == 2
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(bare_desk.tab.shown()[1][4]))


FIGURES = [
    *("status", "first_response_date", "first_response", "resolution", "first_response_business"),
    *("resolution_business", "sla_due", "sla", "waiting_on", "staff_replies", "last_activity"),
]


async def test_figures_are_added_at_the_right_end_for_whoever_asks_and_filled(desk: LocalDesk) -> None:
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "There already", tags=["billing"])
    await desk.until("the ✅", lambda: desk.is_ticked(thread))
    assert await desk.stop_bot() == 0
    before = contents(desk.tab)
    code, without = await desk.run("tracker.init_sheet")
    assert code == 0
    hint, of_charts = without.splitlines()[-4:-2]
    assert of_charts.endswith("-m tracker.init_sheet --dashboard")
    assert f"({', '.join(FIGURES)}): " in hint
    assert hint.endswith("-m tracker.init_sheet --figures")
    assert contents(desk.tab) == before

    code, plan = await desk.run("tracker.init_sheet", "--figures", "--dry-run")
    assert code == 0
    assert f"would add the missing columns at the right: {', '.join(FIGURES)}" in plan
    code, output = await desk.run("tracker.init_sheet", "--figures")

    assert code == 0, output
    assert "--figures" not in output
    header = {(0, len(COLUMNS) + number): name for number, name in enumerate(FIGURES)}
    assert contents(desk.tab) == before | header
    rules = [rule["booleanRule"]["condition"] for rule in desk.tab.views.conditional_formats]
    assert {rule["type"] for rule in rules} == {"TEXT_EQ"}
    coloured = {value["userEnteredValue"] for rule in rules for value in rule["values"]}
    assert coloured == {"waiting", "resolved", "deleted", "running", "met", "missed"}
    assert desk.tab.cell(1, header_of(desk, "resolution")).number_format == {"type": "TIME", "pattern": "[h]:mm:ss"}
    code, again = await desk.run("tracker.init_sheet", "--figures")
    assert (code, "Nothing to do" in again) == (0, True)

    await desk.start_bot()
    await desk.until("the figures", lambda: desk.rows()[thread.id].get("status") == "waiting")
    desk.world.reply(thread, desk.staff, "Here")
    await desk.until("the answer", lambda: desk.rows()[thread.id]["sla"] == "met")
    assert desk.rows()[thread.id]["status"] == "open"
    assert re.fullmatch(r"0:\d\d:\d\d", str(desk.tab.shown()[1][header_of(desk, "first_response")]))


def header_of(desk: LocalDesk, name: str) -> int:
    return desk.tab.shown()[0].index(name)


async def test_with_figures_the_filter_views_go_by_the_status_and_the_sla(bare_desk: LocalDesk) -> None:
    code, _ = await bare_desk.run("tracker.init_sheet", "--figures")

    assert code == 0
    views = {view["title"]: view["filterSpecs"] for view in bare_desk.tab.views.filter_views.values()}

    def is_equal(column: str, text: str) -> dict[str, Any]:
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
        return {"columnIndex": (COLUMNS + FIGURES).index(column), "filterCriteria": {"condition": condition}}

    not_open = {"hiddenValues": ["resolved", "deleted"]}
    assert views == {
        "Waiting for a first response": [is_equal("status", "waiting")],
        "Open": [{"columnIndex": (COLUMNS + FIGURES).index("status"), "filterCriteria": not_open}],
        "Late": [is_equal("status", "waiting"), is_equal("sla", "missed")],
    }


def assert_looks(tab: Tab) -> None:
    """Frozen, bold, coloured, of sensible widths; dates and ids in their formats down to the last row."""
    assert tab.frozen["frozenRowCount"] == 1
    white = {"rgbColor": {"red": 1, "green": 1, "blue": 1}}
    for column, name in enumerate(COLUMNS):
        look = tab.cell(0, column).format
        assert look["textFormat"]["bold"] is True
        assert look["backgroundColorStyle"] != white
        assert 80 <= (tab.line(Axis.COLUMNS, column).size or 0) <= 400, name
    for row in (1, tab.row_count - 1):
        formats = {name: tab.cell(row, column).number_format for column, name in enumerate(COLUMNS)}
        assert formats["date_created"] == formats["resolution_date"] == DATE_TIME
        assert formats["thread_id"] == formats["title"] == formats["warning_message_id"] == TEXT
        assert formats["outside_business_hours"] is None


def assert_views(tab: Tab) -> None:
    """Two filter views over the whole table, and no filter that would change everybody's picture."""
    views = {view["title"]: view for view in tab.views.filter_views.values()}
    assert list(views) == ["Waiting for a first response", "Open"]
    assert tab.views.basic_filter is None
    specs = {
        title: {spec["columnIndex"]: spec["filterCriteria"] for spec in views[title]["filterSpecs"]} for title in views
    }
    type_column, responder = COLUMNS.index("type"), COLUMNS.index("first_responded_by")
    assert set(specs["Open"]) == {type_column}
    assert set(specs["Waiting for a first response"]) == {type_column, responder}
    assert specs["Waiting for a first response"][responder]["condition"]["type"] == "BLANK"
    for view in views.values():
        assert view["range"] == {
            "sheetId": tab.sheet_id,
            "startRowIndex": 0,
            "startColumnIndex": 0,
            "endColumnIndex": len(COLUMNS),
        }
    for criteria in (specs["Open"][type_column], specs["Waiting for a first response"][type_column]):
        assert criteria["condition"]["type"] == "CUSTOM_FORMULA"
        assert_only_open(criteria["condition"]["values"][0]["userEnteredValue"])


def assert_only_open(formula: str) -> None:
    """The condition keeps what is not resolved, on row 2 and, counted on from there, every other."""
    found = re.fullmatch(r'=NOT\(REGEXMATCH\(LOWER\(\$C2\);"(.*)"\)\)', formula)
    assert found, formula
    resolved = re.compile(found[1].replace('""', '"'))
    for text in ("Resolved", "billing, resolved", "RESOLVED, billing", "a, won't fix (v2), b"):
        assert resolved.search(text.lower()), text
    for text in ("", "billing", "unresolved", "resolved later", "billing, not resolved", "won't fix"):
        assert not resolved.search(text.lower()), text


def assert_protections(tab: Tab) -> None:
    """Warnings on the header and on the ids; nobody is locked out."""
    kept = list(tab.views.protected_ranges.values())
    assert [each["warningOnly"] for each in kept] == [True, True]
    assert [each["range"] for each in kept] == [
        {"sheetId": tab.sheet_id, "startRowIndex": 0, "endRowIndex": 1},
        {"sheetId": tab.sheet_id, "startColumnIndex": 0, "endColumnIndex": 1},
    ]


async def test_a_tab_with_tickets_is_adopted_without_touching_what_is_there(bare_desk: LocalDesk) -> None:
    tab = bare_desk.book.add_tab("Support Tickets", columns=16)
    header = [None, "notes", "title", "thread_id", "priority", "link", "date_created", "budget", "team"]
    row = [None, Formula("=C4"), "An old one", "1417628594471739432", 3.0, "https://x", 46057.4375, 12.5, "Consulting"]
    tab.paste(2, 0, [header, row])
    tab.paste(8, 10, [["beside the table"]])
    before = contents(tab)
    added = [name for name in COLUMNS if name not in header]

    code, plan = await bare_desk.run("tracker.init_sheet", "--dry-run")
    assert (code, contents(tab), writes(bare_desk)) == (0, before, 0)
    assert f"would add the missing columns at the right: {', '.join(added)}" in plan
    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    names = {(2, 11 + number): name for number, name in enumerate(added)}
    assert contents(tab) == before | names
    assert tab.column_count == 11 + len(added)
    assert tab.frozen["frozenRowCount"] == 3
    assert tab.shown()[3][6] == "2026-02-04 10:30:00"
    assert tab.cell(50, 3).number_format == TEXT
    keys = [each["range"] for each in tab.views.protected_ranges.values()]
    assert {"sheetId": tab.sheet_id, "startColumnIndex": 3, "endColumnIndex": 4} in keys
    assert {"sheetId": tab.sheet_id, "startRowIndex": 2, "endRowIndex": 3} in keys

    code, again = await bare_desk.run("tracker.init_sheet")
    assert (code, writes(bare_desk)) == (0, 2)
    assert "Nothing to do" in again

    new = await new_row(bare_desk, "A new one")
    assert {name: new[name] for name in ("notes", "priority", "budget")} == dict.fromkeys(
        ("notes", "priority", "budget")
    )
    assert (new["title"], new["raised_by"], new["reopen_count"]) == ("A new one", "mia", 0.0)
    assert contents(tab).items() >= (before | names).items()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(tab.shown()[4][6]))


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "pt_BR", "tr_TR", "en_IN"])
async def test_a_tab_is_made_with_its_filter_views_in_every_locale(bare_desk: LocalDesk, locale: str) -> None:
    bare_desk.book.locale = locale
    bare_desk.settings["RESOLVED_TAGS"] = "resolved,won't fix (v2)"

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0
    assert "Done.\n" in printed
    assert_views(bare_desk.tab)


async def test_filter_views_that_google_refuses_leave_the_tab_standing_and_are_added_later(
    bare_desk: LocalDesk,
) -> None:
    words = "Invalid requests[0].addFilterView: Invalid ConditionValue.userEnteredValue: =NOT(…)"

    def refuse_views(request: web.Request) -> None:
        if bare_desk.book.tabs[1:] and request.path.endswith(":batchUpdate"):
            bare_desk.sheets.before.remove(refuse_views)
            raise web.HTTPBadRequest(text=json.dumps(refusal), content_type="application/json")

    refusal = {"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}}
    bare_desk.sheets.before.append(refuse_views)

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    assert "Done, but for the filter views; the bot works without them." in printed
    assert f"To try again: {PYTHON} -m tracker.init_sheet\n" in printed
    assert f"What was wrong: Google refused a request: {words}\n" in printed
    assert printed.endswith(f"Next: {PYTHON} -m tracker\n")
    assert contents(bare_desk.tab) == {(0, column): name for column, name in enumerate(COLUMNS)}
    assert_protections(bare_desk.tab)
    assert bare_desk.tab.views.filter_views == {}

    code, again = await bare_desk.run("tracker.init_sheet")

    assert code == 0
    steps = [line.strip() for line in again.splitlines() if line.startswith("  ")]
    assert steps == ['add the filter view "Waiting for a first response"', 'add the filter view "Open"']
    assert "Done.\n" in again
    assert len(bare_desk.tab.views.filter_views) == 2


async def test_a_chart_with_a_tab_of_its_own_is_passed_over(bare_desk: LocalDesk) -> None:
    bare_desk.book.add_chart_sheet("Tickets a week")

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    assert bare_desk.tab.values() == [COLUMNS]
    await new_row(bare_desk, "A new one")


async def test_an_empty_tab_is_used_and_widened(bare_desk: LocalDesk) -> None:
    bare_desk.settings["SHEET_NAME"] = "Our tickets"
    bare_desk.book.add_tab("Our tickets", rows=20, columns=5)

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    assert "create the tab" not in printed
    assert bare_desk.tab.values() == [COLUMNS]
    assert (bare_desk.tab.row_count, bare_desk.tab.column_count) == (20, len(COLUMNS))


async def test_a_header_with_no_row_below_it_gets_some(bare_desk: LocalDesk) -> None:
    tab = bare_desk.book.add_tab("Support Tickets", rows=1, columns=len(COLUMNS))
    tab.paste(0, 0, [COLUMNS])

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 0, printed
    assert tab.frozen["frozenRowCount"] == 1
    assert tab.row_count > 1
