"""Every set-up that is broken in one thing: the doctor names exactly that, and the bot ends over it or does without.

Broken here: settings and Discord. The sheet and this machine have rows of their own in `test_broken_sheet_setups.py`.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from tests.contract.setups import Broken, SetUp
from tracker.checks import Group
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults, payloads
from tracker.sandbox.discord.entities import Channel, Thread
from tracker.sandbox.discord.permissions import Permission
from tracker.sandbox.service import Fault

pytest_plugins = ("tests.contract.setup_fixtures",)

UNKNOWN_ID = "1417628594471739432"


def setting(name: str, value: str, says: str) -> Broken:
    """A setting that cannot be read: the bot ends before it begins."""
    return Broken(
        name=f"{name} is {value or 'missing'}",
        breaks=lambda desk: desk.settings.update({name: value}),
        id=f"settings.{name.lower()}",
        says=says,
        fix=f"Example: {name}=",
        ends=2,
        line=f"{name} {says}",
    )


SETTINGS = [
    setting("DISCORD_TOKEN", "", "is not set"),
    setting("DISCORD_TOKEN", "not-a-token", "is not a bot token"),
    setting("SUPPORT_CHANNEL_ID", "", "is not set"),
    setting("SUPPORT_CHANNEL_ID", "#support", '"#support" is not a Discord id'),
    setting("ALERT_CHANNEL_IDS", "12", '"12" is not a Discord id'),
    setting("SUPPORT_ROLE_IDS", "Support", '"Support" is not a Discord id'),
    setting("SPREADSHEET_ID", "", "is not set"),
    setting("SPREADSHEET_ID", "my sheet", '"my sheet" is neither'),
    setting("SHEET_NAME", "x" * 101, "needs a name"),
    setting("TIMEZONE", "Mars/Olympus", '"Mars/Olympus" is not a time zone'),
    setting("BUSINESS_HOURS", "18:00-09:00", '"18:00-09:00" ends before it starts'),
    setting("BUSINESS_DAYS", "Mon-Fry", '"Fry" is not a day'),
    setting("SLA_TIMEOUT", "soon", '"soon" is not a time span'),
    setting("RESOLVED_TAGS", ",", "needs at least one name"),
    setting("TEAM_TAGS", ",", "needs at least one name"),
    setting("LOG_LEVEL", "LOUD", "Input should be"),
    setting("DISCORD_API_URL", "discord.com", '"discord.com" is not an address'),
    setting("GOOGLE_SHEETS_URL", "ftp://google", '"ftp://google" is not an address'),
]


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
        fix="Copy Channel ID",
        ends=1,
        line=f"SUPPORT_CHANNEL_ID {UNKNOWN_ID} names no channel",
    ),
    Broken(
        name="the forum is in a server that the bot is not in",
        breaks=forum_elsewhere,
        id="discord.server",
        says="none of its servers (Support guild) has",
        fix="https://discord.com/oauth2/authorize?client_id=",
        ends=1,
        line="none of its servers (Support guild) has",
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
        id="discord.forum",
        says="(alerts) is a text channel, not a forum",
        fix="Copy the id of the forum channel itself",
        ends=1,
        line="(alerts) is a text channel, not a forum",
    ),
    Broken(
        name="the forum is hidden from everyone",
        breaks=denied("VIEW_CHANNEL", forum_of, by="everyone"),
        id="discord.forum.view_channel",
        says="In #support the bot lacks View Channel: the overwrite for @everyone denies it",
        fix="Edit Channel > Permissions: allow View Channel for @everyone",
        ends=1,
        line="the overwrite for @everyone denies it",
    ),
    Broken(
        name="the bot's role sees no channel",
        breaks=only_alerts_are_seen,
        id="discord.forum.view_channel",
        says="In #support the bot lacks View Channel: no role of the bot allows it",
        fix="Server Settings > Roles > tracker > Permissions: switch View Channel on",
        ends=1,
        line="no role of the bot allows it",
    ),
]


def degrades(name: str, breaks: Callable[[LocalDesk], object], id: str, says: str, fix: str) -> Broken:  # noqa: A002
    """Something that the bot does without, as its log tells in the doctor's words."""
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
        "Edit Channel > Tags",
    ),
    degrades(
        "an alert channel does not exist",
        alerts_are(lambda _: int(UNKNOWN_ID)),
        "discord.alert_channel",
        f"Alerts: channel {UNKNOWN_ID} (ALERT_CHANNEL_IDS) does not exist.",
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
        "In #alerts the bot lacks View Channel: the overwrite for the role Support denies it.",
        "Edit Channel > Permissions: allow View Channel for the role Support.",
    ),
    degrades(
        "the bot may not write in an alert channel",
        denied("SEND_MESSAGES", alerts_of, by="everyone"),
        "discord.alert_channel.send_messages",
        "In #alerts the bot lacks Send Messages: the overwrite for @everyone denies it.",
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
        line="Discord could not be reached",
        until="next attempt",
    ),
    Broken(
        name="the proxy in front of Discord is in trouble",
        breaks=answer("error code: 520", status=520),
        id="discord.reachable",
        says="Discord is in trouble (HTTP 520)",
        fix="https://discordstatus.com",
        ends=0,
        line="Discord could not be reached",
        until="next attempt",
    ),
]


