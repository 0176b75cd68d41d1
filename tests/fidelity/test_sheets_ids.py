"""Ids that a client chooses: each can be taken once, and what is refused takes its whole batch back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.sheets_requests import row, writing
from tracker.sandbox.sheets.behaviour import Behaviour

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)


def protecting(desk: Desk, number: int | None = None, **more: object) -> JSON:
    """An `addProtectedRange` of the tab's first cell that only warns."""
    chosen = {} if number is None else {"protectedRangeId": number}
    return {
        "addProtectedRange": {"protectedRange": {"range": desk.area(0, 1, 0, 1), "warningOnly": True, **chosen, **more}}
    }


def unprotecting(number: int) -> JSON:
    return {"deleteProtectedRange": {"protectedRangeId": number}}


def protected_ids(desk: Desk) -> list[list[int]]:
    return [list(tab.views.protected_ranges) for tab in desk.book.tabs]


async def test_a_protected_range_can_have_a_chosen_id_which_exists_once_in_the_spreadsheet(desk: Desk) -> None:
    answer = await desk.batch(protecting(desk, 4711))
    assert answer["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"] == 4711
    elsewhere = {"sheetId": 0, "startRowIndex": 5, "endRowIndex": 6}
    refusal = await desk.batch_refused(writing(desk, 0, 0, row("x")), protecting(desk, 4711, range=elsewhere))
    assert refusal == "Invalid requests[1].addProtectedRange: Protected range with id 4711 already exists."
    assert (desk.tab.values(), protected_ids(desk)) == ([], [[], [4711]])


async def test_an_id_is_free_again_once_its_protected_range_is_deleted(desk: Desk) -> None:
    await desk.batch(protecting(desk, 4711))
    await desk.batch(unprotecting(4711), protecting(desk, 4711))
    await desk.batch(protecting(desk, 4712), unprotecting(4711))
    assert protected_ids(desk) == [[], [4712]]


async def test_a_protected_range_that_is_not_there_cannot_be_deleted(desk: Desk) -> None:
    refusal = await desk.batch_refused(writing(desk, 0, 0, row("x")), unprotecting(4711))
    assert refusal == "Invalid requests[1].deleteProtectedRange: No protected range with id: 4711"
    assert desk.tab.values() == []


async def test_switched_a_protected_range_that_is_not_there_is_deleted_without_a_word(desk: Desk) -> None:
    desk.sheets.behaviour = Behaviour(unknown_protection_ignored=True)
    answer = await desk.batch(writing(desk, 0, 0, row("x")), unprotecting(4711))
    assert (answer["replies"], desk.tab.values()) == ([{}, {}], [["x"]])


async def test_the_same_cells_can_be_protected_twice_but_a_whole_tab_only_once(desk: Desk) -> None:
    whole = {"sheetId": desk.tab.sheet_id}
    await desk.batch(protecting(desk), protecting(desk), protecting(desk, 1, range=whole))
    refusal = await desk.batch_refused(writing(desk, 0, 0, row("x")), protecting(desk, 2, range=whole))
    assert refusal == 'Invalid requests[1].addProtectedRange: Sheet "Support Tickets" already has sheet protection.'
    assert (desk.tab.values(), len(desk.tab.views.protected_ranges)) == ([], 3)
    await desk.batch(unprotecting(1), protecting(desk, 2, range=whole))


async def test_a_warning_cannot_name_editors(desk: Desk) -> None:
    refusal = await desk.batch_refused(protecting(desk, editors={"users": [desk.account.email]}))
    assert refusal.endswith("ProtectedRange is warningOnly. Editors cannot be set on it.")


async def test_a_tab_can_have_a_chosen_id_which_exists_once(desk: Desk) -> None:
    answer = await desk.batch({"addSheet": {"properties": {"sheetId": 4711, "title": "New", "hidden": True}}})
    added = answer["replies"][0]["addSheet"]["properties"]
    assert (added["sheetId"], added["hidden"]) == (4711, True)
    for properties, reason in (
        ({"sheetId": 4711, "title": "Newer"}, "Sheet with id 4711 already exists."),
        ({"sheetId": 0}, "Sheet with id 0 already exists."),
        ({"sheetId": -1}, "Invalid sheetId: -1. It must not be negative."),
        ({"sheetId": 4712, "title": "new"}, 'A sheet with the name "new" already exists. Please enter another name.'),
    ):
        refusal = await desk.batch_refused(writing(desk, 0, 0, row("x")), {"addSheet": {"properties": properties}})
        assert refusal == f"Invalid requests[1].addSheet: {reason}"
        assert ([tab.sheet_id for tab in desk.book.tabs][2:], desk.tab.values()) == ([4711], [])


async def test_an_id_drawn_by_google_is_none_that_a_client_chose(desk: Desk) -> None:
    (first,) = [tab.sheet_id for tab in desk.book.tabs if tab.sheet_id]
    coming = first + 7919
    await desk.batch(protecting(desk, coming))
    answer = await desk.batch({"addSheet": {}})
    assert answer["replies"][0]["addSheet"]["properties"]["sheetId"] != coming
