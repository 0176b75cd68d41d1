"""A store that is damaged, newer than the tracker, or in a folder in which nobody may write."""

from __future__ import annotations

from tests.support.steps import store_of
from tests.support.stores import NEWER, leave_store
from tracker.sandbox.desk import LocalDesk


async def test_a_damaged_store_is_set_aside_and_made_good_from_sheet_and_forum(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Known before", tags=["Engineering"])
    world.reply(thread, desk.staff, "On it")
    world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    world.remove_tag(thread, "resolved")
    await desk.until("the count", lambda: desk.rows() and desk.rows()[thread.id]["reopen_count"] == 1)
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert await desk.stop_bot() == 0
    sheet = desk.tab.values()
    store = store_of(desk)
    store.write_bytes(b"\xff" * 20_000)

    await desk.start_bot()
    marker = world.open_thread(desk.forum, desk.customer, "marker")
    await desk.until("✅", lambda: desk.is_ticked(marker))
    assert await desk.stop_bot() == 0
    assert "is damaged" in desk.log
    assert [path.read_bytes() for path in store.parent.glob("*.damaged-*")] == [b"\xff" * 20_000]
    assert desk.tab.values()[: len(sheet)] == sheet
    assert len(desk.tab.values()) == len(sheet) + 1
    assert len(desk.bot_messages(thread)) == 1


async def refused(desk: LocalDesk) -> str:
    """The one line with which the bot ends because something has to be put right."""
    await desk.launch_bot()
    assert await desk.bot_ended() == 1
    (line,) = desk.log.splitlines()
    return line


async def test_a_folder_in_which_nobody_may_write_is_refused(desk: LocalDesk) -> None:
    desk.settings["DATA_DIR"] = "/sys/tracker"
    line = await refused(desk)
    assert "DATA_DIR /sys/tracker cannot be used: " in line
    assert "sudo mkdir -p /sys/tracker && sudo chown -R $(id -un) /sys/tracker" in line or "name a folder on " in line


async def test_a_store_of_a_newer_tracker_is_refused_and_left_as_it_is(desk: LocalDesk) -> None:
    leave_store(store_of(desk).parent, NEWER)
    content = store_of(desk).read_bytes()
    line = await refused(desk)
    assert "newer tracker" in line
    assert "DATA_DIR" in line
    assert store_of(desk).read_bytes() == content
    assert not list(store_of(desk).parent.glob("*.damaged-*"))
