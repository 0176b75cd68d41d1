"""The bot when Google is in trouble, or does not let it in: nothing is lost, and people hear of it once.

Trouble is mostly waiting: the desks of one test have theirs side by side.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from itertools import pairwise

import pytest

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Channel, Thread
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import MAXIMUM_CELLS

OpenDesk = Callable[[str], Awaitable[LocalDesk]]
Remedy = Callable[[], Awaitable[object]]

WRITES = r":batchUpdate$"
SIGNING_IN = r"^/token$"


async def ticked(desk: LocalDesk, *threads: Thread) -> None:
    await desk.until("✅", lambda: all(desk.is_ticked(thread) for thread in threads))


# -- what passes by itself


def at_every_moment(fault: Callable[..., Fault]) -> list[Fault]:
    """When a read comes, when a write comes, and after a write was applied."""
    return [fault(), fault(path=WRITES), fault(path=WRITES, applied=True)]


PASSING: dict[str, Callable[[], list[Fault]]] = {
    "429": lambda: [faults.too_many_requests(), faults.too_many_requests(path=WRITES)],
    "500": lambda: at_every_moment(faults.internal_error),
    "503": lambda: at_every_moment(faults.service_unavailable),
    "HTML 502": lambda: at_every_moment(faults.bad_gateway),
    "reset": lambda: at_every_moment(faults.reset),
    # The bot waits a minute for an answer. Nobody waits for that here: who is between it and Google gives up sooner.
    "time-out": lambda: at_every_moment(faults.stall),
    "sign-in: reset": lambda: [faults.reset(path=SIGNING_IN)],
    # google-auth asks three times by itself.
    "sign-in: 503": lambda: [faults.service_unavailable(path=SIGNING_IN, times=3)],
}


def pauses(desk: LocalDesk) -> list[float]:
    """How long the bot left the Sheets API alone after each request that failed, in seconds."""
    api = [request for request in desk.sheets.requests if request.path.startswith("/v4/")]
    return [
        after.answered - failed.answered
        for failed, after in pairwise(api)
        if failed.status not in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED)
    ]


async def test_what_passes_by_itself_loses_and_doubles_nothing_and_is_not_announced(open_desk: OpenDesk) -> None:
    after_one_failure: list[float] = []

    async def meet(trouble: str) -> None:
        desk = await open_desk(trouble)
        await desk.start_bot()
        threads = [desk.world.open_thread(desk.forum, desk.customer, "First")]
        await ticked(desk, *threads)
        if trouble.startswith("sign-in"):
            desk.sheets.clock = lambda: time.time() + 3601  # the token is no longer good, and the bot does not know
        met = PASSING[trouble]()
        for number, fault in enumerate(met):
            desk.sheets.faults.append(fault)
            desk.world.rename(threads[0], f"First, {number}")
            threads.append(desk.world.open_thread(desk.forum, desk.customer, f"Other {number}"))
            await ticked(desk, *threads)
        await desk.until("the last title", lambda: desk.rows()[threads[0].id]["title"] == threads[0].name)

        records = desk.tab.records()
        assert [record["thread_id"] for record in records] == [str(thread.id) for thread in threads]
        assert [record["title"] for record in records] == [thread.name for thread in threads]
        assert {record["raised_by"] for record in records} == {"mia"}
        assert [fault.times for fault in met] == [0] * len(met)
        assert desk.log.count("next attempt in") == len(met)
        assert desk.alerts.messages == []
        after_one_failure.extend(pauses(desk))

    async with asyncio.TaskGroup() as side_by_side:
        for trouble in PASSING:
            side_by_side.create_task(meet(trouble))
    # Half a second, and up to another half by chance: tests/unit/test_retry.py.
    assert len(after_one_failure) > 15
    assert min(after_one_failure) > 0.5


# -- what only people can fix


async def revoke_key(desk: LocalDesk) -> Remedy:
    desk.account.revoke()

    async def put_a_new_key_in_its_place() -> None:
        successor = desk.sheets.new_account(desk.account.private_key)
        desk.book.share(successor.email)
        successor.write_key(desk.folder / "credentials.json")

    return put_a_new_key_in_its_place


async def unshare(desk: LocalDesk) -> Remedy:
    desk.book.unshare(desk.account.email)

    async def share() -> None:
        desk.book.share(desk.account.email)

    return share


async def delete_sheet(desk: LocalDesk) -> Remedy:
    desk.sheets.forget(desk.book.id)

    async def restore_it_from_the_bin() -> None:
        desk.sheets.books[desk.book.id] = desk.book

    return restore_it_from_the_bin


async def delete_tab(desk: LocalDesk) -> Remedy:
    desk.book.delete_tab(desk.tab)

    async def do_as_asked() -> None:
        code, output = await desk.run("tracker.init_sheet")
        assert code == 0, output

    return do_as_asked


async def fill_up(desk: LocalDesk) -> Remedy:
    tab = desk.tab
    tab.paste(2, tab.column_count - 1, [["x"]] * (tab.row_count - 2))
    archive = desk.book.add_tab(
        "Archive", rows=MAXIMUM_CELLS - sum(each.row_count * each.column_count for each in desk.book.tabs), columns=1
    )

    async def delete_the_archive() -> None:
        desk.book.delete_tab(archive)

    return delete_the_archive


LASTING: dict[str, tuple[Callable[[LocalDesk], Awaitable[Remedy]], str, str]] = {
    "key revoked": (revoke_key, "Google does not accept the key of", "make a new one in the Google Cloud console"),
    "unshared": (unshare, "is not shared with the bot", "as Editor"),
    "sheet deleted": (delete_sheet, "names no spreadsheet", "Copy the address of the sheet"),
    "tab deleted": (delete_tab, 'has no tab "Support Tickets"', "python -m tracker.init_sheet"),
    "full": (fill_up, "is full (10 million cells)", "Move old rows or tabs"),
}


@pytest.mark.parametrize("away", [False, True], ids=["while it runs", "while it is away"])
async def test_what_only_people_can_fix_is_announced_once_and_once_when_it_is_over_without_a_restart(
    open_desk: OpenDesk,
    away: bool,  # noqa: FBT001 - pytest hands it in
) -> None:
    async def meet(trouble: str) -> None:
        happens, cause, fix = LASTING[trouble]
        desk = await open_desk(trouble)
        mute, pager = desk.world.new_text_channel("mute"), desk.world.new_text_channel("pager")
        desk.world.deny(mute, "SEND_MESSAGES")
        desk.settings["ALERT_CHANNEL_IDS"] = ",".join(str(channel.id) for channel in (mute, pager, desk.alerts))
        desk.sheets.latency = 0.1  # time enough for both threads to be heard of before Google says no
        await desk.start_bot()
        first = desk.world.open_thread(desk.forum, desk.customer, "First")
        await ticked(desk, first)
        await desk.until("its author", lambda: desk.rows()[first.id]["raised_by"])
        if away:
            await desk.kill_bot()
        remedy = await happens(desk)
        if away:
            await desk.start_bot()
        threads = [desk.world.open_thread(desk.forum, desk.customer, title) for title in ("Waits", "Waits, too")]
        unreachable = f"Alerts do not reach the channel <#{mute.id}> any more"

        def said(channel: Channel) -> list[str]:
            return [message.content for message in channel.messages if unreachable not in message.content]

        await desk.until("the notice", lambda: said(desk.alerts))
        desk.sheets.requests.clear()
        await desk.until("another attempt", lambda: desk.sheets.requests)
        await remedy()
        await ticked(desk, *threads)
        await desk.until("the second notice", lambda: len(said(desk.alerts)) == len(said(pager)) == 2)

        notice, over = said(desk.alerts)
        assert said(pager) == [notice, over]
        await desk.until(
            "the notice about the other channel in both",
            lambda: [len(channel.messages) for channel in (mute, pager, desk.alerts)] == [0, 3, 3],
        )
        assert "**The sheet cannot be written.**" in notice
        assert cause in notice
        assert fix in notice
        assert "can be written again" in over
        assert {thread.id for thread in (first, *threads)} == set(desk.rows())
        if not away:
            assert "2 changed tickets wait until then" in notice
            assert desk.log.count("(2 changed tickets wait in the store until then)") == 1

    async with asyncio.TaskGroup() as side_by_side:
        for trouble in LASTING:
            side_by_side.create_task(meet(trouble))
