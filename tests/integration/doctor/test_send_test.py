"""What the doctor tries out with --send-test, which nothing is left of, and what it leaves alone without."""

from __future__ import annotations

import json

from tests.support.setups import UNKNOWN_ID, SetUp
from tracker.sandbox.discord import faults

pytest_plugins = ("tests.support.setup_fixtures",)


def test_a_voice_channel_takes_alerts_from_a_bot_that_may_connect(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    voice = desk.world.new_voice_channel("on-call")
    desk.world.allow(voice, "CONNECT")
    desk.settings["ALERT_CHANNEL_IDS"] = str(voice.id)
    code, findings = everything_allowed.doctor("--send-test")
    assert code == 0
    assert f"Alerts: a message was posted in channel {voice.id} and deleted" in [each["text"] for each in findings]


def test_the_doctor_changes_nothing_and_with_send_test_leaves_nothing(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    before, titles = desk.tab.values(), [tab.title for tab in desk.book.tabs]
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
    assert {"discord.test_message", "sheet.trial.change", "sheet.trial.removed"} <= {each["id"] for each in findings}
    asked = [(each.method, each.path.split("/")[-1]) for each in desk.discord.requests if each.method != "GET"]
    assert [method for method, _ in asked] == ["POST", "DELETE"]
    assert desk.alerts.messages == []
    assert desk.tab.values() == before
    assert [tab.title for tab in desk.book.tabs] == titles


def test_with_send_test_googles_raw_answers_stand_beside_the_findings_and_hold_no_secret(
    everything_allowed: SetUp,
) -> None:
    desk = everything_allowed.desk
    desk.world.guild.name, desk.forum.name, desk.alerts.name = "Mia's guild", "front-desk", "sirens"
    desk.forum.tag("billing").name, desk.world.bot_user.username = "invoices", "fixer"
    printed, google = everything_allowed.sent_on()

    assert {each["path"] for each in google} == {
        *("", ":batchUpdate", ":getByDataFilter", "/values:batchGetByDataFilter")
    }
    key = json.loads((desk.folder / "credentials.json").read_text(encoding="utf-8"))
    assert key["private_key"] not in printed
    assert desk.settings["DISCORD_TOKEN"] not in printed
    for secret in (
        *(key["client_email"], key["project_id"], desk.book.id, desk.book.title, desk.tab.title, "Bearer"),
        *("Mia's guild", "front-desk", "sirens", "invoices", "fixer", "sqlite3"),
        *map(str, (desk.forum.id, desk.alerts.id, desk.world.guild.id, desk.world.bot_user.id, desk.folder)),
    ):
        assert secret not in printed
    findings = json.loads(printed)["findings"]
    assert {each["level"] for each in findings} == {"good"}
    said = {each["id"]: each["text"] for each in findings if each["text"] != "…"}
    assert "hikari" in said["machine.versions"]
    assert said["sheet.trial.change"]


def test_where_the_sheet_cannot_be_used_nothing_is_tried_out(everything_allowed: SetUp) -> None:
    everything_allowed.desk.settings["SHEET_NAME"] = "Elsewhere"
    code, findings = everything_allowed.doctor("--send-test")
    assert code == 1
    assert [finding["id"] for finding in findings if finding["level"] == "failed"] == ["sheet.tab_name"]
    assert not [finding for finding in findings if str(finding["id"]).startswith("sheet.trial")]
    assert everything_allowed.sent_on()[1] == []


def test_a_test_message_that_discord_does_not_take_is_named_with_its_channel(everything_allowed: SetUp) -> None:
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
