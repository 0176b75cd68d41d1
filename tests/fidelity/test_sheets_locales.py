"""Formulas and conditions are read in the spreadsheet's locale, for programs as for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import appending, formula, writing
from tracker.sandbox.sheets.behaviour import Behaviour
from tracker.sandbox.sheets.cells import Formula

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

COMMA = ["de_DE", "pt_BR", "tr_TR", "fr_FR", "es_ES", "nl_NL"]
POINT = ["en_US", "en_IN", "es_MX"]
EVERYWHERE = ['=IF(A2;"a,b.c";9/10)', "='My, tab.'!A1", "=SUM(A2:A9)", "=ERROR.TYPE(A2)", '=COUNTIF(A:A;"<>")']
POINT_ONLY = ['=COUNTIF(A:A,"x")', "=A2*0.9", "=.5", "={A2,B2}", '=AND($F2="",$G2)', "=IF(A2,1,2)"]


def conditions(desk: Desk, kind: str, value: str) -> list[JSON]:
    """Every request that can carry a condition."""
    condition: JSON = {"type": kind, "values": [{"userEnteredValue": value}]}
    specs = [{"columnIndex": 0, "filterCriteria": {"condition": condition}}]
    area = desk.area(0, 9, 0, 2)
    rule: JSON = {"ranges": [area], "booleanRule": {"condition": condition, "format": {"textFormat": {"bold": True}}}}
    cells = {"range": area, "cell": {"dataValidation": {"condition": condition}}, "fields": "dataValidation"}
    return [
        {"addFilterView": {"filter": {"range": area, "filterSpecs": specs}}},
        {"addFilterView": {"filter": {"range": area, "criteria": {"0": {"condition": condition}}}}},
        {"updateFilterView": {"filter": {"filterViewId": 1, "filterSpecs": specs}, "fields": "filterSpecs"}},
        {"setBasicFilter": {"filter": {"range": area, "filterSpecs": specs}}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"setDataValidation": {"range": area, "rule": {"condition": condition}}},
        {"repeatCell": cells},
    ]


@pytest.fixture
async def view(desk: Desk) -> None:
    await desk.batch({"addFilterView": {"filter": {"filterViewId": 1, "range": desk.area(0, 9, 0, 2)}}})


@pytest.mark.parametrize("locale", COMMA + POINT)
async def test_formulas_in_cells_are_read_in_the_spreadsheets_locale(desk: Desk, locale: str) -> None:
    desk.book.locale = locale
    for text in EVERYWHERE:
        await desk.batch(writing(desk, 0, 0, formula(text)))
        assert desk.tab.cell(0, 0).value == Formula(text)
    desk.tab.clear()
    for text in POINT_ONLY:
        for request in (writing(desk, 0, 0, formula(text)), appending(desk, formula(text))):
            if locale in POINT:
                await desk.batch(request)
            else:
                (name,) = request
                refusal = await desk.batch_refused(writing(desk, 5, 5, formula("=1")), request)
                assert refusal == f"Invalid requests[1].{name}: Unable to parse formula: {text}"
                assert desk.tab.values() == []


async def test_where_numbers_have_a_comma_it_is_one_in_formulas_too(desk: Desk) -> None:
    desk.book.locale = "de_DE"
    for text in ("=A2*0,9", "=SUM(1,5;2,5)", "={A2\\B2}"):
        await desk.batch(writing(desk, 0, 0, formula(text)))


async def test_switched_a_formula_that_cannot_be_read_is_written_and_shows_an_error(desk: Desk) -> None:
    desk.book.locale = "de_DE"
    desk.sheets.behaviour = Behaviour(unreadable_formulas_written=True)
    await desk.batch(writing(desk, 0, 0, formula(POINT_ONLY[0])))
    assert desk.tab.cell(0, 0).value == Formula(POINT_ONLY[0])
    assert desk.tab.shown() == [["#ERROR!"]]


@pytest.mark.usefixtures("view")
@pytest.mark.parametrize("switched", [False, True])
@pytest.mark.parametrize("locale", COMMA + POINT)
async def test_conditions_are_read_in_the_spreadsheets_locale_however_formulas_in_cells_are(
    desk: Desk, locale: str, *, switched: bool
) -> None:
    desk.book.locale = locale
    desk.sheets.behaviour = Behaviour(unreadable_formulas_written=switched)
    await desk.batch(*conditions(desk, "CUSTOM_FORMULA", EVERYWHERE[0]))
    for request in conditions(desk, "CUSTOM_FORMULA", POINT_ONLY[0]):
        if locale in POINT:
            await desk.batch(request)
        else:
            (name,) = request
            assert await desk.batch_refused(request) == (
                f"Invalid requests[0].{name}: Invalid ConditionValue.userEnteredValue: {POINT_ONLY[0]}"
            )


@pytest.mark.usefixtures("view")
async def test_numbers_in_conditions_are_read_in_the_spreadsheets_locale(desk: Desk) -> None:
    desk.book.locale = "de_DE"
    for request in conditions(desk, "NUMBER_GREATER", "0.9"):
        assert (await desk.batch_refused(request)).endswith("Invalid ConditionValue.userEnteredValue: 0.9")
    await desk.batch(*conditions(desk, "NUMBER_GREATER", "0,9"), *conditions(desk, "TEXT_EQ", "0.9"))
    desk.book.locale = "en_US"
    await desk.batch(*conditions(desk, "NUMBER_GREATER", "0.9"))


async def test_a_locale_changed_in_the_batch_holds_for_what_follows(desk: Desk) -> None:
    change = {"updateSpreadsheetProperties": {"properties": {"locale": "de_DE"}, "fields": "locale"}}
    await desk.batch(writing(desk, 0, 0, formula(POINT_ONLY[0])))
    await desk.batch_refused(change, writing(desk, 0, 0, formula(POINT_ONLY[0])))
    assert desk.book.locale == "en_US"
