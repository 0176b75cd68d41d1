"""What is announced about the sheet by the delivery loop, through real gspread on the local Google Sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.builders import ENGINEERING
from tests.support.delivery_desk import DeliveryDesk, thread
from tests.support.sheet_office import ROWS, TITLE, Office
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import MAXIMUM_CELLS
from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.layout import column_letters

TITLE_COLUMN, TEAM = NAMES.index("title"), NAMES.index("team")


# -- until a person acts


def unshare(office: Office) -> Callable[[], None]:
    email = office.google.account
    office.book.unshare(email)
    return lambda: office.book.share(email)


def make_viewer(office: Office) -> Callable[[], None]:
    email = office.google.account
    office.book.share(email, "reader")
    return lambda: office.book.share(email)


def delete_sheet(office: Office) -> Callable[[], None]:
    office.sheets.forget(office.book.id)
    return lambda: office.sheets.books.update({office.book.id: office.book})


def delete_tab(office: Office) -> Callable[[], None]:
    office.book.delete_tab(office.tab)

    def restore() -> None:
        office.tab = office.book.add_tab(TITLE)
        office.tab.paste(0, 0, [NAMES])

    return restore


def rename_key(office: Office) -> Callable[[], None]:
    office.tab.paste(0, 0, [["Ticket"]])
    return lambda: office.tab.paste(0, 0, [["thread_id"]])


def revoke_key(office: Office) -> Callable[[], None]:
    (account,) = [a for a in office.sheets._accounts.by_email.values()]  # noqa: C416 - there is no other door
    account.revoke()

    def put_new_key_in_its_place() -> None:
        new = office.sheets.new_account(account.private_key)
        office.book.share(new.email)
        new.write_key(office.key_file)

    return put_new_key_in_its_place


def disable_api(office: Office) -> Callable[[], None]:
    office.sheets.disable_api()
    return office.sheets.enable_api


def fill_up(office: Office) -> Callable[[], None]:
    # No blank row is left in the tab, and no cell in the spreadsheet.
    office.tab.paste(2, 1, [["x"]] * (ROWS - 2))
    left = MAXIMUM_CELLS - sum(tab.row_count * tab.column_count for tab in office.book.tabs)
    big = office.book.add_tab("Archive", rows=left, columns=1)
    return lambda: office.book.delete_tab(big)


LASTING: dict[str, tuple[Callable[[Office], Callable[[], None]], str, str]] = {
    "unshared": (unshare, "is not shared with the bot", "as Editor"),
    "viewer": (make_viewer, "may read", "as Editor"),
    "sheet deleted": (delete_sheet, "names no spreadsheet", "Copy the address"),
    "tab deleted": (delete_tab, f'has no tab "{TITLE}"', "python -m tracker.init_sheet"),
    "thread_id renamed": (
        rename_key,
        "no header row with a column thread_id",
        "Write thread_id into A1, above the ids.",
    ),
    "key revoked": (revoke_key, "does not accept the key", "make a new one"),
    "API disabled": (disable_api, "is not enabled", "Enable it at"),
    "full": (fill_up, "is full (10 million cells)", "Move old rows"),
}


@pytest.mark.parametrize("what", LASTING)
async def test_what_only_people_can_fix_is_announced_once_and_once_when_it_is_over(
    desk: DeliveryDesk, what: str
) -> None:
    cause, named, fix = LASTING[what]
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        remedy = cause(desk.office)
        desk.opens(2, 3)
        await desk.until(desk.hear)
        desk.office.asked()
        desk.opens(4)
        # It is tried again, and people hear nothing more of it.
        await desk.until(lambda: len(desk.office.sheets.requests) > 6)
        (notice,) = desk.hear()
        assert named in notice
        assert fix in notice
        assert "2 changed tickets wait until then" in notice
        assert not desk.shows(2)

        remedy()
        await desk.settled()
        await desk.until(lambda: len(desk.hear()) == 2)

    assert all(desk.shows(number, title="Cannot log in") for number in (2, 3, 4))
    assert desk.notices[1:] == ["✅ **The sheet can be written again.** It is being brought up to date."]


async def test_trouble_that_outlives_a_restart_is_announced_once_and_so_is_its_end(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        remedy = unshare(desk.office)
        desk.opens(2)
        await desk.until(desk.hear)
    async with desk.running():
        desk.office.asked()
        await desk.until(lambda: len(desk.office.sheets.requests) > 3)
        assert len(desk.hear()) == 1
    remedy()
    async with desk.running():
        await desk.until(lambda: len(desk.hear()) == 2)
        await desk.settled()
    assert len(desk.notices) == 2


async def test_trouble_that_is_over_without_anything_to_write_is_announced_as_over(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        remedy = unshare(desk.office)
        desk.renames(1, "Other")
        await desk.until(desk.hear)
        desk.renames(1, "Cannot log in")  # as the row is
        remedy()
        await desk.until(lambda: len(desk.hear()) == 2)


# -- what passes by itself


async def test_an_outage_longer_than_the_patience_is_announced_once_and_once_when_it_is_over(
    desk: DeliveryDesk,
) -> None:
    desk.patience = timedelta(seconds=0.1)
    down = faults.service_unavailable(times=None)
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.sheets.faults.append(down)
        desk.opens(2)
        await desk.until(desk.hear)
        desk.office.sheets.faults.remove(down)
        await desk.settled()
        await desk.until(lambda: len(desk.hear()) == 2)
    notice, over = desk.notices
    assert "not been written for more than" in notice
    assert "Google Sheets is in trouble (HTTP 503)" in notice
    assert "1 changed ticket waits" in notice
    assert "can be written again" in over


async def test_the_log_says_how_many_tickets_wait_and_nothing_of_it_where_none_does(
    desk: DeliveryDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.office.sheets.faults.append(faults.service_unavailable(times=None))
    async with desk.running():
        await desk.until(lambda: "next attempt" in caplog.text)
        assert "wait" not in caplog.text
        assert "(next attempt in " in caplog.text
        desk.opens(1)
        await desk.until(lambda: "(1 changed ticket waits; next attempt in " in caplog.text)


async def test_a_short_outage_is_not_announced(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.office.sheets.faults.append(faults.service_unavailable(times=2))
        desk.opens(1)
        await desk.settled()
    assert desk.notices == []


# -- columns


async def test_a_renamed_column_is_announced_once_and_brought_up_to_date_when_its_name_is_back(
    desk: DeliveryDesk,
) -> None:
    async with desk.running():
        desk.opens(1, 2, 3)
        desk.opens(5, 6, tags=(ENGINEERING,))
        await desk.settled()
        desk.office.tab.enter(3, TEAM, "our own word")
        desk.office.tab.enter(4, TEAM, "")
        desk.office.tab.enter(0, TEAM, "Squad")
        desk.renames(1, "Charts", ENGINEERING)
        desk.opens(4, tags=(ENGINEERING,))
        await desk.settled()
        desk.renames(2, "Login")
        await desk.until(lambda: desk.shows(2, title="Login"))
        # The others go on; nobody touches a column that is not the bot's.
        assert desk.shows(1, title="Charts", type="Engineering 🛠", Squad=None)
        (notice,) = desk.hear()
        assert "no column `team` any more" in notice
        assert f"Write `team` into {column_letters(TEAM)}1 again, or run" in notice
        assert "python -m tracker.init_sheet" in notice

        desk.office.tab.enter(0, TEAM, "team")
        await desk.until(lambda: desk.shows(1, team="Engineering") and desk.shows(4, team="Engineering"))
        await desk.settled()

    # What a person did there meanwhile stays: these tickets have not changed.
    assert desk.shows(3, team="our own word")
    assert desk.shows(5, team=None)
    assert desk.notices[1:] == ["✅ **The sheet has its column `team` again.** It is being brought up to date."]


async def test_a_renamed_column_that_was_sorted_alone_is_known_again_when_its_name_is_back(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        desk.opens(2, tags=(ENGINEERING,))
        await desk.settled()
        desk.office.tab.sort(TEAM, columns=[TEAM])
        desk.office.tab.enter(0, TEAM, "Squad")
        desk.renames(2, "Login", ENGINEERING)
        await desk.until(desk.hear)
        desk.office.tab.enter(0, TEAM, "team")
        await desk.until(lambda: len(desk.hear()) == 2)
        await desk.settled()

    assert desk.shows(1, team="Engineering")
    assert desk.shows(2, team=None)


async def test_a_column_that_was_deleted_and_made_again_is_filled_for_every_ticket(desk: DeliveryDesk) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1, 2, tags=(ENGINEERING,))
        await desk.settled()
        tab.delete_columns(TITLE_COLUMN)
        desk.renames(1, "Charts", ENGINEERING)
        await desk.until(desk.hear)
    # Also when the bot was started again meanwhile.
    async with desk.running():
        await desk.until(lambda: desk.office.sheets.requests)
        tab.enter(0, 13, "title")
        await desk.until(lambda: desk.shows(1, title="Charts") and desk.shows(2, title="Cannot log in"))
        await desk.until(lambda: len(desk.hear()) == 2)
    assert len(desk.notices) == 2


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
async def test_a_row_that_came_back_without_a_column_gets_that_cell_with_the_columns_name(
    desk: DeliveryDesk, *, lost: bool
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1, 2, tags=(ENGINEERING,))
        await desk.settled()
        tab.enter(0, TEAM, "Squad")
        tab.delete_rows(2)
        if lost:
            desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.renames(2, "Charts", ENGINEERING)
        await desk.until(lambda: desk.shows(2, title="Charts", Squad=None))
        await desk.settled()
        tab.enter(0, TEAM, "team")
        await desk.until(lambda: desk.shows(2, team="Engineering"))


async def test_a_row_deleted_by_a_person_does_not_come_back_with_a_column(desk: DeliveryDesk) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1, 2)
        await desk.settled()
        tab.enter(0, TEAM, "Squad")
        tab.delete_rows(2)
        desk.renames(1, "Charts")
        await desk.until(desk.hear)
        tab.enter(0, TEAM, "team")
        await desk.until(lambda: len(desk.hear()) == 2)
        await desk.settled()
    assert len(desk.rows()) == 1


# -- rows


@pytest.mark.parametrize("where", ["inserted below it", "pasted at the end"])
async def test_two_rows_with_one_id_are_announced_once_and_the_first_is_kept_up_to_date(
    desk: DeliveryDesk, where: str
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1, 2)
        await desk.settled()
        if where == "inserted below it":
            tab.duplicate_row(1)
        else:
            tab.paste(3, 0, tab.values()[1:2])
        desk.renames(1, "Charts")
        await desk.until(desk.hear)
        desk.renames(1, "Charts again")
        desk.renames(2, "Login")
        await desk.until(lambda: desk.shows(1, title="Charts again") and desk.shows(2, title="Login"))
    (notice,) = desk.notices
    assert f"`{thread(1)}`" in notice
    assert [row["title"] for row in tab.records() if row["thread_id"] == str(thread(1))] == [
        "Charts again",
        "Cannot log in",
    ]


async def test_a_tab_renamed_before_a_restart_is_found_by_its_number(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.tab.rename("Customers")
        desk.renames(1, "Charts")
        await desk.until(lambda: desk.shows(1, title="Charts"))
    async with desk.running():
        desk.renames(1, "Login")
        await desk.until(lambda: desk.shows(1, title="Login"))
    assert desk.notices == []
