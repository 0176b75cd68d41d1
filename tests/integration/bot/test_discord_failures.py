"""The bot when Discord's answers fail, come late or never: each message once, and nobody waits for others.

What goes wrong in one thread happens side by side with what goes wrong in the next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from aiohttp import web

from tracker.domain.wording import REOPENED
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.rate_limits import Limit
from tracker.sandbox.service import Fault


async def ticked(desk: LocalDesk, *threads: Thread) -> None:
    await desk.until("✅", lambda: all(desk.is_ticked(thread) for thread in threads))


def reacting(thread: Thread) -> str:
    return f"/{thread.id}/messages/[0-9]+/reactions/"


def posting(thread: Thread) -> str:
    return f"/{thread.id}/messages$"


def editing(thread: Thread) -> str:
    return f"/{thread.id}/messages/[0-9]+$"


def everywhere(fault: Callable[..., Fault], *, applied: bool) -> Callable[[Thread], list[Fault]]:
    """The first of each of the three things that the bot does in a thread fails."""
    return lambda thread: [
        fault(reacting(thread), method="PUT", applied=applied),
        fault(posting(thread), method="POST", applied=applied),
        fault(editing(thread), method="PATCH", applied=applied),
    ]


LOST: dict[str, Callable[[Thread], list[Fault]]] = {
    "500": everywhere(faults.server_error, applied=False),
    "500, applied": everywhere(faults.server_error, applied=True),
    "HTML 502": everywhere(faults.bad_gateway, applied=False),
    "HTML 502, applied": everywhere(faults.bad_gateway, applied=True),
    "reset": everywhere(faults.reset, applied=False),
    "reset, applied": everywhere(faults.reset, applied=True),
    # hikari repeats a request three times by itself; then the bot does.
    "500 again and again": lambda thread: [faults.server_error(posting(thread), method="POST", times=4)],
    "resets again and again, applied": lambda thread: [
        faults.reset(posting(thread), method="POST", applied=True, times=4)
    ],
    "time-out": lambda thread: [faults.hang(posting(thread), method="POST")],
    "time-out, applied": lambda thread: [faults.hang(posting(thread), method="POST", applied=True)],
}


async def test_whatever_becomes_of_discords_answers_each_message_is_there_once(desk: LocalDesk) -> None:
    await desk.start_bot()

    async def meet(trouble: str) -> None:
        thread = desk.world.open_thread(desk.forum, desk.customer, trouble)
        lost = LOST[trouble](thread)
        desk.discord.faults += lost
        await ticked(desk, thread)
        desk.world.add_tag(thread, "resolved")
        await desk.until(
            "the message's id in the sheet", lambda: desk.rows()[thread.id]["warning_message_id"] is not None, 60.0
        )
        desk.world.remove_tag(thread, "resolved")
        await desk.until("the edit", lambda: desk.bot_messages(thread)[0].content == REOPENED)
        (message,) = desk.bot_messages(thread)
        assert desk.rows()[thread.id]["warning_message_id"] == str(message.id)
        assert [fault.times for fault in lost] == [0] * len(lost)

    async with asyncio.TaskGroup() as side_by_side:
        for trouble in LOST:
            side_by_side.create_task(meet(trouble))
    assert await desk.stop_bot() == 0
    assert "given up" not in desk.log
    assert "Trying again until it works" in desk.log
    assert all(len(desk.bot_messages(thread)) == 1 for thread in desk.world.threads.values())
    assert desk.alerts.messages == []


async def test_a_message_whose_answer_was_lost_is_found_again_when_discord_does_not_know_its_nonce_any_more(
    desk: LocalDesk,
) -> None:
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Cut off")
    await ticked(desk, thread)
    desk.discord.faults.append(faults.hang(posting(thread), method="POST", applied=True))
    desk.world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await desk.kill_bot()
    an_hour_later = desk.world.now() + timedelta(hours=1)
    desk.world.now = lambda: an_hour_later
    await desk.start_bot()
    (message,) = desk.bot_messages(thread)
    await desk.until("its id", lambda: desk.rows()[thread.id]["warning_message_id"] == str(message.id))
    assert await desk.stop_bot() == 0
    assert desk.bot_messages(thread) == [message]


async def test_rate_limits_of_a_route_and_of_all_are_kept_and_hold_up_nobody_else(desk: LocalDesk) -> None:
    desk.settings["SLA_TIMEOUT"] = "2s"
    desk.discord.rate_limits.per_route = {
        "POST /api/v10/channels/{channel_id}/messages": Limit(requests=1, seconds=0.7)
    }
    refusals = [
        faults.rate_limited("/reactions/", scope="global", retry_after=0.5),
        faults.rate_limited(f"/{desk.alerts.id}/messages$", scope="shared", retry_after=0.5),
    ]
    desk.discord.faults += refusals
    await desk.start_bot()
    waiting = [desk.world.open_thread(desk.forum, desk.customer, f"Waiting {number}") for number in range(4)]
    await desk.until("the first alert", lambda: desk.alerts.messages)
    begun = time.monotonic()
    quick = desk.world.open_thread(desk.forum, desk.customer, "Quick")
    desk.world.reply(quick, desk.staff, "Done")
    desk.world.add_tag(quick, "resolved")
    await desk.until("the message of another ticket", lambda: desk.is_ticked(quick) and desk.bot_messages(quick))
    assert len(desk.alerts.messages) < len(waiting)
    await desk.until("all alerts", lambda: len(desk.alerts.messages) == len(waiting))
    assert time.monotonic() - begun > 1
    await ticked(desk, *waiting)
    assert await desk.stop_bot() == 0
    assert [fault.times for fault in refusals] == [0, 0]
    texts = [message.content for message in desk.alerts.messages]
    assert [sum(str(thread.id) in text for text in texts) for thread in waiting] == [1] * len(waiting)
    # hikari learns a limit from the first answer: both made-up refusals, and at most one of the route's own.
    statuses = [request.status for request in desk.discord.requests]
    assert statuses.count(HTTPStatus.TOO_MANY_REQUESTS) <= 3
    assert "given up" not in desk.log


async def test_requests_that_hang_or_cannot_be_understood_hold_up_no_other_ticket(unchecked_desk: LocalDesk) -> None:
    desk, world = unchecked_desk, unchecked_desk.world
    await desk.start_bot()
    hanging = [world.open_thread(desk.forum, desk.customer, f"Hangs {n}", tags=["resolved"]) for n in range(12)]
    await ticked(desk, *hanging)
    await desk.until("all messages", lambda: all(desk.bot_messages(thread) for thread in hanging))
    for thread in hanging:
        world.remove_tag(thread, "resolved")
    await desk.until("all edits", lambda: all(desk.bot_messages(thread)[0].content == REOPENED for thread in hanging))
    desk.discord.faults += [faults.hang(posting(thread), method="POST", times=None) for thread in hanging]
    garbled = world.open_thread(desk.forum, desk.customer, "Garbled")
    desk.discord.faults.append(
        Fault(path=posting(garbled), method="POST", outcome=lambda: web.json_response({"id": "1"}), times=None)
    )
    for thread in (*hanging, garbled):
        world.add_tag(thread, "resolved")

    other = world.open_thread(desk.forum, desk.customer, "Other", tags=["resolved"])
    await desk.until("the other ticket", lambda: desk.is_ticked(other) and desk.bot_messages(other), 8.0)
    await desk.until("an attempt", lambda: any(e.attempts and e.thread_id == garbled.id for e in desk.errands()))
    await ticked(desk, garbled)
    assert [len(desk.bot_messages(thread)) for thread in hanging] == [1] * len(hanging)
    # the start names permissions that would help and are not needed
    lines = [line for line in desk.log.splitlines() if "It needs that only for" not in line]
    (line,) = [line for line in lines if " WARNING " in line or " ERROR " in line]
    assert f"Thread {garbled.id}: post_resolved" in line
    assert "a defect of the program or an answer it cannot read" in line
    assert line.endswith("Trying again until it works.")
    # What nobody thought of is shown in full, once.
    assert desk.log.count("Traceback (most recent call last)") == 1
    await desk.kill_bot()
    desk.log_file.write_text("", encoding="utf-8")  # looked at above; elsewhere there must be none
