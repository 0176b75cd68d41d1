"""Set-ups that are broken in one thing at Discord: the doctor names just that; the bot ends over it or does without."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from tests.support.setups import UNKNOWN_ID, Broken, SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults, payloads
from tracker.sandbox.discord.entities import Channel, Thread
from tracker.sandbox.service import Fault

pytest_plugins = ("tests.support.setup_fixtures",)

LATER = datetime.now(UTC) + timedelta(hours=3)


def other_token(desk: LocalDesk) -> None:
    desk.settings["DISCORD_TOKEN"] = base64.b64encode(b"1417628594471739432").decode() + ".not.ours"


def channel_is(kind: str) -> Callable[[LocalDesk], None]:
    """SUPPORT_CHANNEL_ID names a channel of another kind."""

    def breaks(desk: LocalDesk) -> None:
        world = desk.world
        channels: dict[str, Callable[[], Channel | Thread]] = {
            "text": lambda: desk.alerts,
            "voice": lambda: world.new_voice_channel("talk"),
            "category": lambda: world.new_category("Support"),
            "thread": lambda: world.open_thread(desk.forum, desk.customer, "Help"),
        }
        desk.settings["SUPPORT_CHANNEL_ID"] = str(channels[kind]().id)

    return breaks


def hidden_text_channel(desk: LocalDesk) -> None:
    desk.world.deny(desk.alerts, "VIEW_CHANNEL")
    desk.settings |= {"SUPPORT_CHANNEL_ID": str(desk.alerts.id), "ALERT_CHANNEL_IDS": ""}


def forum_elsewhere(desk: LocalDesk) -> None:
    """The forum is in a server that the bot is not in: Discord refuses to show it."""
    desk.discord.faults.append(faults.refused(f"/channels/{UNKNOWN_ID}$", errors.MISSING_ACCESS, times=None))
    desk.settings["SUPPORT_CHANNEL_ID"] = UNKNOWN_ID


def only_alerts_are_seen(desk: LocalDesk) -> None:
    desk.world.revoke("VIEW_CHANNEL")
    desk.world.allow(desk.alerts, "VIEW_CHANNEL")


def alerts_are(channel_of: Callable[[LocalDesk], int]) -> Callable[[LocalDesk], None]:
    """ALERT_CHANNEL_IDS names this."""
    return lambda desk: desk.settings.update({"ALERT_CHANNEL_IDS": str(channel_of(desk))})


def denied(permission: str, where: Callable[[LocalDesk], Channel], by: str) -> Callable[[LocalDesk], None]:
    """An overwrite of a channel denies the bot a permission."""

    def breaks(desk: LocalDesk) -> None:
        world = desk.world
        if by == "role":
            world.members[world.bot_user.id].roles.append(desk.support)
        role = {"bot": None, "role": desk.support, "everyone": world.everyone}[by]
        world.deny(where(desk), permission, role=role)

    return breaks


def alerts_in_another_server(desk: LocalDesk) -> None:
    elsewhere = payloads.channel(desk.alerts, desk.world.guild) | {"guild_id": UNKNOWN_ID}
    desk.discord.faults.append(
        Fault(path=f"/channels/{desk.alerts.id}$", outcome=lambda: web.json_response(elsewhere), times=None)
    )


def alerts_in_a_locked_place(desk: LocalDesk) -> None:
    """The alert channel is a thread of a channel in whose threads the bot may not write."""
    place = desk.world.new_text_channel("incidents")
    thread = desk.world.new_thread_in_text_channel(place, desk.staff, "Alerts")
    desk.world.deny(place, "SEND_MESSAGES_IN_THREADS")
    desk.settings["ALERT_CHANNEL_IDS"] = str(thread.id)


def answer(body: object, status: int = 200) -> Callable[[LocalDesk], None]:
    """Something that is not Discord answers everything at DISCORD_API_URL."""

    def respond() -> web.Response:
        if isinstance(body, dict):
            return web.json_response(body, status=status)
        return web.Response(text=str(body), content_type="text/html", status=status)

    return lambda desk: desk.discord.faults.append(Fault(path="", outcome=respond, times=None))


def forum_of(desk: LocalDesk) -> Channel:
    return desk.forum


def alerts_of(desk: LocalDesk) -> Channel:
    return desk.alerts


USELESS = [
    Broken(
        name="the token is another bot's or an old one",
        breaks=other_token,
        id="discord.token",
        says="does not accept DISCORD_TOKEN",
        fix="Reset Token",
        ends=1,
        line="does not accept DISCORD_TOKEN",
    ),
    Broken(
        name="something answers with JSON that is not Discord's",
        breaks=answer({"status": "ok"}),
        id="discord.api",
        says="What answers at DISCORD_API_URL is not Discord",
        fix="Take DISCORD_API_URL out of the settings",
        ends=1,
        line="What answers at DISCORD_API_URL is not Discord",
    ),
    Broken(
        name="the address has no API",
        breaks=answer({"message": "404: Not Found", "code": 0}, status=404),
        id="discord.api",
        says="What answers at DISCORD_API_URL is not Discord",
        fix="Take DISCORD_API_URL out of the settings",
        ends=1,
        line="What answers at DISCORD_API_URL is not Discord",
    ),
    Broken(
        name="the bot is in no server",
        breaks=lambda desk: desk.world.kick(desk.world.bot_user),
        id="discord.server",
        says="it is in none",
        fix="https://discord.com/oauth2/authorize?client_id=",
        ends=1,
        line="it is in none",
    ),
    Broken(
        name="no channel has the forum's id",
        breaks=lambda desk: desk.settings.update({"SUPPORT_CHANNEL_ID": UNKNOWN_ID}),
        id="discord.forum",
        says=f"SUPPORT_CHANNEL_ID {UNKNOWN_ID} names no channel",
        fix="Copy Channel ID). If it is in another server than Support guild, add the bot to it: https://discord.com/",
        ends=1,
        line=f"SUPPORT_CHANNEL_ID {UNKNOWN_ID} names no channel",
    ),
    Broken(
        name="the forum is in a server that the bot is not in",
        breaks=forum_elsewhere,
        id="discord.forum.view_channel",
        says=f"SUPPORT_CHANNEL_ID {UNKNOWN_ID} exists, but cannot be seen by the bot",
        fix="in another server than Support guild, add the bot to it: https://discord.com/oauth2/authorize?client_id=",
        ends=1,
        line="exists, but cannot be seen by the bot",
    ),
    Broken(
        name="the forum's id is that of the server",
        breaks=lambda desk: desk.settings.update({"SUPPORT_CHANNEL_ID": str(desk.world.guild.id)}),
        id="discord.forum",
        says="is the id of the server Support guild itself, not of a channel in it.",
        fix="Copy the id of the forum channel",
        ends=1,
        line="is the id of the server Support guild itself",
    ),
    *(
        Broken(
            name=f"the forum's id is that of a {kind}",
            breaks=channel_is(kind),
            id="discord.forum",
            says=f"is a {called}, not a forum",
            fix=fix,
            ends=1,
            line=f"is a {called}, not a forum",
        )
        for kind, called, fix in (
            ("text", "text channel", "Copy the id of the forum channel itself"),
            ("voice", "voice channel", "Copy the id of the forum channel itself"),
            ("category", "category", "Copy the id of the forum channel itself"),
            ("thread", "thread", "if that is the forum, write its id instead"),
        )
    ),
    Broken(
        name="the forum's id is that of a text channel the bot may not see",
        breaks=hidden_text_channel,
        id="discord.forum.view_channel",
        says="exists, but cannot be seen by the bot",
        fix="Edit Channel > Permissions: allow View Channel for the role tracker.",
        ends=1,
        line="exists, but cannot be seen by the bot",
    ),
    Broken(
        name="the forum is hidden from everyone",
        breaks=denied("VIEW_CHANNEL", forum_of, by="everyone"),
        id="discord.forum.view_channel",
        says="exists, but cannot be seen by the bot. It lacks View Channel there.",
        fix="Edit Channel > Permissions: allow View Channel for the role tracker.",
        ends=1,
        line="It lacks View Channel there",
    ),
    Broken(
        name="the bot's role sees no channel",
        breaks=only_alerts_are_seen,
        id="discord.forum.view_channel",
        says="cannot be seen by the bot. In Support guild the bot lacks View Channel: no role of the bot allows it",
        fix="Server Settings > Roles > tracker > Permissions: switch View Channel on",
        ends=1,
        line="no role of the bot allows it",
    ),
]


def degrades(name: str, breaks: Callable[[LocalDesk], object], id: str, says: str, fix: str) -> Broken:  # noqa: A002
    """Something that the bot does without, as its log says in the doctor's words."""
    return Broken(name=name, breaks=breaks, id=id, says=says, fix=fix, ends=0, line=says)


