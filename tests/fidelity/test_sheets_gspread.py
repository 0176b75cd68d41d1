"""Plain gspread and google-auth do on the local server what they do at Google."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError, SpreadsheetNotFound, WorksheetNotFound

if TYPE_CHECKING:
    import gspread

    from tests.support.sheets_fixtures import Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

TITLE = "Support Tickets"


async def test_a_row_appended_by_gspread_is_in_the_tab(desk: Desk) -> None:
    def work(client: gspread.Client) -> None:
        tab = client.open_by_key(desk.book.id).worksheet(TITLE)
        tab.append_row(["thread_id", "title"])
        tab.append_rows([["1417628594471739432", "=1+1"], ["2", "+1"]], value_input_option="RAW")  # type: ignore[arg-type]

    await desk.gspread(work)

    assert desk.tab.values() == [["thread_id", "title"], ["1417628594471739432", "=1+1"], ["2", "+1"]]


async def test_gspread_reads_what_is_in_the_tab(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id", "count", "done"], ["a", 2.0, True], ["b", 3.5, False]])

    def work(client: gspread.Client) -> None:
        tab = client.open_by_key(desk.book.id).worksheet(TITLE)
        assert tab.get_all_values() == [["id", "count", "done"], ["a", "2", "TRUE"], ["b", "3.5", "FALSE"]]
        assert tab.get_all_records() == [
            {"id": "a", "count": 2, "done": "TRUE"},
            {"id": "b", "count": 3.5, "done": "FALSE"},
        ]
        assert tab.row_values(2) == ["a", "2", "TRUE"]
        assert tab.col_values(1) == ["id", "a", "b"]
        found = tab.find("b")
        assert found is not None
        assert (found.row, found.col) == (3, 1)
        assert tab.find("nowhere") is None

    await desk.gspread(work)


async def test_gspread_changes_cells(desk: Desk) -> None:
    def work(client: gspread.Client) -> None:
        tab = client.open_by_key(desk.book.id).worksheet(TITLE)
        tab.update_cell(2, 2, "1417628594471739432")
        tab.update([["a", "b"]], "A1:B1")
        tab.batch_update([{"range": "A3", "values": [["c"]]}, {"range": "B3:C3", "values": [["d", "e"]]}])
        tab.update([["=1+1"]], "D1", raw=False)

    await desk.gspread(work)

    # update_cell is USER_ENTERED: the id becomes a double and loses its last digits.
    assert desk.tab.values() == [["a", "b", None, "#ERROR!"], [None, 1417628594471739432.0], ["c", "d", "e"]]


async def test_gspread_inserts_deletes_and_sorts_rows(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id", "n"], ["b", 2.0], ["a", 1.0], ["c", 3.0]])

    def work(client: gspread.Client) -> None:
        tab = client.open_by_key(desk.book.id).worksheet(TITLE)
        tab.delete_rows(4)
        tab.insert_row(["d", 0], 2)
        tab.sort((1, "asc"), range="A2:B5")

    await desk.gspread(work)

    assert desk.tab.values() == [["id", "n"], ["a", 1.0], ["b", 2.0], ["d", 0.0]]


async def test_gspread_adds_formats_freezes_and_clears_tabs(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id"]])

    def work(client: gspread.Client) -> None:
        book = client.open_by_key(desk.book.id)
        added = book.add_worksheet("Archive", rows=10, cols=5)
        assert (added.row_count, added.col_count) == (10, 5)
        tab = book.worksheet(TITLE)
        tab.format("A1:B1", {"textFormat": {"bold": True}})
        tab.freeze(rows=1)
        tab.clear()

    await desk.gspread(work)

    assert desk.book.tab("Archive").row_count == 10
    assert desk.tab.cell(0, 1).format == {"textFormat": {"bold": True}}
    assert desk.tab.frozen == {"frozenRowCount": 1}
    assert desk.tab.values() == []


async def test_gspread_says_what_is_missing(desk: Desk) -> None:
    def missing_tab(client: gspread.Client) -> None:
        client.open_by_key(desk.book.id).worksheet("Nowhere")

    def missing_book(client: gspread.Client) -> None:
        client.open_by_key("1nowhere")

    def open_it(client: gspread.Client) -> None:
        client.open_by_key(desk.book.id)

    with pytest.raises(WorksheetNotFound):
        await desk.gspread(missing_tab)
    with pytest.raises(SpreadsheetNotFound):
        await desk.gspread(missing_book)
    desk.book.unshare(desk.account.email)
    with pytest.raises(PermissionError):
        await desk.gspread(open_it)


async def test_a_revoked_key_gets_no_token_and_ends_those_given_out(desk: Desk) -> None:
    def work(client: gspread.Client) -> None:
        book = client.open_by_key(desk.book.id)
        desk.account.revoke()
        book.fetch_sheet_metadata()

    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        await desk.gspread(work)


async def test_writing_as_a_viewer_is_refused(desk: Desk) -> None:
    desk.book.share(desk.account.email, role="reader")

    def work(client: gspread.Client) -> None:
        client.open_by_key(desk.book.id).worksheet(TITLE).append_row(["x"])

    with pytest.raises(APIError, match="The caller does not have permission"):
        await desk.gspread(work)


@pytest.mark.parametrize("title", ["Q's", "A/B", "50% + \N{PARTY POPPER}", "A1", "a!b", "2026", "x:append"])
async def test_gspread_finds_tabs_whatever_their_title(desk: Desk, title: str) -> None:
    desk.tab.rename(title)

    def work(client: gspread.Client) -> None:
        tab = client.open_by_key(desk.book.id).worksheet(title)
        tab.append_row(["x"])
        assert tab.get_all_values() == [["x"]]

    await desk.gspread(work)

    assert desk.tab.values() == [["x"]]
