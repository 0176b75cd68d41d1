"""A support day under each doubt about Google: at its end every cell is right, or its trouble was announced."""

from __future__ import annotations

import pytest

from tests.support.builders import BUG, ENGINEERING, RESOLVED, replied
from tests.support.delivery_desk import DeliveryDesk, thread
from tests.support.sheet_office import DESK
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import SWITCHES, Behaviour, UnderFilter
from tracker.sheet.table.columns import KEY, NAMES, cells_of

WRITES = r":batchUpdate$"
TITLE, TYPE, TEAM = (NAMES.index(name) for name in ("title", "type", "team"))
NOTE = len(NAMES)


async def a_support_day(desk: DeliveryDesk) -> None:
    """New tickets and changes, while people filter, sort, hide, rename, and Google loses an answer."""
    tab = desk.office.tab
    desk.opens(1, 2, 3, 4)
    desk.renames(2, "=1+1", BUG)
    await desk.settled()
    tab.paste(0, NOTE, [["note"]])
    tab.paste(1, NOTE, [[f"note of {row[KEY]}"] for row in tab.records()])

    # Somebody looks at their own tickets only, and one that they do not see changes.
    tab.filter_out(TITLE, ["=1+1", ""])
    desk.renames(2, "Hidden", BUG, ENGINEERING)
    desk.renames(1, "Seen", BUG)
    desk.opens(5, 6)
    await desk.until(lambda: desk.store.rows.count_pending() == 0 or desk.hear())
    tab.clear_filter()
    desk.renames(2, "Hidden no more", BUG)
    for number in (5, 6):
        desk.renames(number, "New")
    await desk.settled()

    # Somebody sorts between look and write.
    desk.office.during_the_write(lambda: tab.sort(0, descending=True))
    desk.renames(1, "After the sort", BUG)
    desk.renames(3, "Also after it")
    await desk.settled()

    # An answer is lost, once of a write that landed and once of one that did not.
    for applied in (True, False):
        desk.office.sheets.faults.append(faults.reset(path=WRITES, applied=applied))
        desk.renames(4, f"Lost {applied}", ENGINEERING)
        desk.opens(7 + applied)
        await desk.settled()

    # Columns and the tab itself are arranged anew.
    tab.hide_columns(TEAM)
    tab.rename("Customers")
    tab.enter(0, TYPE, "kind")
    desk.renames(4, "Kind", BUG, RESOLVED)
    desk.tracking.record(replied(thread=thread(3)))
    await desk.settled()
    tab.enter(0, TYPE, "type")
    desk.opens(9)
    await desk.settled()


def is_right(desk: DeliveryDesk, number: int) -> bool:
    """Whether the ticket's row shows what the store has."""
    row = desk.store.rows.find(thread(number))
    return row is not None and desk.shows(number, **cells_of(row.ticket, DESK))


@pytest.mark.parametrize("behaviour", [Behaviour(), *SWITCHES.values()], ids=["as is likely", *SWITCHES])
async def test_a_support_day_ends_right(desk: DeliveryDesk, behaviour: Behaviour) -> None:
    desk.office.sheets.quota.enabled = False
    desk.office.sheets.behaviour = behaviour
    async with desk.running():
        await a_support_day(desk)
        await desk.until(lambda: all(is_right(desk, number) for number in range(1, 10)))

        records = [row for row in desk.office.tab.records() if row[KEY]]
        assert sorted(str(row[KEY]) for row in records) == sorted(str(thread(number)) for number in range(1, 10))
        notes = {row[KEY]: row["note"] for row in records if row["note"]}
        assert notes == {str(thread(number)): f"note of {thread(number)}" for number in range(1, 5)}
        assert [row for row in desk.office.tab.values() if row and row[0] is None] == []
        await desk.until(lambda: desk.store.rows.open_write() is None)

    about_rows = [notice for notice in desk.notices if "do not take what the bot writes" in notice]
    gone, back = [notice for notice in desk.notices if notice not in about_rows]
    assert ("column" in gone, "column" in back) == (True, True)
    assert about_rows == [] or behaviour.update_under_filter is not UnderFilter.ALL_ROWS
