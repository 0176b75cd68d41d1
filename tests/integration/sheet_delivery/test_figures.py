"""Columns of figures in a tab: filled once where they are named, kept up to date, and a memory for a lost store."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

import pytest

from tests.support.builders import AUTHOR, RESOLVED, RULES, deleted, replied, seen
from tests.support.delivery_desk import DeliveryDesk, thread
from tracker.domain.events import DeadlinePassed, RepliesMissed
from tracker.sheet.table.columns import FIGURES, NAMES

MINUTE = timedelta(minutes=1)


def shown(desk: DeliveryDesk, number: int, *names: str) -> list[object]:
    """The cells as people see them."""
    header, *rows = desk.office.tab.shown()
    (row,) = [row for row in rows if row[0] == str(thread(number))]
    cells = dict(zip_longest(header, row, fillvalue=""))
    return [cells[name] or "" for name in names]


def writes(desk: DeliveryDesk) -> int:
    """How many requests asked for a change."""
    return len([request for request in desk.office.sheets.requests if request.path.endswith(":batchUpdate")])


async def test_figures_are_written_only_where_the_header_names_them(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        before = writes(desk)
        desk.tracking.record(DeadlinePassed(thread_id=thread(1)))
        assert desk.store.rows.count_pending() == 0
        desk.renames(1, "Another")
        await desk.settled()
    assert writes(desk) == before + 1
    assert set(desk.rows()[str(thread(1))]) == set(NAMES)


async def test_rows_that_are_there_are_filled_once_and_kept_up_to_date(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1, 2, 3)
        desk.tracking.record(replied(MINUTE + 45 * MINUTE, thread=thread(1)))
        await desk.settled()
    desk.name_columns(*FIGURES)
    async with desk.running():
        await desk.until(lambda: desk.shows(3, status="waiting", sla="running"))
        await desk.settled()
        assert shown(desk, 1, "status", "sla", "first_response", "first_response_business") == [
            *("open", "met", "0:45:00", "0:45:00"),
        ]
        desk.tracking.record(DeadlinePassed(thread_id=thread(2)))
        desk.tracking.record(seen(RESOLVED, thread=thread(3)))
        await desk.settled()
        assert shown(desk, 2, "status", "sla") == ["waiting", "missed"]
        assert shown(desk, 3, "status", "sla") == ["resolved", ""]
        desk.tracking.record(deleted(thread=thread(2)))
        await desk.settled()
        assert shown(desk, 2, "status", "sla") == ["deleted", "missed"]
        desk.opens(4)
        await desk.settled()
        assert shown(desk, 4, "status", "first_response") == ["waiting", ""]
    assert desk.notices == []
    assert isinstance(desk.rows()[str(thread(1))]["first_response"], float)


async def test_a_persons_column_between_stays_and_a_column_of_figures_may_go(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
    desk.name_columns("status", "note")
    desk.office.tab.enter(1, len(NAMES) + 1, "mine")
    async with desk.running():
        await desk.until(lambda: desk.shows(1, status="waiting", note="mine"))
        desk.office.tab.enter(0, len(NAMES), "no longer")
        desk.renames(1, "Another")
        await desk.until(lambda: desk.shows(1, title="Another"))
        desk.tracking.record(replied(9 * MINUTE, thread=thread(1)))
        await desk.settled()
        assert desk.shows(1, note="mine", **{"no longer": "waiting"})
    assert desk.notices == []


async def test_a_lost_store_gets_dates_and_the_verdict_back_from_the_row(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1, 2)
        desk.tracking.record(replied(MINUTE + 45 * MINUTE, thread=thread(1)))
        await desk.settled()
    desk.name_columns(*FIGURES)
    async with desk.running():
        desk.tracking.record(DeadlinePassed(thread_id=thread(2)))
        await desk.until(lambda: desk.shows(2, sla="missed"))
        await desk.settled()
    before = desk.rows()
    shutil.rmtree(desk.folder / "data")
    async with desk.running(replace(RULES, tracking_since=datetime(2026, 3, 1, tzinfo=UTC))):
        for number in (1, 2):
            desk.tracking.record(seen(thread=thread(number)))
        await desk.settled()
        assert desk.rows() == before
        desk.tracking.record(replied(2 * MINUTE + 90 * MINUTE, thread=thread(2)))
        await desk.settled()
        assert shown(desk, 2, "status", "sla", "first_response") == ["open", "missed", "1:30:00"]


async def test_a_lost_store_goes_on_with_what_rows_show_of_messages_but_not_where_some_were_missed(
    desk: DeliveryDesk,
) -> None:
    columns = "waiting_on", "staff_replies", "last_activity"
    last = replied(8 * MINUTE)
    desk.quiet = timedelta()
    async with desk.running():
        desk.opens(9)
        await desk.settled()
    desk.name_columns(*FIGURES)
    async with desk.running():
        await desk.until(lambda: desk.shows(9, status="waiting"))
        desk.opens(1, 2, 3, 4)
        for number in (1, 2, 3, 4):
            desk.tracking.record(replied(6 * MINUTE, thread=thread(number)))
            desk.tracking.record(replied(7 * MINUTE, author=AUTHOR, thread=thread(number)))
            desk.tracking.record(replied(8 * MINUTE, thread=thread(number)))
        desk.tracking.record(seen(RESOLVED, thread=thread(4)))
        desk.delivery.wake()
        await desk.until(lambda: all(desk.shows(number, staff_replies=2.0) for number in (1, 2, 3, 4)))
        await desk.settled()
    before = desk.rows()
    shutil.rmtree(desk.folder / "data")
    async with desk.running(replace(RULES, tracking_since=datetime(2026, 3, 1, tzinfo=UTC))):
        later = replied(9 * MINUTE)
        for number, tags, latest in ((1, (), last), (2, (), later), (3, (), later), (4, (RESOLVED,), last)):
            met = seen(*tags, thread=thread(number))
            desk.tracking.record(replace(met, last_message_id=latest.message_id))
        desk.tracking.record(replace(replied(6 * MINUTE, thread=thread(3)), found=True))
        await desk.until(lambda: all(shown(desk, number, *columns) == ["", "", ""] for number in (2, 3)))
        await desk.settled()
        rows = desk.rows()
        assert [rows[str(thread(number))] for number in (1, 4)] == [before[str(thread(number))] for number in (1, 4)]
        assert shown(desk, 1, *columns) == ["asker", "2", "2026-02-04 10:38:00"]

        for number in (1, 2):
            desk.tracking.record(replied(20 * MINUTE, author=AUTHOR, thread=thread(number)))
            desk.tracking.record(replied(21 * MINUTE, thread=thread(number)))
        desk.tracking.record(replied(20 * MINUTE, author=AUTHOR, thread=thread(3)))
        desk.delivery.wake()
        await desk.until(lambda: desk.shows(1, staff_replies=3.0) and desk.shows(3, waiting_on="us"))
        await desk.settled()
        assert shown(desk, 1, *columns) == ["asker", "3", "2026-02-04 10:51:00"]
        assert shown(desk, 2, *columns) == ["asker", "", "2026-02-04 10:51:00"]
        assert shown(desk, 3, *columns) == ["us", "", "2026-02-04 10:50:00"]


async def test_who_wrote_last_is_shown_when_there_is_nothing_else_to_do_and_only_where_it_is_known(
    desk: DeliveryDesk,
) -> None:
    columns = "waiting_on", "staff_replies", "last_activity"
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.tracking.record(replied(2 * MINUTE, author=AUTHOR, thread=thread(1)))
    desk.name_columns(*FIGURES)
    async with desk.running():
        await desk.until(lambda: desk.shows(1, status="waiting"))
        desk.opens(2)
        await desk.until(lambda: desk.shows(2, waiting_on="us", staff_replies=0.0))
        await desk.settled()
        assert shown(desk, 1, *columns) == ["us", "", ""]  # what was written before is not known
        before = writes(desk)
        for minute in (5, 6, 7):
            desk.tracking.record(replied((2 + minute) * MINUTE, thread=thread(2)))
        desk.tracking.record(replied(12 * MINUTE, author=AUTHOR, thread=thread(2)))
        desk.tracking.record(replied(7 * MINUTE, thread=thread(1)))
        await desk.settled()
        desk.delivery.wake()
        await desk.until(lambda: desk.shows(1, waiting_on="asker", status="open"))
        assert shown(desk, 1, *columns) == ["asker", "", "2026-02-04 10:37:00"]
        assert writes(desk) <= before + 2  # the first answers; the rest waits
    desk.quiet = timedelta()
    async with desk.running():
        await desk.until(lambda: desk.shows(2, waiting_on="us", staff_replies=3.0))
        await desk.settled()
        assert shown(desk, 2, "last_activity") == ["2026-02-04 10:42:00"]  # 12 minutes after 10:30
        desk.tracking.record(replied(20 * MINUTE, thread=thread(2)))
        desk.renames(1, "Renamed")
        await desk.settled()
        assert desk.shows(1, title="Renamed")
        assert desk.shows(2, staff_replies=3.0)  # it was in no write that something else needed
        desk.delivery.wake()
        await desk.until(lambda: desk.shows(2, staff_replies=4.0))
        desk.tracking.record(RepliesMissed(thread_id=thread(2)))
        desk.delivery.wake()
        await desk.until(lambda: shown(desk, 2, *columns) == ["", "", ""])


async def test_a_column_of_peoples_own_with_the_name_of_a_figure_is_left_alone_until_they_rename_it(
    desk: DeliveryDesk, caplog: pytest.LogCaptureFixture
) -> None:
    async with desk.running():
        desk.opens(1, 2)
        await desk.settled()
    desk.name_columns("status", "sla")
    desk.office.tab.enter(1, len(NAMES), "with the vendor")
    async with desk.running():
        await desk.until(lambda: desk.shows(1, sla="running"))
        desk.opens(3)
        await desk.settled()
    async with desk.running():  # after another start it is still theirs
        desk.tracking.record(replied(9 * MINUTE, thread=thread(1)))
        await desk.settled()
    assert [desk.rows()[str(thread(number))]["status"] for number in (1, 2, 3)] == ["with the vendor", None, None]
    assert (
        'The column "status" of the sheet holds what people wrote ("with the vendor"): it is left alone.' in caplog.text
    )
    desk.office.tab.enter(0, len(NAMES), "our status")
    desk.office.tab.insert_columns(desk.office.tab.column_count)
    desk.office.tab.enter(0, len(NAMES) + 2, "status")
    async with desk.running():
        await desk.until(lambda: desk.shows(1, status="open"))
        await desk.settled()
        assert desk.shows(1, **{"our status": "with the vendor"})
    assert desk.notices == []
