"""While the bot cannot see the forum nothing changes in the sheet; when it can again, it finds all that it missed."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from tests.support.steps import (
    a_second_passes,
    all_heard,
    compared,
    opened,
    shown,
    shown_rows,
    start_and_compare,
    store_of,
)
from tracker.domain.snowflakes import created_at
from tracker.sandbox.desk import LocalDesk
from tracker.store import Store


async def test_a_forum_that_is_hidden_and_seen_again_keeps_its_rows_and_loses_nothing(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await start_and_compare(desk)
    known, resolved = await opened(desk, "Known", "Resolved", tag="Engineering")
    before = desk.rows()

    world.deny(desk.forum, "VIEW_CHANNEL")
    desk.discord.gateway.invalidate()  # described anew, and hidden
    await desk.discord.gateway.ready()
    world.reply(known, desk.staff, "Nobody hears this")
    world.add_tag(resolved, "resolved")
    missed = world.open_thread(desk.forum, desk.customer, "Nobody hears of this", tags=["Consulting"])
    await a_second_passes()
    assert desk.rows() == before

    world.allow(desk.forum, "VIEW_CHANNEL")
    await desk.until("the missed thread", lambda: missed.id in desk.rows())
    await desk.until("the missed answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await desk.until("the message", lambda: desk.bot_messages(resolved))
    await all_heard(desk)
    rows = shown_rows(desk)
    assert [rows[thread.id]["team"] for thread in (known, resolved, missed)] == [
        "Engineering",
        "Engineering",
        "Consulting",
    ]
    tagged = next(entry for entry in reversed(world.audit_log) if entry.target == resolved.id)
    assert rows[resolved.id]["resolution_date"] == shown(created_at(tagged.id))
    assert await desk.stop_bot() == 0


async def asked(desk: LocalDesk) -> dict[str, Any]:
    """What a monitor is answered."""
    address = f"http://127.0.0.1:{desk.settings['HEALTH_PORT']}/healthz"
    async with ClientSession() as monitor, monitor.get(address) as answer:
        health: dict[str, Any] = await answer.json()
        assert answer.status == (200 if health["healthy"] else 503)
        return health


async def test_an_outage_of_discords_that_was_announced_before_a_restart_is_unhealthy_until_it_is_over(
    desk: LocalDesk,
) -> None:
    world = desk.world
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        desk.settings["HEALTH_PORT"] = str(free.getsockname()[1])
    await start_and_compare(desk)
    (known,) = await opened(desk, "Known")
    assert (await asked(desk))["problems"] == []
    assert await desk.stop_bot() == 0
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    blindness = {"cause": "unavailable", "since": an_hour_ago, "detail": "", "announced": ["unavailable"]}
    with closing(Store.open(store_of(desk).parent)) as store:
        store.facts.set("blindness", json.dumps(blindness))

    desk.discord.gateway.begin_outage()
    world.reply(known, desk.staff, "Nobody hears this")
    await desk.start_bot()
    (problem,) = (await asked(desk))["problems"]
    assert problem.startswith("The forum has not been seen for 1h 0m. Discord does not show the server to the bot.")
    assert "https://discordstatus.com" in problem
    assert desk.alerts.messages == []

    desk.discord.gateway.end_outage()
    await desk.until("the missed answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await desk.until("the notice", lambda: desk.alerts.messages)
    assert (await asked(desk))["problems"] == []
    assert ["sees the forum again" in message.content for message in desk.alerts.messages] == [True]
    assert await desk.stop_bot() == 0


async def test_a_forum_that_was_hidden_before_a_restart_is_looked_for_until_it_is_seen(desk: LocalDesk) -> None:
    world = desk.world
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        desk.settings["HEALTH_PORT"] = str(free.getsockname()[1])
    await start_and_compare(desk)
    (known,) = await opened(desk, "Known")
    assert await desk.stop_bot() == 0
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    blindness = {"cause": "hidden", "since": an_hour_ago, "detail": "", "announced": []}
    with closing(Store.open(store_of(desk).parent)) as store:
        store.facts.set("blindness", json.dumps(blindness))

    world.deny(desk.forum, "VIEW_CHANNEL")
    world.reply(known, desk.staff, "Nobody hears this")
    await desk.start_bot()
    (problem,) = (await asked(desk))["problems"]
    assert problem.startswith("The forum has not been seen for 1h 0m. The bot may not view the forum.")
    assert f"SUPPORT_CHANNEL_ID {desk.forum.id} exists, but cannot be seen by the bot." in desk.log

    before = datetime.now(UTC)
    world.allow(desk.forum, "VIEW_CHANNEL")
    await desk.until("the missed answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await compared(desk, before)
    assert (await asked(desk))["problems"] == []
    assert desk.alerts.messages == []
    assert await desk.stop_bot() == 0