@pytest.mark.parametrize(
    "broken", [*SETTINGS, *USELESS, *DEGRADES, *OUT_OF_REACH], ids=lambda broken: broken.name.replace(" ", "-")
)
def test_the_doctor_names_exactly_what_is_broken_and_the_bot_does_as_promised(set_up: SetUp, broken: Broken) -> None:
    told = set_up.expect(broken)
    assert broken.ends or all(line.startswith("WARNING ") for line in told)


@pytest.fixture
def everything_allowed(set_up: SetUp) -> SetUp:
    """A set-up in which there is nothing at all to mention."""
    set_up.desk.world.grant("VIEW_AUDIT_LOG", "MANAGE_THREADS")
    (set_up.desk.folder / "credentials.json").chmod(0o600)
    return set_up


def test_a_set_up_with_nothing_wrong_is_good_and_the_bot_starts_with_the_same_lines(everything_allowed: SetUp) -> None:
    code, findings = everything_allowed.doctor()
    assert (code, [finding for finding in findings if finding["level"] != "good"]) == (0, [])
    assert list(dict.fromkeys(finding["group"] for finding in findings)) == [*Group]
    assert all(finding["fix"] is None for finding in findings)
    code, told = everything_allowed.bot()
    assert code == 0
    of_discord = {f"INFO {finding['text']}" for finding in findings if finding["group"] == Group.DISCORD}
    link = next(line for line in of_discord if "https://discord.com/oauth2" in line)
    assert of_discord - {link} <= set(told)
    assert not [line for line in told if line.startswith(("WARNING", "ERROR"))]


def test_the_invite_link_asks_for_exactly_what_the_bot_cannot_do_without(set_up: SetUp) -> None:
    world = set_up.desk.world
    _, findings = set_up.doctor()
    (text,) = [str(finding["text"]) for finding in findings if finding["id"] == "discord.invite"]
    query = parse_qs(urlsplit(text.split()[-1]).query)
    assert query["client_id"] == [str(world.bot_user.id)]
    assert query["scope"] == ["bot"]
    asked = Permission(int(query["permissions"][0]))
    assert set_up.doctor()[0] == 0
    for permission in Permission:
        world.bot_role.permissions = asked & ~permission
        code, _ = set_up.doctor()
        assert code == (1 if permission in asked else 0), permission


def hint(name: str, breaks: Callable[[LocalDesk], object], id: str, says: str, fix: str) -> Broken:  # noqa: A002
    """Something that is no failure, and that the doctor and the bot's log mention in the same words."""
    return Broken(name=name, breaks=breaks, id=id, says=says, fix=fix, ends=0, line="")


HINTS = [
    hint(
        "no tag names a team",
        lambda desk: desk.world.delete_tag(desk.forum, "Consulting"),
        "discord.tags.team",
        "no tag for the team Consulting (TEAM_TAGS)",
        "take Consulting out of TEAM_TAGS",
    ),
    hint(
        "no role has an id of SUPPORT_ROLE_IDS",
        lambda desk: desk.settings.update({"SUPPORT_ROLE_IDS": f"{desk.support.id},{UNKNOWN_ID}"}),
        "discord.role",
        f"no role {UNKNOWN_ID} (SUPPORT_ROLE_IDS)",
        "Copy Role ID",
    ),
    hint(
        "the bot may not manage threads",
        lambda desk: desk.world.revoke("MANAGE_THREADS"),
        "discord.forum.manage_threads",
        "In #support the bot lacks Manage Threads: no role of the bot allows it.",
        "Server Settings > Roles > tracker > Permissions: switch Manage Threads on.",
    ),
    hint(
        "the bot may not read the audit log",
        lambda desk: desk.world.revoke("VIEW_AUDIT_LOG"),
        "discord.server.view_audit_log",
        "In Support guild the bot lacks View Audit Log: no role of the bot allows it.",
        "Server Settings > Roles > tracker > Permissions: switch View Audit Log on.",
    ),
]


