"""What a start waits for, and what the bot can do without meanwhile."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from functools import partial

from aiohttp import web

from tests.support.steps import refused
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors
from tracker.sandbox.discord import faults as discord_faults
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults

REFUSALS_THAT_PASS = [
    ("/users/@me$", 403, 40333, "Discord refused it: internal network error (40333)"),
    ("/users/@me$", 403, None, "something on the way to Discord refused it (HTTP 403)"),
    ("/users/@me$", 451, None, "something on the way to Discord refused it (HTTP 451)"),
    ("/channels/[0-9]+$", 403, 40333, "Discord refused it: internal network error (40333)"),
    ("/channels/[0-9]+$", 403, None, "something on the way to Discord refused it (HTTP 403)"),
]


async def test_refusals_that_pass_are_waited_for_at_a_start_and_the_log_says_which(unchecked_desk: LocalDesk) -> None:
    desk = unchecked_desk  # a page is no answer of Discord's
    for path, status, code, logged in REFUSALS_THAT_PASS:
        desk.log_file.write_text("", encoding="utf-8")
        desk.discord.faults.append(Fault(path=path, method="GET", times=2, outcome=partial(refusal, status, code)))
        await desk.start_bot()
        assert logged in desk.log
        assert "next attempt in" in desk.log
        assert await desk.stop_bot() == 0


def refusal(status: int, code: int | None) -> web.Response:
    if code is None:
        return web.Response(status=status, text="<html>Not now</html>", content_type="text/html")
    return web.json_response({"message": "internal network error", "code": code}, status=status)


async def test_a_page_of_a_proxy_is_not_taken_for_a_wrong_id(unchecked_desk: LocalDesk) -> None:
    desk = unchecked_desk  # no answer of Discord is like that page
    page = web.Response(status=404, text="<html>Not here</html>", content_type="text/html")
    fault = Fault(path=f"/channels/{desk.forum.id}$", method="GET", applied=False, times=1, outcome=lambda: page)
    desk.discord.faults.append(fault)
    await desk.start_bot()
    assert "something on the way to Discord refused it (HTTP 404)" in desk.log
    assert "no channel" not in desk.log


async def test_a_forum_that_discord_once_does_not_know_neither_ends_the_start_nor_changes_a_row(
    desk: LocalDesk,
) -> None:
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Known", tags=["Engineering"])
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert await desk.stop_bot() == 0
    before = desk.rows()
    unknown = discord_faults.refused(f"/channels/{desk.forum.id}$", errors.UNKNOWN_CHANNEL, method="GET", times=1)
    desk.discord.faults.append(unknown)
    await desk.start_bot()
    assert "names no channel" not in desk.log
    assert desk.rows() == before
    desk.world.reply(thread, desk.staff, "Here")
    await desk.until("the answer", lambda: desk.rows()[thread.id]["first_responded_by"] == "sam")


def asked_to_connect(desk: LocalDesk) -> int:
    """How often the bot asked whether it may connect."""
    return sum(request.path.endswith("/gateway/bot") for request in desk.discord.requests)


async def test_a_bot_that_may_not_connect_any_more_today_waits_until_it_may(desk: LocalDesk) -> None:
    desk.discord.gateway.starts_left = 0
    await desk.launch_bot()
    await desk.until("a second attempt", lambda: asked_to_connect(desk) == 2)
    assert re.search("Discord does not let this bot connect before 2.* UTC: it has connected too often", desk.log)
    assert "Traceback" not in desk.log
    thread = desk.world.open_thread(desk.forum, desk.customer, "Meanwhile")
    desk.discord.gateway.starts_left = 1
    await desk.until("✅", lambda: desk.is_ticked(thread))


async def test_the_bot_tracks_while_google_is_out_of_reach_and_writes_when_it_is_back(desk: LocalDesk) -> None:
    down = faults.service_unavailable(times=None)
    desk.sheets.faults.append(down)
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "During the outage", tags=["Engineering"])
    desk.world.reply(thread, desk.staff, "Seen")
    await desk.until("a failed write", lambda: refused(desk))
    assert not desk.is_ticked(thread)
    desk.sheets.faults.remove(down)
    await desk.until("the row", lambda: thread.id in desk.rows())
    await desk.until("✅", lambda: desk.is_ticked(thread))
    row = desk.rows()[thread.id]
    assert (row["raised_by"], row["first_responded_by"], row["team"]) == ("mia", "sam", "Engineering")


async def test_trouble_of_discord_during_a_start_ends_nothing(desk: LocalDesk) -> None:
    of_forum = discord_faults.server_error(f"/channels/{desk.forum.id}$", times=5)
    desk.discord.faults += [
        of_forum,
        discord_faults.server_error(f"/channels/{desk.alerts.id}$", times=None),
        discord_faults.server_error("/guilds/[0-9]+$", times=None),
    ]
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Early")
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert of_forum.times == 0


async def test_a_tab_is_found_whatever_case_its_name_is_written_in(desk: LocalDesk) -> None:
    desk.settings["SHEET_NAME"] = "support TICKETS"
    code, output = await desk.run("tracker.init_sheet")
    assert code == 0, output
    assert "Nothing to do" in output
    await desk.start_bot()
    assert await desk.stop_bot() == 0
    assert 'tab "Support Tickets"' in desk.log


async def test_a_port_that_another_program_has_is_refused_in_one_line(desk: LocalDesk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        desk.settings["HEALTH_PORT"] = str(other.getsockname()[1])
        await desk.launch_bot()
        assert await desk.bot_ended() == 1
    (line,) = desk.log.splitlines()
    assert f"HEALTH_PORT {desk.settings['HEALTH_PORT']} cannot be used" in line
