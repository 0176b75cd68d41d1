"""The tab of figures, from the command that makes it to the bot that fills it, also one that has lost its store."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

from tests.support.steps import opened, start_and_compare
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.cells import Entered
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.dashboard.cells import ANSWERERS, LATEST


def dashboard(desk: LocalDesk) -> Tab:
    return desk.book.tab("Support Dashboard")


def block(desk: LocalDesk, rows: range) -> list[list[Entered]]:
    """The filled rows of a block below its heading."""
    cells = [[dashboard(desk).cell(row, column).value for column in range(3)] for row in rows[1:]]
    return [row for row in cells if row[0] is not None]


async def test_the_dashboard_shows_what_happened_and_a_new_store_shows_the_same(desk: LocalDesk) -> None:
    at = datetime.now(UTC) - timedelta(hours=3)
    answered = desk.world.open_thread(desk.forum, desk.customer, "Answered", at=at)
    desk.world.reply(answered, desk.staff, "Yes", at=at + timedelta(minutes=30))
    desk.world.open_thread(desk.forum, desk.customer, "Waits", at=at)
    code, output = await desk.run("tracker.init_sheet", "--dashboard")
    assert code == 0, output
    assert 'create the tab "Support Dashboard", with charts' in output

    await desk.start_bot()
    await desk.until("the figures", lambda: block(desk, ANSWERERS))

    figures = [["Opened", 2, 0], ["Resolved", 0, 0], ["Median first response", 1 / 48, None]]
    assert block(desk, LATEST)[:3] == figures
    assert block(desk, ANSWERERS) == [[desk.staff.username, 1, 0]]

    dashboard(desk).book.tab("Support Dashboard").rename("Montag")
    await desk.kill_bot()
    shutil.rmtree(desk.folder / "data")
    tab = desk.book.tab("Montag")
    tab.paste(LATEST.start + 1, 1, [["?", "?"]])
    await desk.start_bot()
    await desk.until("the figures", lambda: tab.cell(LATEST.start + 1, 1).value == 2)
    tab.rename("Support Dashboard")
    assert block(desk, LATEST)[:3] == figures

    desk.book.delete_tab(tab)
    assert await desk.stop_bot() == 0
    await start_and_compare(desk)
    await opened(desk, "Rows go on")
    assert await desk.stop_bot() == 0
    assert "Montag" not in [each.title for each in desk.book.tabs]
