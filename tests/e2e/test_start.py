"""How the shipped bot starts: what it tells, what it refuses, and what it can do without."""

from __future__ import annotations

import re

import pytest
from aiohttp import web

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors
from tracker.sandbox.discord import faults as discord_faults
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults


@pytest.mark.shipped_command
async def test_all_wrong_settings_are_told_at_once_in_a_line_each(bare_desk: LocalDesk) -> None:
    bare_desk.settings = {
        "DISCORD_TOKEN": "my-secret-token",
        "SUPPORT_CHANNEL_ID": "support",
        "ALERT_CHANNEL_IDS": "12",
        "SLA_TIMEOUT": "soon",
        "TIMEZONE": "Mars/Olympus",
        "BUSINESS_HOURS": "18:00-18:00",
        "BUSINESS_DAYS": "Mon-Fry",
        "LOG_LEVEL": "LOUD",
    }
    code, output = await bare_desk.run("tracker")
    assert code == 2
    lines = output.splitlines()
    named = {line.split()[0] for line in lines}
    assert named == {*bare_desk.settings, "SPREADSHEET_ID"}
    assert len(lines) == len(named)
    assert all("Example: " in line for line in lines)
    assert "my-secret-token" not in output


async def refused(desk: LocalDesk) -> str:
    """The one line with which the bot ends because something has to be mended."""
    code, output = await desk.run("tracker")
    assert code == 1, output
    (line,) = [line for line in output.splitlines() if "ERROR" in line]
    assert "Traceback" not in output
    return line


async def test_a_tab_or_header_that_is_missing_is_refused_naming_init_sheet(bare_desk: LocalDesk) -> None:
    line = await refused(bare_desk)
    assert 'no tab "Support Tickets"' in line
    assert "python -m tracker.init_sheet" in line
    tab = bare_desk.book.add_tab("Support Tickets")
    tab.enter(0, 0, "Our tickets")
    line = await refused(bare_desk)
    assert "no header row" in line
    assert "python -m tracker.init_sheet" in line
    assert tab.values() == [["Our tickets"]]


async def test_a_sheet_that_is_not_shared_is_refused_naming_the_account(desk: LocalDesk) -> None:
    desk.book.unshare(desk.account.email)
    line = await refused(desk)
    assert f"Share it with {desk.account.email} as Editor" in line


@pytest.mark.parametrize("what", ["token", "unknown", "text", "hidden"])
async def test_discord_settings_that_cannot_work_are_refused_naming_them(desk: LocalDesk, what: str) -> None:
    world = desk.world
    if what == "token":
        desk.settings["DISCORD_TOKEN"] = desk.discord.token.split(".")[0] + ".not.it"
        expected = ["DISCORD_TOKEN", "Reset Token"]
    elif what == "unknown":
        desk.settings["SUPPORT_CHANNEL_ID"] = "1417628594471739432"
        expected = ["SUPPORT_CHANNEL_ID 1417628594471739432", "no channel"]
    elif what == "text":
        desk.settings["SUPPORT_CHANNEL_ID"] = str(desk.alerts.id)
        expected = [f"SUPPORT_CHANNEL_ID {desk.alerts.id} (alerts)", "not a forum"]
    else:
        world.deny(desk.forum, "VIEW_CHANNEL")
        expected = ["SUPPORT_CHANNEL_ID", "View Channel"]
    line = await refused(desk)
    assert all(words in line for words in expected), line
    assert desk.settings["DISCORD_TOKEN"] not in line
    # A service manager starts it again and again, and Discord lets it connect 1,000 times a day.
    assert desk.discord.gateway.handshakes == []


@pytest.mark.parametrize(
    ("path", "status", "code", "told"),
    [
        ("/users/@me$", 403, 40333, "Discord refused it: internal network error (40333)"),
        ("/users/@me$", 403, None, "something on the way to Discord refused it (HTTP 403)"),
        ("/users/@me$", 451, None, "something on the way to Discord refused it (HTTP 451)"),
        ("/channels/[0-9]+$", 403, 40333, "Discord refused it: internal network error (40333)"),
        ("/channels/[0-9]+$", 403, None, "something on the way to Discord refused it (HTTP 403)"),
    ],
)
async def test_refusals_that_pass_are_waited_for_at_a_start_and_the_log_says_which(
    unjudged_desk: LocalDesk, path: str, status: int, code: int | None, told: str
) -> None:
    desk = unjudged_desk  # a page is no answer of Discord's

    def answer() -> web.Response:
        if code is None:
            return web.Response(status=status, text="<html>Not now</html>", content_type="text/html")
        return web.json_response({"message": "internal network error", "code": code}, status=status)

    desk.discord.faults.append(Fault(path=path, method="GET", times=2, outcome=answer))
    await desk.start_bot()
    assert told in desk.log
    assert "next attempt in" in desk.log


