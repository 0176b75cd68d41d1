"""How the shipped bot starts: what it says, what it refuses, and what it can do without."""

from __future__ import annotations

import pytest

from tracker.sandbox.desk import LocalDesk


@pytest.mark.shipped_command
async def test_all_wrong_settings_are_named_at_once_in_a_line_each(bare_desk: LocalDesk) -> None:
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
    """The one line with which the bot ends because something has to be put right."""
    code, output = await desk.run("tracker")
    assert code == 1, output
    (line,) = [line for line in output.splitlines() if "ERROR" in line]
    assert "Traceback" not in output
    return line


async def test_what_has_to_be_put_right_first_ends_it_with_one_line_before_it_connects(bare_desk: LocalDesk) -> None:
    desk = bare_desk
    line = await refused(desk)
    assert 'no tab "Support Tickets"' in line
    assert "python -m tracker.init_sheet" in line
    tab = desk.book.add_tab("Support Tickets")
    tab.enter(0, 0, "Our tickets")
    line = await refused(desk)
    assert "no header row" in line
    assert "python -m tracker.init_sheet" in line
    assert tab.values() == [["Our tickets"]]
    desk.book.delete_tab(tab)
    await desk.prepare_sheet()
    desk.world.deny(desk.forum, "VIEW_CHANNEL")
    line = await refused(desk)
    assert "SUPPORT_CHANNEL_ID" in line
    assert "View Channel" in line
    # A service manager starts it again and again, and Discord lets it connect 1,000 times a day.
    assert desk.discord.gateway.handshakes == []


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


async def test_a_second_bot_on_the_same_store_is_refused_with_the_firsts_number(desk: LocalDesk) -> None:
    await desk.start_bot()
    line = await refused(desk)
    assert f"process {desk.bot_pid}" in line
