"""Two installations on one sheet, started by mistake: one writes, the other says so and waits."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

from tests.support.quick_desk import QuickDesk
from tests.support.steps import is_stored, opened
from tracker.sandbox.desk import LocalDesk


class SecondInstallation(QuickDesk):
    """Another folder with a store of its own, and the settings of the first one."""

    def __init__(self, first: LocalDesk, folder: Path) -> None:
        super().__init__(folder=folder, discord=first.discord, sheets=first.sheets, settings=dict(first.settings))
        self.account, self.book, self.alerts, self.forum = first.account, first.book, first.alerts, first.forum


def has_more_rows(desk: LocalDesk, than: int) -> bool:
    return len(desk.rows()) > than


def announced(desk: LocalDesk) -> list[str]:
    return [message.content for message in desk.alerts.messages if "Another bot writes" in message.content]


async def test_two_bots_on_one_sheet_write_each_row_once_and_one_says_what_to_do(
    desk: LocalDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    second = SecondInstallation(desk, folder)
    second.account.write_key(folder / "credentials.json")
    await desk.start_bot()
    known = await opened(desk, "One", "Two")
    try:
        await second.launch_bot()
        await second.until("the second bot", lambda: all(is_stored(second, thread) for thread in known))
        titles = ["Three", "Four"]
        for title in titles:
            rows = len(desk.rows())
            desk.world.open_thread(desk.forum, desk.customer, title, tags=["billing"])
            await desk.until("the row", partial(has_more_rows, desk, rows))
            await second.until(
                "whatever the other does with it", lambda: not (desk.unfinished() and second.unfinished())
            )
        await desk.until("the alert", lambda: announced(desk))

        assert "Stop one of the two" in announced(desk)[0]
        assert Counter(str(row["title"]) for row in desk.tab.records()) == Counter(["One", "Two", *titles])
    finally:
        await second.kill_bot()
