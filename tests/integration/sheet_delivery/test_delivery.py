"""The delivery loop when answers of Google are lost or the store is an older copy, on the local Google Sheets."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.builders import BUG, ENGINEERING, OPENED, RESOLVED, defined, replied, seen
from tests.support.delivery_desk import DeliveryDesk, thread
from tracker.domain.effects import EffectKind
from tracker.domain.events import Tag
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.write.plan import Misplaced, OpenWrite, as_text


async def test_a_row_whose_answer_was_lost_is_announced_and_what_a_person_wrote_into_it_stays(
    desk: DeliveryDesk,
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.opens(1)
        await desk.until(lambda: desk.shows(1))
        tab.enter(1, NAMES.index("title"), "A person's title")
        await desk.settled()

        effects = [head.effect for _, head in desk.store.effects.heads(9)]
        assert (EffectKind.REACT, thread(1)) in [(effect.kind, effect.thread_id) for effect in effects]
        desk.renames(1, "New")
        await desk.settled()

    assert [row["title"] for row in desk.rows().values()] == ["New"]


async def test_a_title_that_went_back_after_an_answer_was_lost_is_written_again(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        desk.renames(1, "Old")
        await desk.settled()
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.renames(1, "New")
        await desk.until(lambda: desk.shows(1, title="New"))
        desk.renames(1, "Old")
        await desk.settled()
        assert desk.shows(1, title="Old")


async def test_a_row_deleted_while_a_title_changed_and_changed_back_comes_back_complete(desk: DeliveryDesk) -> None:
    def delete_and_rename() -> None:
        desk.office.tab.delete_rows(1)
        desk.renames(1, "Old")

    async with desk.running():
        desk.opens(1, 2)
        desk.renames(1, "Old")
        await desk.settled()
        before = desk.rows()
        desk.office.during_the_write(delete_and_rename)
        desk.renames(1, "New")
        await desk.until(lambda: desk.shows(2, title="New"))
        await desk.settled()
        assert desk.rows() == before


async def test_a_title_that_a_person_wrote_over_one_whose_answer_was_lost_stays(desk: DeliveryDesk) -> None:
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.renames(1, "New")
        await desk.until(lambda: desk.shows(1, title="New"))
        desk.office.tab.enter(1, NAMES.index("title"), "A person's title")
        await desk.settled()

    assert desk.shows(1, title="A person's title")


@pytest.mark.parametrize(
    ("tags", "again"),
    [((BUG,), False), ((ENGINEERING,), True), ((BUG, ENGINEERING), True)],
    ids=["", "that came while other rows were looked for", "and another one while it was looked for"],
)
async def test_a_row_taken_away_since_the_last_look_stays_away_when_a_tag_of_its_ticket_has_a_new_name(
    desk: DeliveryDesk, tags: tuple[Tag, ...], *, again: bool
) -> None:
    defect = replace(BUG, name="Defect")
    async with desk.running():
        desk.opens(1, tags=(BUG,))
        desk.opens(2, tags=tags)
        await desk.settled()
        desk.office.tab.delete_rows(2)
        if again:
            builders = replace(ENGINEERING, name="Builders")
            desk.office.before_request(0, lambda: desk.tracking.record(defined(defect, builders)))
        desk.tracking.record(defined(defect, ENGINEERING))
        await desk.until(lambda: desk.shows(1, type="Defect"))
        await desk.settled()

    assert desk.rows().keys() == {str(thread(1))}


async def test_tags_that_went_back_after_an_answer_was_lost_are_written_when_their_column_has_its_name_again(
    desk: DeliveryDesk,
) -> None:
    column = NAMES.index("type")
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.tracking.record(seen(BUG, thread=thread(1)))
        await desk.until(lambda: desk.shows(1, type="Bug"))
        desk.office.tab.enter(0, column, "Kind")
        desk.tracking.record(seen(thread=thread(1)))
        await desk.settled()
        desk.office.tab.enter(0, column, "type")
        await desk.until(lambda: desk.shows(1, type=None))


async def test_a_row_whose_answer_the_run_before_lost_stays_as_people_left_it_and_is_no_memory_of_the_ticket(
    desk: DeliveryDesk,
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.opens(2)
        await desk.until(lambda: desk.shows(2))
        await desk.until(lambda: desk.delivery.activity.trouble)
    for name in ("title", "raised_by"):
        tab.enter(2, NAMES.index(name), "A person's words")

    async with desk.running():
        await desk.settled()
        assert desk.shows(2, title="A person's words", raised_by="A person's words")
        ticket = desk.store.tickets.find(thread(2))
        assert ticket is not None
        assert ticket.author_name == "mia"


async def test_a_row_whose_id_the_run_before_wrote_over_as_columns_moved_keeps_what_a_person_wrote(
    desk: DeliveryDesk,
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        tab.enter(1, NAMES.index("type"), "A person's word")
        desk.office.during_the_write(lambda: tab.move_columns(0, 1, 2))
        desk.office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
        desk.renames(1, "New")
        await desk.until(lambda: desk.delivery.activity.trouble)
    assert tab.cell(1, 1).value == "New"
    async with desk.running():
        await desk.until(lambda: desk.shows(1, title="New"))
        await desk.settled()

    assert desk.shows(1, type="A person's word")


async def test_a_ticket_that_a_store_put_back_from_a_backup_meets_anew_keeps_what_its_row_shows(
    desk: DeliveryDesk,
) -> None:
    noticed, again = OPENED + timedelta(hours=1), OPENED + timedelta(days=2)
    async with desk.running():
        desk.opens(1)
        await desk.settled()
    shutil.copytree(desk.folder / "data", desk.folder / "backup")
    async with desk.running():
        desk.opens(2, 3)
        for tags in ((RESOLVED,), (), (RESOLVED,)):
            desk.tracking.record(seen(*tags, thread=thread(2), title="Cannot log in", at=noticed))
        desk.tracking.record(replied(timedelta(minutes=10), thread=thread(2)))
        await desk.settled()
    before = desk.rows()

    for _ in range(2):
        shutil.rmtree(desk.folder / "data")
        shutil.copytree(desk.folder / "backup", desk.folder / "data")
        # What the last run may not have got to clear lies in the data folder, too, except here.
        (desk.office.key_file.parent / "sheet-write.json").unlink(missing_ok=True)
        async with desk.running():
            desk.tracking.record(seen(RESOLVED, thread=thread(2), at=again))
            desk.tracking.record(seen(thread=thread(3), at=again))
            await desk.settled()
            effects = [head.effect for _, head in desk.store.effects.heads(9)]
            assert (EffectKind.POST_RESOLVED, thread(2)) in [(each.kind, each.thread_id) for each in effects]
        assert desk.rows() == before


@pytest.mark.parametrize("moment", range(4))
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda tab: tab.move_columns(0, 1, 5), id="the ids are moved"),
        pytest.param(lambda tab: tab.insert_columns(0), id="a column is inserted"),
        pytest.param(lambda tab: tab.insert_rows(0, 2), id="rows are inserted above"),
    ],
)
async def test_a_persons_edit_stays_though_things_move_while_the_bot_starts(
    desk: DeliveryDesk, act: Callable[[Tab], object], moment: int
) -> None:
    tab = desk.office.tab
    async with desk.running():
        desk.opens(1, 2)
        await desk.settled()
    tab.enter(1, NAMES.index("team"), "our own word")

    async with desk.running():
        desk.office.before_request(moment, lambda: act(tab))
        await desk.until(lambda: not desk.office.sheets.before)
        desk.opens(3)
        await desk.settled()

    assert desk.shows(1, team="our own word")
    assert len([row for row in tab.records() if row.get(KEY)]) == 3


async def test_in_a_burst_rows_that_change_again_and_again_are_written_together_once_it_pauses(
    desk: DeliveryDesk,
) -> None:
    tickets = range(1, 31)
    async with desk.running():
        desk.opens(*tickets)
        await desk.settled()
        desk.office.asked()

        for title in ("First", "Second", "Third", "Last"):
            for ticket in tickets:
                desk.renames(ticket, title)
            await asyncio.sleep(0.05)
        await desk.settled()

    assert {row["title"] for row in desk.rows().values()} == {"Last"}
    assert desk.office.asked() == ["read", "write"]


async def test_rows_that_are_too_many_for_one_request_are_put_back_a_few_at_a_time(desk: DeliveryDesk) -> None:
    tickets = range(1, 21)
    async with desk.running():
        desk.opens(*tickets)
        await desk.settled()

        def limit() -> None:
            desk.office.sheets.behaviour = replace(desk.office.sheets.behaviour, most_parts=30)

        def insert_and_limit() -> None:
            desk.office.tab.insert_rows(1)
            desk.office.before_request(1, limit)

        desk.office.during_the_write(insert_and_limit)
        with desk.store.transaction():
            for number in tickets:
                desk.renames(number, f"New {number}")
        await desk.settled()

    assert all(desk.shows(number, title=f"New {number}") for number in tickets)
    assert desk.notices == []


async def test_the_row_of_an_open_ticket_that_a_write_covered_unseen_comes_back(desk: DeliveryDesk) -> None:
    hidden = Misplaced(row=2, cells={0: {"stringValue": "1"}}, before=None, identifying=(0,), header={})
    async with desk.running():
        desk.opens(1, 2, 3)
        await desk.settled()
        desk.office.tab.delete_rows(2)  # as one does that is written over
        desk.store.rows.begin_write(as_text(OpenWrite(misplaced=(hidden,))))
        desk.renames(1, "Something else")
        await desk.until(lambda: desk.shows(2))
        await desk.settled()
    assert any("kept" in notice for notice in desk.notices)
    assert len(desk.rows()) == 3