@pytest.mark.parametrize("broken", HINTS, ids=lambda broken: broken.name.replace(" ", "-"))
def test_what_only_helps_is_a_warning_with_its_fix(everything_allowed: SetUp, broken: Broken) -> None:
    broken.breaks(everything_allowed.desk)
    code, findings = everything_allowed.doctor()
    assert code == 0
    (found,) = [finding for finding in findings if finding["level"] != "good"]
    assert (found["level"], found["id"]) == ("warning", broken.id)
    assert broken.says in str(found["text"])
    assert broken.fix in str(found["fix"])
    code, told = everything_allowed.bot()
    assert code == 0
    assert f"WARNING {found['text']} {found['fix']}" in told


def test_what_one_wrong_setting_does_not_concern_is_checked_all_the_same(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    desk.settings |= {"SUPPORT_CHANNEL_ID": "support", "SLA_TIMEOUT": "soon"}
    code, findings = everything_allowed.doctor()
    assert code == 1
    assert [f["id"] for f in findings if f["level"] != "good"] == [
        "settings.support_channel_id",
        "settings.sla_timeout",
    ]
    assert {"discord.token", "sheet.key", "machine.data_dir"} <= {finding["id"] for finding in findings}


def test_a_misspelt_setting_and_a_missing_file_are_hinted_at(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    desk.settings["SLA_TIMEOT"] = "2h"
    code, findings = everything_allowed.doctor()
    assert code == 0
    (hint,) = [finding for finding in findings if finding["level"] == "warning"]
    assert (hint["id"], hint["fix"]) == ("settings.unknown", "Write SLA_TIMEOUT.")
    assert "SLA_TIMEOT in .env is no setting" in str(hint["text"])
    (desk.folder / ".env").write_bytes(b"SUPPORT_NAME=caf\xe9\n")
    code, (only,) = everything_allowed.examined()
    assert (code, only["id"], only["level"]) == (1, "settings.file", "failed")
    assert "UTF-8" in str(only["fix"])
    (desk.folder / ".env").unlink()
    code, findings = everything_allowed.examined()
    assert code == 1
    assert findings[0]["id"] == "settings.file"
    assert "cp .env.example .env" in str(findings[0]["fix"])


def test_the_doctor_changes_nothing_and_with_send_test_leaves_nothing(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    before = desk.tab.values()
    desk.sheets.requests.clear()
    assert everything_allowed.doctor()[0] == 0
    assert {request.method for request in desk.discord.requests} == {"GET"}
    # Beside signing in and reading, Google gets one change that it must refuse: the proof that the bot may edit.
    reads = ("/token", "ByDataFilter")
    others = [each for each in desk.sheets.requests if each.method != "GET" and not each.path.endswith(reads)]
    assert [each.status for each in others] == [400]
    assert not (desk.folder / "data").exists()

    code, findings = everything_allowed.doctor("--send-test")

    assert code == 0
    assert {"discord.test_message", "sheet.test_row"} <= {finding["id"] for finding in findings}
    asked = [(each.method, each.path.split("/")[-1]) for each in desk.discord.requests if each.method != "GET"]
    assert [method for method, _ in asked] == ["POST", "DELETE"]
    assert desk.alerts.messages == []
    assert desk.tab.values() == before


def test_a_test_message_that_discord_does_not_take_is_told(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    desk.discord.faults.append(faults.server_error("/messages$", method="POST", times=None))
    code, findings = everything_allowed.doctor("--send-test")
    assert code == 1
    (found,) = [finding for finding in findings if finding["level"] != "good"]
    assert found["id"] == "discord.test_message"
    assert f"in channel {desk.alerts.id}" in str(found["text"])
    assert "HTTP 500" in str(found["text"])


def test_where_an_alert_channel_is_wrong_no_test_message_is_sent(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    desk.settings["ALERT_CHANNEL_IDS"] = f"{UNKNOWN_ID},{desk.alerts.id}"
    _, findings = everything_allowed.doctor("--send-test")
    assert [finding["id"] for finding in findings if finding["level"] == "failed"] == ["discord.alert_channel"]
    assert {request.method for request in desk.discord.requests} == {"GET"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    async with LocalDesk(folder=tmp_path) as desk:
        await desk.prepare_sheet()
        yield desk


async def test_the_shipped_command_shows_groups_marks_and_fixes(desk: LocalDesk) -> None:
    desk.world.revoke("ADD_REACTIONS")
    code, output = await desk.run("tracker.doctor")
    assert code == 1
    lines = output.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == [*Group]
    assert {line[2] for line in lines if line.startswith("  ") and line[2] != " "} == {"✓", "!", "✗"}
    failed = lines.index("  ✗ In #support the bot lacks Add Reactions: no role of the bot allows it.")
    assert lines[failed + 1] == "    → Server Settings > Roles > tracker > Permissions: switch Add Reactions on."
    assert "\x1b" not in output
    assert desk.settings["DISCORD_TOKEN"] not in output
