"""What the doctor finds where nothing is broken, where somebody is half-way through setting up, or a check ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from tests.support.setups import SetUp
from tracker.checks import Finding, Group, Level, whatever_happens
from tracker.sandbox.discord.permissions import Permission
from tracker.settings import Settings

pytest_plugins = ("tests.support.setup_fixtures",)

WAY_IN = {
    *("DISCORD_TOKEN", "SUPPORT_CHANNEL_ID", "DISCORD_API_URL"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "SPREADSHEET_ID", "SHEET_NAME", "GOOGLE_SHEETS_URL"),
}
"""The settings without which nothing is asked of Discord, or of Google."""


def test_a_set_up_with_nothing_wrong_is_good_and_the_bot_starts_with_the_same_lines(everything_allowed: SetUp) -> None:
    code, findings = everything_allowed.doctor()
    assert (code, [finding for finding in findings if finding["level"] != "good"]) == (0, [])
    assert list(dict.fromkeys(finding["group"] for finding in findings)) == [*Group]
    assert all(finding["fix"] is None for finding in findings)
    code, logged = everything_allowed.bot()
    assert code == 0
    # The link is for people who set up, and the audit log is read when something was missed.
    left_out = {"discord.invite", "discord.audit_log.tags", "discord.audit_log.authors"}
    of_discord = [each for each in findings if each["group"] == Group.DISCORD]
    assert left_out <= {each["id"] for each in of_discord}
    assert {f"INFO {each['text']}" for each in of_discord if each["id"] not in left_out} <= set(logged)
    assert not [line for line in logged if line.startswith(("WARNING", "ERROR"))]


def test_the_invite_link_asks_for_exactly_what_the_bot_cannot_do_without(set_up: SetUp) -> None:
    world = set_up.desk.world
    _, findings = set_up.doctor()
    (text,) = [str(finding["text"]) for finding in findings if finding["id"] == "discord.invite"]
    query = parse_qs(urlsplit(text.split()[-1]).query)
    assert query["client_id"] == [str(world.bot_user.id)]
    assert query["scope"] == ["bot"]
    asked = Permission(int(query["permissions"][0]))
    world.bot_role.permissions = asked
    assert set_up.doctor()[0] == 0
    for permission in asked:
        world.bot_role.permissions = asked & ~permission
        assert set_up.doctor()[0] == 1, permission


def test_checks_that_end_over_what_nobody_foresaw_are_one_finding_and_cost_no_other() -> None:
    def check() -> Iterator[Finding]:
        yield good
        raise ValueError("MTQxNzYyODU5NDQ3MTczOTQzMg.Gabcde.s3cr3t-s3cr3t-s3cr3t-s3cr3t")

    good = Finding(id="discord.token", group=Group.DISCORD, level=Level.GOOD, text="Logged in")
    first, second = whatever_happens(Group.DISCORD, check)
    assert first is good
    assert (second.id, second.level) == ("discord.unforeseen", Level.FAILED)
    assert "ValueError" in second.text
    assert "s3cr3t" not in second.text


def test_what_one_wrong_setting_does_not_concern_is_checked_all_the_same(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    desk.settings |= {"SUPPORT_CHANNEL_ID": "support", "SLA_TIMEOUT": "soon"}
    code, findings = everything_allowed.doctor()
    assert code == 1
    assert [(f["id"], f["group"]) for f in findings if f["level"] != "good"] == [
        ("settings.sla_timeout", "Settings"),
        ("settings.support_channel_id", "Discord"),
    ]
    assert {"discord.token", "sheet.key", "machine.data_dir"} <= {finding["id"] for finding in findings}


def test_what_a_person_has_not_come_to_is_not_yet_and_what_comes_next_has_a_fix(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    token, forum, book = (desk.settings[name] for name in ("DISCORD_TOKEN", "SUPPORT_CHANNEL_ID", "SPREADSHEET_ID"))
    key = desk.folder / "credentials.json"
    key.rename(desk.folder / "later.json")
    desk.settings |= {"DISCORD_TOKEN": "", "SUPPORT_CHANNEL_ID": "", "SPREADSHEET_ID": "", "SHEET_NAME": "Another"}
    missing = ["settings.discord_token", "settings.support_channel_id", "sheet.key_file", "settings.spreadsheet_id"]

    def left() -> list[tuple[str | None, str | None]]:
        code, findings = everything_allowed.doctor()
        assert code == 1
        return [(each["id"], each["level"]) for each in findings if each["level"] != "good"]

    for done in (
        lambda: desk.settings.update({"DISCORD_TOKEN": token}),
        lambda: desk.settings.update({"SUPPORT_CHANNEL_ID": forum}),
        lambda: (desk.folder / "later.json").rename(key),
        lambda: desk.settings.update({"SPREADSHEET_ID": book}),
    ):
        assert left() == [(each, "not yet" if number else "failed") for number, each in enumerate(missing)]
        done()
        missing.pop(0)
    assert left() == [("sheet.tab_name", "failed")]
    desk.book.tab("Support Tickets").delete_rows(0)
    assert left() == [("sheet.tab", "failed")]
    desk.settings["SLA_TIMEOUT"] = "soon"
    assert left() == [("settings.sla_timeout", "failed"), ("sheet.tab", "not yet")]


def test_with_a_token_only_the_link_that_adds_the_bot_comes_before_the_id_of_the_forum(
    everything_allowed: SetUp,
) -> None:
    everything_allowed.desk.settings |= {"SUPPORT_CHANNEL_ID": "", "ALERT_CHANNEL_IDS": ""}
    _, findings = everything_allowed.doctor()
    of_discord = [finding["id"] for finding in findings if finding["group"] == "Discord"]
    assert of_discord == ["discord.token", "discord.invite", "settings.support_channel_id"]


def test_a_secret_in_any_setting_is_one_finding_and_leaves_no_check_to_end_over_it(
    everything_allowed: SetUp,
) -> None:
    webhook = "https://discord.com/api/webhooks/1417628594471739432/s3cr3t-s3cr3t"
    everything_allowed.desk.sheets.quota.enabled = False  # it is not meant for as many doctors in a minute
    others = sorted({*map(str.upper, Settings.model_fields)} - WAY_IN)
    # Each that leads to Discord or Google by itself, as the checks behind it wait for it; the others by the handful.
    for names in (*([name] for name in sorted(WAY_IN)), *(others[start::6] for start in range(6))):
        with everything_allowed.passing():
            everything_allowed.desk.settings |= dict.fromkeys(names, webhook)
            code, findings = everything_allowed.doctor()
        assert code == 1
        found = [(finding["id"], finding["level"]) for finding in findings if finding["level"] != "good"]
        assert sorted(found) == sorted((f"settings.{name.lower()}", "failed") for name in names)
        assert "s3cr3t" not in json.dumps(findings)


def test_a_check_that_ends_over_an_answer_nobody_foresaw_costs_no_other(everything_allowed: SetUp) -> None:
    _, before = everything_allowed.doctor()
    everything_allowed.desk.book.time_zone = 5  # type: ignore[assignment] # as Google never answers
    code, findings = everything_allowed.doctor()
    assert code == 1
    (found,) = [finding for finding in findings if finding["level"] != "good"]
    assert found["id"] == "sheet.unforeseen"
    ids = [finding["id"] for finding in before]
    assert [finding["id"] for finding in findings if finding is not found] == [
        each for each in ids if each != "sheet.time_zone"
    ]