async def test_a_page_of_a_proxy_is_not_told_as_a_wrong_id(unjudged_desk: LocalDesk) -> None:
    desk = unjudged_desk  # no answer of Discord is like that page
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


async def test_a_bot_that_may_not_connect_any_more_today_waits_until_it_may(desk: LocalDesk) -> None:
    desk.discord.gateway.starts_left = 0
    await desk.launch_bot()
    await desk.until("a second attempt", lambda: desk.log.count("next attempt in") == 2)
    assert re.search("Discord does not let this bot connect before 2.* UTC: it has connected too often", desk.log)
    assert "Traceback" not in desk.log
    thread = desk.world.open_thread(desk.forum, desk.customer, "Meanwhile")
    desk.discord.gateway.starts_left = 1
    await desk.until("✅", lambda: desk.is_ticked(thread))


@pytest.mark.shipped_command
async def test_the_log_of_a_start_can_be_followed_by_a_person(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings["BUSINESS_HOURS"] = "09:00-13:00,14:00-18:00"
    desk.settings["ALERT_CHANNEL_IDS"] = f"{desk.alerts.id},1417628594471739432"
    await desk.start_bot()
    await desk.until("the end of the start", lambda: "Ready:" in desk.log)
    for words in (
        f"Logged in as {world.bot_user.username}",
        f"Server: {world.guild.name}",
        f"Forum: #support ({desk.forum.id})",
        f"#alerts ({desk.alerts.id})",
        "channel 1417628594471739432 (ALERT_CHANNEL_IDS) does not exist",
        "09:00-13:00,14:00-18:00 (Asia/Kolkata)",
        "first answer within 1h 0m",
        'Sheet: "Support desk", tab "Support Tickets"',
        desk.book.url.split("/edit")[0],
        'Ready: threads of the forum become rows of "Support Tickets".',
    ):
        assert words in desk.log, words
    assert await desk.stop_bot() == 0
    desk.settings["ALERT_CHANNEL_IDS"] = ""
    await desk.start_bot()
    await desk.until("the end of the second start", lambda: desk.log.count("SLA:") == 2)
    assert desk.log.count("ALERT_CHANNEL_IDS is empty") == 1


@pytest.mark.shipped_command
async def test_a_second_bot_on_the_same_store_is_refused_with_the_firsts_number(desk: LocalDesk) -> None:
    await desk.start_bot()
    line = await refused(desk)
    assert f"process {desk.bot_pid}" in line


async def test_the_bot_tracks_while_google_is_out_of_reach_and_writes_when_it_is_back(desk: LocalDesk) -> None:
    down = faults.service_unavailable(times=None)
    desk.sheets.faults.append(down)
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "During the outage", tags=["Engineering"])
    desk.world.reply(thread, desk.staff, "Seen")
    await desk.until("a failed write", lambda: "next attempt" in desk.log)
    assert not desk.is_ticked(thread)
    desk.sheets.faults.remove(down)
    await desk.until("the row", lambda: thread.id in desk.rows())
    await desk.until("✅", lambda: desk.is_ticked(thread))
    row = desk.rows()[thread.id]
    assert (row["raised_by"], row["first_responded_by"], row["team"]) == ("mia", "sam", "Engineering")


async def test_trouble_of_discord_during_a_start_ends_nothing(desk: LocalDesk) -> None:
    desk.discord.faults += [
        discord_faults.server_error(f"/channels/{desk.forum.id}$", times=5),
        discord_faults.server_error(f"/channels/{desk.alerts.id}$", times=None),
        discord_faults.server_error("/guilds/[0-9]+$", times=None),
    ]
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Early")
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert "The forum could not be read" in desk.log


async def test_a_tab_is_found_whatever_case_its_name_is_written_in(desk: LocalDesk) -> None:
    desk.settings["SHEET_NAME"] = "support TICKETS"
    code, output = await desk.run("tracker.init_sheet")
    assert code == 0, output
    assert "Nothing to do" in output
    code, output = await bot_for_a_moment(desk)
    assert 'tab "Support Tickets"' in output


async def bot_for_a_moment(desk: LocalDesk) -> tuple[int, str]:
    await desk.start_bot()
    return await desk.stop_bot(), desk.log
