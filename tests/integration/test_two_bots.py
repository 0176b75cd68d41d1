"""Two bots on one tab, each with a store of its own: one writes, the other says what to do, and no row is double."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.builders import RESOLVED
from tests.support.delivery_desk import DeliveryDesk, thread
from tests.support.sheet_office import TITLE, Office, open_office, ticket
from tracker.domain.cells import CellValue
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import SWITCHES, Behaviour
from tracker.sheet.recovery.images import is_own
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.columns import KEY

ATTEMPTS = 12
READS_AN_ATTEMPT = 2
BEHAVIOURS = {
    "": Behaviour(),
    "an unknown fence is no error": SWITCHES["an unknown protected range is deleted without a word"],
}


@dataclass(kw_only=True)
class NamedOffice(Office):
    """An office whose repository writes for the store of this name."""

    writer: str

    def start_again(self) -> None:
        self.repository = SheetRepository(self.google, TITLE, self.writer)
        self.repository.remember(tab_id=None, has_written=True)


@dataclass(kw_only=True)
class Sheet:
    """One tab, and bots on it."""

    office: Office
    folder: Path

    def repository_for(self, writer: str) -> NamedOffice:
        """A repository with its memory, that never wrote."""
        office = self.office
        made = NamedOffice(
            sheets=office.sheets, book=office.book, tab=office.tab, key_file=office.key_file, writer=writer
        )
        made.repository.remember(tab_id=None, has_written=False)
        return made

    def bot(self, name: str) -> DeliveryDesk:
        """A bot with a store of its own in the folder of that name."""
        (self.folder / name).mkdir(exist_ok=True)
        return DeliveryDesk(office=self.repository_for(name), folder=self.folder / name)

    def minutes_pass(self, minutes: int) -> None:
        """The last write is so much longer ago."""
        at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds")
        (hidden,) = [tab for tab in self.office.book.tabs if is_own(tab.title)]
        for each in hidden.views.protected_ranges.values():
            each["description"] = f"{each['description'].rpartition(' ')[0]} {at}"

    def rows_by_id(self) -> dict[str, int]:
        """How many rows each ticket has."""
        return Counter(str(row[KEY]) for row in self.office.tab.records() if row[KEY])


@pytest_asyncio.fixture
async def sheet(tmp_path: Path) -> AsyncIterator[Sheet]:
    async with open_office(tmp_path) as office:
        office.sheets.quota.enabled = False
        yield Sheet(office=office, folder=tmp_path)


def row_of(sheet: Sheet, number: int) -> dict[str, CellValue]:
    """What the row of the ticket shows."""
    (row,) = [row for row in sheet.office.tab.records() if row[KEY] == str(ticket(number).thread_id)]
    return dict(row)


async def refusal_of(bot: Office) -> str:
    """Let it write; why it does not, if it does not."""
    try:
        await bot.flush()
    except SheetSetupError as error:
        return error.check
    return ""


def each_once(*numbers: int) -> dict[str, int]:
    return {str(thread(number)): 1 for number in numbers}


async def attempts(bot: DeliveryDesk, times: int) -> None:
    """Let the bot try so many times more."""
    seen = [bot.delivery.activity.attempt_since]

    def count() -> bool:
        if bot.delivery.activity.attempt_since != seen[-1]:
            seen.append(bot.delivery.activity.attempt_since)
        return len(seen) > 2 * times

    await bot.until(count)


async def test_the_bot_that_wrote_before_says_what_to_do_and_writes_nothing_while_the_other_is_at_work(
    sheet: Sheet,
) -> None:
    one, two = sheet.bot("one"), sheet.bot("two")
    async with one.running():
        one.opens(1)
        await one.settled()
        async with two.running():
            two.opens(1, 2)
            await two.settled()
        assert two.notices == []
        before = sheet.office.tab.values()

        one.opens(2, 3)
        one.renames(1, "New")
        await one.until(one.hear)
        sheet.office.asked()
        await attempts(one, ATTEMPTS)
        asked = sheet.office.asked()
        assert "write" not in asked
        assert len(asked) <= READS_AN_ATTEMPT * (ATTEMPTS + 2)
        assert isinstance(one.delivery.activity.trouble, SheetSetupError)
        assert one.delivery.activity.trouble.check == "sheet.other_bot"
        (notice,) = one.hear()
        assert "Another bot writes" in notice
        assert "Stop one of the two" in notice
        assert sheet.office.tab.values() == before

        sheet.minutes_pass(9)
        await attempts(one, 3)
        assert sheet.office.tab.values() == before
        sheet.minutes_pass(11)
        await one.settled()
        await one.until(lambda: len(one.hear()) == 2)

    assert sheet.rows_by_id() == each_once(1, 2, 3)
    assert one.shows(1, title="New")


async def test_a_bot_that_has_nothing_to_write_does_not_mind_the_other(sheet: Sheet) -> None:
    one, two = sheet.bot("one"), sheet.bot("two")
    async with one.running():
        one.opens(1)
        await one.settled()
    async with two.running():
        two.opens(2)
        await two.settled()
    sheet.office.asked()
    async with one.running():
        await one.until(lambda: sheet.office.sheets.requests and one.delivery.activity.attempt_since is None)
        assert one.delivery.activity.trouble is None

    assert one.notices == []
    assert "write" not in sheet.office.asked()


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
async def test_no_row_is_double_when_both_get_the_same_tickets_and_take_turns(
    sheet: Sheet, behaviour: Behaviour
) -> None:
    sheet.office.sheets.behaviour = behaviour
    one, two = sheet.bot("one"), sheet.bot("two")
    async with one.running(), two.running():
        for number in range(1, 7):
            for bot in (one, two):
                bot.opens(number)
                bot.renames(number, f"Ticket {number}")
            await one.until(lambda: 0 in (one.store.rows.count_pending(), two.store.rows.count_pending()))
            sheet.minutes_pass(11)
        for bot in (two, one):
            sheet.minutes_pass(11)
            await bot.settled()

    assert sheet.rows_by_id() == each_once(*range(1, 7))
    assert all(one.shows(number, title=f"Ticket {number}") for number in range(1, 7))


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
@pytest.mark.parametrize("same", [True, False], ids=["the same ticket", "different tickets"])
async def test_a_write_of_the_others_between_look_and_write_is_noticed_and_left_whole(
    sheet: Sheet, behaviour: Behaviour, *, same: bool
) -> None:
    sheet.office.sheets.behaviour = behaviour
    one, two = sheet.repository_for("one"), sheet.repository_for("two")
    for bot, number in ((two, 5), (one, 1)):
        bot.want(ticket(number))
        await bot.flush()
        sheet.minutes_pass(11)
    mine = ticket(2 if same else 3)
    one.want(mine)
    two.want(ticket(2))
    one.change(mine, title="By one")

    sheet.office.sheets.faults.append(faults.late())
    with pytest.raises(SheetUnavailable):
        await two.flush()
    one.during_the_write(sheet.office.sheets.land_late_writes)
    await one.flush()
    assert row_of(sheet, 2) == two.wanted[ticket(2).thread_id]

    two.want(ticket(4))
    refused = [await refusal_of(each) for each in (one, two)]
    assert sorted(refused) == ["", "sheet.other_bot"]

    for each in (one, two, one):
        sheet.minutes_pass(11)
        await each.flush()
    assert set(sheet.rows_by_id().values()) == {1}
    assert (one.known, two.known) == (one.wanted, two.wanted)
    assert row_of(sheet, 4) == two.wanted[ticket(4).thread_id]
    if not same:
        assert row_of(sheet, 2) == two.wanted[ticket(2).thread_id]
        assert row_of(sheet, 3) == one.wanted[ticket(3).thread_id]


async def test_a_store_that_is_put_back_from_a_backup_is_no_second_bot(sheet: Sheet) -> None:
    bot = sheet.bot("one")
    async with bot.running():
        bot.opens(1)
        await bot.settled()
    shutil.copytree(bot.folder / "data", bot.folder / "backup")
    async with bot.running():
        bot.opens(2)
        bot.renames(1, "New")
        await bot.settled()
    shutil.rmtree(bot.folder / "data")
    shutil.copytree(bot.folder / "backup", bot.folder / "data")

    async with bot.running():
        bot.opens(2, 3)
        bot.renames(1, "Newer", RESOLVED)
        await bot.settled()

    assert bot.notices == []
    assert sheet.rows_by_id() == each_once(1, 2, 3)
    assert bot.shows(1, title="Newer")


async def test_a_bot_whose_store_was_lost_takes_over_at_once(sheet: Sheet) -> None:
    lost, new = sheet.bot("lost"), sheet.bot("new")
    async with lost.running():
        lost.opens(1, 2)
        await lost.settled()

    async with new.running():
        new.opens(1, 2, 3)
        new.renames(2, "New")
        await new.settled()

    assert new.notices == []
    assert sheet.rows_by_id() == each_once(1, 2, 3)
    assert new.shows(2, title="New")


async def test_a_lost_answer_is_found_out_also_while_the_other_is_at_work(sheet: Sheet) -> None:
    one, two = sheet.bot("one"), sheet.bot("two")
    async with one.running():
        one.opens(1)
        await one.settled()
        sheet.office.sheets.faults.append(faults.late())
        one.opens(2)
        await one.until(lambda: one.delivery.activity.trouble)
        async with two.running():
            two.opens(2, 3)
            await two.settled()
        await one.until(lambda: any("Another bot writes" in notice for notice in one.hear()))
        sheet.office.sheets.land_late_writes()
        sheet.minutes_pass(11)
        await one.settled()

    assert sheet.rows_by_id() == each_once(1, 2, 3)