DEGRADES = [
    *(
        degrades(
            f"{called} is denied in the forum for {whom}",
            denied(permission, forum_of, by),
            f"discord.forum.{permission.lower()}",
            f"In #support the bot lacks {called}: the overwrite for {whom} denies it.",
            f"Edit Channel > Permissions: allow {called} for {whom}.",
        )
        for permission, called, by, whom in (
            ("SEND_MESSAGES_IN_THREADS", "Send Messages in Threads", "bot", "the bot itself"),
            ("READ_MESSAGE_HISTORY", "Read Message History", "role", "the role Support"),
            ("ADD_REACTIONS", "Add Reactions", "everyone", "@everyone"),
        )
    ),
    degrades(
        "no role of the bot may add reactions",
        lambda desk: desk.world.revoke("ADD_REACTIONS"),
        "discord.forum.add_reactions",
        "In #support the bot lacks Add Reactions: no role of the bot allows it.",
        "Server Settings > Roles > tracker > Permissions: switch Add Reactions on.",
    ),
    degrades(
        "no tag means resolved",
        lambda desk: desk.world.rename_tag(desk.forum, "resolved", "closed"),
        "discord.tags.resolved",
        "The forum has no tag that means resolved (RESOLVED_TAGS resolved).",
        "Edit Channel > Tags; or put one of its tags (billing, closed) into RESOLVED_TAGS.",
    ),
    degrades(
        "an alert channel does not exist",
        alerts_are(lambda _: int(UNKNOWN_ID)),
        "discord.alert_channel",
        f"Alerts: channel {UNKNOWN_ID} (ALERT_CHANNEL_IDS) does not exist.",
        "Copy Channel ID",
    ),
    degrades(
        "an alert channel's id is that of the server",
        alerts_are(lambda desk: desk.world.guild.id),
        "discord.alert_channel",
        "(ALERT_CHANNEL_IDS) is the server Support guild itself, not a channel in it.",
        "Copy Channel ID",
    ),
    degrades(
        "a channel for escalations does not exist",
        lambda desk: desk.settings.update({"ESCALATION_AFTER": "2h", "ESCALATION_CHANNEL_IDS": UNKNOWN_ID}),
        "discord.alert_channel",
        f"Alerts: channel {UNKNOWN_ID} (ESCALATION_CHANNEL_IDS) does not exist.",
        "Copy Channel ID",
    ),
    degrades(
        "a channel for reports does not exist",
        lambda desk: desk.settings.update({"REPORT": "Mon 09:00", "REPORT_CHANNEL_IDS": UNKNOWN_ID}),
        "discord.alert_channel",
        f"Alerts: channel {UNKNOWN_ID} (REPORT_CHANNEL_IDS) does not exist.",
        "Copy Channel ID",
    ),
    degrades(
        "an alert channel is a category",
        alerts_are(lambda desk: desk.world.new_category("Staff").id),
        "discord.alert_channel",
        "#Staff, is a category and takes no messages",
        "Copy the id of a text channel",
    ),
    degrades(
        "the forum itself is an alert channel",
        alerts_are(lambda desk: desk.forum.id),
        "discord.alert_channel",
        "#support, is a forum channel and takes no messages",
        "Copy the id of a text channel",
    ),
    degrades(
        "an alert channel is hidden from the bot",
        denied("VIEW_CHANNEL", alerts_of, by="role"),
        "discord.alert_channel.view_channel",
        "(ALERT_CHANNEL_IDS) cannot be seen by the bot. It exists, but the bot lacks View Channel there.",
        "Edit Channel > Permissions: allow View Channel for the role tracker.",
    ),
    degrades(
        "an alert channel is a voice channel that the bot may not connect to",
        alerts_are(lambda desk: desk.world.new_voice_channel("on-call").id),
        "discord.alert_channel.connect",
        "(ALERT_CHANNEL_IDS), #on-call, a voice channel: In #on-call the bot lacks Connect: no role of the bot allows",
        "Server Settings > Roles > tracker > Permissions: switch Connect on.",
    ),
    degrades(
        "no role of SUPPORT_ROLE_IDS exists",
        lambda desk: desk.settings.update({"SUPPORT_ROLE_IDS": f"{UNKNOWN_ID},1{UNKNOWN_ID[1:]}"}),
        "discord.role",
        f"The server has no role of SUPPORT_ROLE_IDS ({UNKNOWN_ID}): nobody's answer counts.",
        "right-click it, Copy Role ID",
    ),
    degrades(
        "the bot is timed out",
        lambda desk: desk.world.time_out(desk.world.bot_user, LATER),
        "discord.server.timed_out",
        f"The bot is timed out in Support guild until {LATER:%Y-%m-%d %H:%M} UTC: it may not write or react.",
        "Remove Timeout",
    ),
    degrades(
        "the bot may not write in an alert channel",
        denied("SEND_MESSAGES", alerts_of, by="everyone"),
        "discord.alert_channel.send_messages",
        "(ALERT_CHANNEL_IDS): In #alerts the bot lacks Send Messages: the overwrite for @everyone denies it.",
        "Edit Channel > Permissions: allow Send Messages for @everyone.",
    ),
    degrades(
        "an alert channel is in another server",
        alerts_in_another_server,
        "discord.alert_channel",
        "is not in the server Support guild",
        "Copy the id of a text channel",
    ),
    degrades(
        "the alert channel is a thread where the bot may not write",
        alerts_in_a_locked_place,
        "discord.alert_channel.send_messages_in_threads",
        "In #incidents the bot lacks Send Messages in Threads: the overwrite for the bot itself denies it.",
        "Edit Channel > Permissions: allow Send Messages in Threads for the bot itself.",
    ),
]

