"""What the doctor cannot check is said so, costs no other check, and never ends in a traceback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.support.setups import SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults, payloads
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.service import Fault

pytest_plugins = ("tests.support.setup_fixtures",)

PASSING = Refusal(403, 40333, "internal network error")
Spoil = Callable[[str, LocalDesk], Fault]


def unknown_form(path: str, _: LocalDesk) -> Fault:
    """An answer without what hikari looks for (KeyError)."""
    return Fault(path=path, method="GET", outcome=lambda: web.json_response({"brave": "new world"}), times=None)


def unknown_kind(path: str, desk: LocalDesk) -> Fault:
    """A channel of a type that hikari does not know (UnrecognisedEntityError)."""
    answer = payloads.channel(desk.forum, desk.world.guild) | {"type": 9999}
    return Fault(path=path, method="GET", outcome=lambda: web.json_response(answer), times=None)


def in_trouble(path: str, _: LocalDesk) -> Fault:
    return faults.server_error(path, method="GET", times=None)


def refuses_for_now(path: str, _: LocalDesk) -> Fault:
    return faults.refused(path, PASSING, method="GET", times=None)


SPOILT = [
    pytest.param(spoil, says, id=spoil.__name__)
    for spoil, says in (
        (unknown_form, "the bot cannot read what Discord answered (KeyError: "),
        (unknown_kind, "the bot cannot read what Discord answered ("),
        (in_trouble, "Discord is in trouble (HTTP 500)"),
        (refuses_for_now, "Discord refused it: internal network error (40333)"),
    )
]


def unchecked(set_up: SetUp) -> tuple[int, dict[str, str], set[str]]:
    """The doctor's exit code, what it says of what it could not check, by id, and the ids of all its findings."""
    code, findings = set_up.doctor()
    ids = {str(each["id"]) for each in findings}
    assert {"sheet.key", "machine.data_dir"} <= ids
    return code, {str(f["id"]): str(f["text"]) for f in findings if str(f["id"]).endswith(".unchecked")}, ids


@pytest.mark.parametrize(("spoil", "says"), SPOILT)
def test_a_forum_that_cannot_be_checked_is_said_to_be_so_and_fails(set_up: SetUp, spoil: Spoil, says: str) -> None:
    desk = set_up.desk
    desk.discord.faults.append(spoil(f"/channels/{desk.forum.id}$", desk))
    code, found, _ = unchecked(set_up)
    assert code == 1
    assert list(found) == ["discord.forum.unchecked"]
    assert found["discord.forum.unchecked"].startswith(
        f"SUPPORT_CHANNEL_ID {desk.forum.id} could not be checked: {says}"
    )


@pytest.mark.parametrize(("spoil", "says"), SPOILT)
def test_an_alert_channel_that_cannot_be_checked_costs_no_other_check(set_up: SetUp, spoil: Spoil, says: str) -> None:
    desk = set_up.desk
    other = desk.world.new_text_channel("more-alerts")
    desk.settings["ALERT_CHANNEL_IDS"] = f"{desk.alerts.id},{other.id}"
    desk.world.grant("VIEW_AUDIT_LOG")
    desk.discord.faults.append(spoil(f"/channels/{desk.alerts.id}$", desk))
    code, found, ids = unchecked(set_up)
    assert code == 0
    assert list(found) == ["discord.alert_channel.unchecked"]
    text = found["discord.alert_channel.unchecked"]
    assert text.startswith(f"Alerts: channel {desk.alerts.id} could not be checked: {says}")
    assert {"discord.alert_channel", "discord.audit_log.tags"} <= ids
    code, lines = set_up.bot()
    assert code == 0
    assert [line for line in lines if text in line and line.startswith("WARNING ")]


PARTS = {
    "discord.invite.unchecked": "/applications/@me$",
    "discord.server.unchecked": r"/members/\d+$",
    "discord.audit_log.unchecked": "/audit-logs$",
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("spoil", [unknown_form, in_trouble, refuses_for_now])
def test_each_part_that_cannot_be_checked_leaves_the_others(set_up: SetUp, part: str, spoil: Spoil) -> None:
    desk = set_up.desk
    desk.world.grant("VIEW_AUDIT_LOG")
    desk.world.rename_tag(desk.forum, "Consulting", "Advice")
    desk.discord.faults.append(spoil(PARTS[part], desk))
    code, found, ids = unchecked(set_up)
    assert (code, list(found)) == (0, [part])
    assert {"discord.token", "discord.forum", "discord.tags.team"} <= ids


def test_where_it_cannot_be_found_out_why_a_forum_is_hidden_that_is_said(set_up: SetUp) -> None:
    desk = set_up.desk
    desk.world.deny(desk.forum, "VIEW_CHANNEL")
    desk.discord.faults.append(unknown_form("/users/@me/guilds$", desk))
    code, findings = set_up.doctor()
    (found,) = [each for each in findings if each["level"] == "failed"]
    assert (code, found["id"]) == (1, "discord.forum")
    assert "exists, but cannot be seen by the bot. (Why is unknown: the bot cannot read" in str(found["text"])


def test_a_bot_starts_as_soon_as_the_answer_about_its_forum_can_be_read(set_up: SetUp) -> None:
    desk = set_up.desk
    fault = unknown_form(f"/channels/{desk.forum.id}$", desk)
    fault.times = 1
    desk.discord.faults.append(fault)
    code, lines = set_up.bot()
    assert code == 0
    assert [line for line in lines if "The forum could not be read: the bot cannot read what Discord answered" in line]


def test_a_test_message_that_meets_an_unreadable_answer_is_a_finding(set_up: SetUp) -> None:
    desk = set_up.desk
    answer = Fault(path="/messages$", method="POST", outcome=lambda: web.json_response({"id": "1"}), times=None)
    desk.discord.faults.append(answer)
    code, findings = set_up.doctor("--send-test")
    (found,) = [each for each in findings if each["id"] == "discord.test_message"]
    assert (code, found["level"]) == (1, "failed")
    assert "the bot cannot read what Discord answered" in str(found["text"])


def test_a_refusal_of_the_log_for_want_of_rights_is_no_riddle(set_up: SetUp) -> None:
    set_up.desk.discord.faults.append(faults.refused("/audit-logs$", errors.MISSING_PERMISSIONS, times=None))
    _, found, ids = unchecked(set_up)
    assert not found
    assert "discord.server.view_audit_log" in ids
