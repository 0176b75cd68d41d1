"""The delivery loop when answers of Google are lost, through real gspread on the local Google Sheets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.contract.delivery_desk import DeliveryDesk, open_delivery_desk, thread
from tracker.domain.effects import EffectKind
from tracker.sandbox.sheets import faults
from tracker.sheet.columns import NAMES


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeliveryDesk]:
    async with open_delivery_desk(tmp_path) as opened:
        yield opened


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

        effects = [head.effect for _, head in desk.store.heads_of_lanes(9)]
        assert (EffectKind.REACT, thread(1)) in [(effect.kind, effect.thread_id) for effect in effects]
        desk.renames(1, "New")
        await desk.settled()

    assert [row["title"] for row in desk.rows().values()] == ["New"]


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
