"""What those who watch over the delivery to the sheet see of it, through real gspread on the local Google Sheets."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.delivery_desk import DeliveryDesk
from tracker.sandbox.sheets import faults
from tracker.sheet.flush.activity import Quota


async def test_an_attempt_under_way_its_trouble_and_its_success_can_be_seen(desk: DeliveryDesk) -> None:
    async with desk.running():
        activity = desk.delivery.activity
        await desk.until(lambda: activity.attempt_since is None)
        assert activity.last_write is None
        started = datetime.now(UTC)

        stalling = faults.stall(path=":batchUpdate", applied=True)
        desk.office.sheets.faults.append(stalling)
        desk.opens(1)
        await desk.until(lambda: stalling.times == 0)
        assert activity.attempt_since is not None
        assert started <= activity.attempt_since <= datetime.now(UTC)
        await desk.until(lambda: activity.trouble is not None)
        await desk.settled()
        await desk.until(lambda: activity.trouble is None)

        # That the first write had arrived was seen when the rows were read again; the next one is answered.
        desk.renames(1, "Renamed")
        await desk.settled()
        assert activity.last_write is not None
        assert started <= activity.last_write <= datetime.now(UTC)
        written = activity.last_write

        desk.office.sheets.faults.append(faults.too_many_requests(times=1))
        desk.renames(1, "Again")
        await desk.until(lambda: activity.quota is Quota.USED_UP)
        assert activity.last_write == written
        await desk.settled()
        await desk.until(lambda: activity.quota is Quota.FREE)
        assert activity.last_write > written