OUT_OF_REACH = [
    Broken(
        name="nothing listens at the address",
        breaks=lambda desk: desk.settings.update({"DISCORD_API_URL": "http://127.0.0.1:9"}),
        id="discord.reachable",
        says="Discord could not be reached",
        fix="https://discordstatus.com",
        ends=0,
        line="Discord could not be reached",
        until="next attempt",
    ),
    Broken(
        name="a page answers with a welcome",
        breaks=answer("<h1>Welcome to the café's network</h1>"),
        id="discord.api",
        says="What answers at DISCORD_API_URL is not Discord",
        fix="Take DISCORD_API_URL out of the settings",
        ends=0,
        line="Waiting for Discord: something on the way to Discord answered in its place",
        until="next attempt",
    ),
    Broken(
        name="the proxy in front of Discord is in trouble",
        breaks=answer("error code: 520", status=520),
        id="discord.reachable",
        says="Discord is in trouble (HTTP 520)",
        fix="https://discordstatus.com",
        ends=0,
        line="Waiting for Discord: Discord is in trouble (HTTP 520)",
        until="next attempt",
    ),
]


@pytest.mark.parametrize(
    "broken", [*USELESS, *DEGRADES, *OUT_OF_REACH], ids=lambda broken: broken.name.replace(" ", "-")
)
def test_the_doctor_names_exactly_what_is_broken_and_the_bot_does_as_promised(set_up: SetUp, broken: Broken) -> None:
    set_up.expect(broken)
