"""What the doctor finds where nothing is broken, what it shows, and what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.keys import private_key
from tests.support.pages import TEXTS
from tests.support.paste import PYTHON
from tests.support.prepared import prepare_sheet
from tests.support.quick_desk import QuickDesk
from tests.support.setups import Broken, SetUp
from tracker import doctor
from tracker.checks import Finding, Group, Level, whatever_happens
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import AuditAction
from tracker.sandbox.discord.permissions import Permission
from tracker.settings import Settings

pytest_plugins = ("tests.support.setup_fixtures",)

UNKNOWN_ID = "1417628594471739432"


@pytest.fixture
def everything_allowed(set_up: SetUp) -> SetUp:
    """A set-up in which there is nothing at all to mention."""
    set_up.desk.world.grant("VIEW_AUDIT_LOG", "MANAGE_THREADS")
    (set_up.desk.folder / "credentials.json").chmod(0o600)
    set_up.desk.settings["SUPPORT_NAME"] = "The Desk"
    return set_up


def test_a_set_up_with_nothing_wrong_is_good_and_the_bot_starts_with_the_same_lines(everything_allowed: SetUp) -> None:
    code, findings = everything_allowed.doctor()
    assert (code, [finding for finding in findings if finding["level"] != "good"]) == (0, [])
    assert list(dict.fromkeys(finding["group"] for finding in findings)) == [*Group]
    assert all(finding["fix"] is None for finding in findings)
    code, told = everything_allowed.bot()
    assert code == 0
    # The link is for people who set up, and the audit log is read when something was missed.
    left_out = {"discord.invite", "discord.audit_log.tags", "discord.audit_log.authors"}
    of_discord = [each for each in findings if each["group"] == Group.DISCORD]
    assert left_out <= {each["id"] for each in of_discord}
    assert {f"INFO {each['text']}" for each in of_discord if each["id"] not in left_out} <= set(told)
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


def escalating_to(role_of: Callable[[LocalDesk], int]) -> Callable[[LocalDesk], None]:
    """ESCALATION_ROLE_ID names this."""
    return lambda desk: desk.settings.update({"ESCALATION_AFTER": "2h", "ESCALATION_ROLE_ID": str(role_of(desk))})


def everybody_may_write(desk: LocalDesk) -> None:
    desk.world.everyone.permissions |= Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES_IN_THREADS


def resolved_is_anybodys(desk: LocalDesk) -> None:
    desk.forum.tag("resolved").moderated = False


def two_factor_is_demanded(desk: LocalDesk) -> None:
    desk.world.guild.demands_two_factor, desk.world.bot_has_two_factor = True, False


def no_tag_for_a_team(desk: LocalDesk) -> None:
    for name in ("Consulting", "billing"):
        desk.world.delete_tag(desk.forum, name)


HINTS = [
    hint(
        "no tag names a team",
        no_tag_for_a_team,
        "discord.tags.team",
        "no tag for the team Consulting (TEAM_TAGS)",
        "Edit Channel > Tags; or take Consulting out of TEAM_TAGS.",
    ),
    hint(
        "a team has another name in the forum",
        lambda desk: desk.world.rename_tag(desk.forum, "Consulting", "Advice"),
        "discord.tags.team",
        "no tag for the team Consulting (TEAM_TAGS)",
        "or put one of its tags (Advice, billing) into TEAM_TAGS in its place, or take Consulting out of TEAM_TAGS.",
    ),
    hint(
        "the bot may attach nothing where the report is posted",
        lambda desk: desk.settings.update({"REPORT": "Mon 09:00"}),
        "discord.report_picture.attach_files",
        "lacks Attach Files: no role of the bot allows it. It needs that only for the picture in the weekly report",
        "Server Settings > Roles > tracker > Permissions: switch Attach Files on.",
    ),
    hint(
        "those who answer are everybody",
        lambda desk: desk.settings.update({"SUPPORT_ROLE_IDS": str(desk.world.guild.id)}),
        "discord.role",
        "is @everyone: everybody's message counts as an answer.",
        "Copy Role ID",
    ),
    hint(
        "escalations go to everybody",
        escalating_to(lambda desk: desk.world.guild.id),
        "discord.escalation_role",
        "is @everyone, whom the bot never mentions: escalations mention nobody.",
        "Copy Role ID",
    ),
    hint(
        "a setting is misspelt",
        lambda desk: desk.settings.update({"RESOLVED_TAG": "done"}),
        "settings.unknown",
        "RESOLVED_TAG in .env is no setting, so nothing reads it.",
        "Write RESOLVED_TAGS.",
    ),
    hint(
        "no role has an id of SUPPORT_ROLE_IDS",
        lambda desk: desk.settings.update({"SUPPORT_ROLE_IDS": f"{desk.support.id},{UNKNOWN_ID}"}),
        "discord.role",
        f"no role {UNKNOWN_ID} (SUPPORT_ROLE_IDS)",
        "Copy Role ID",
    ),
    hint(
        "no role has the id of ESCALATION_ROLE_ID",
        escalating_to(lambda _: int(UNKNOWN_ID)),
        "discord.escalation_role",
        f"no role {UNKNOWN_ID} (ESCALATION_ROLE_ID): escalations mention nobody",
        "Copy Role ID",
    ),
    hint(
        "the role for escalations cannot be mentioned",
        escalating_to(lambda desk: desk.support.id),
        "discord.escalation_role",
        "The bot cannot mention the role Support (ESCALATION_ROLE_ID): escalations ping nobody.",
        "Server Settings > Roles > Support: allow anyone to @mention this role.",
    ),
    hint(
        "everybody may answer",
        everybody_may_write,
        "discord.responders",
        "Everybody may write in #support, and SUPPORT_ROLE_IDS is empty",
        "Put the id of the staff's role into SUPPORT_ROLE_IDS",
    ),
    hint(
        "everybody may resolve",
        resolved_is_anybodys,
        "discord.tags.moderated",
        "Everybody may put the tag resolved on a post of theirs",
        "Edit Channel > Tags > resolved: let only moderators apply it",
    ),
    hint(
        "the server demands two factors of moderators and the bot's owner has one",
        two_factor_is_demanded,
        "discord.server.two_factor",
        "Support guild demands two-factor authentication for moderation",
        "Enable Authenticator App",
    ),
    hint(
        "the bot may not manage threads",
        lambda desk: desk.world.revoke("MANAGE_THREADS"),
        "discord.forum.manage_threads",
        "In #support the bot lacks Manage Threads: no role of the bot allows it. It needs that only for messages in "
        "archived or locked threads, and to close these again.",
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


def test_a_desk_that_signs_as_somebody_else_is_hinted_at(everything_allowed: SetUp) -> None:
    del everything_allowed.desk.settings["SUPPORT_NAME"]
    code, findings = everything_allowed.doctor()
    assert code == 0
    (found,) = [finding for finding in findings if finding["level"] != "good"]
    assert (found["level"], found["id"]) == ("warning", "settings.somebody_elses")
    named = 'SUPPORT_NAME "Dalgo Support", TIMEZONE "Asia/Kolkata", BUSINESS_HOURS "09:00-18:00": so it is by default'
    assert str(found["text"]).startswith(named)
    everything_allowed.desk.settings["BUSINESS_HOURS"] = "10:00-18:00"
    everything_allowed.desk.settings["TIMEZONE"] = "Asia/Calcutta"
    (found,) = [finding for finding in everything_allowed.doctor()[1] if finding["level"] != "good"]
    assert str(found["text"]).startswith('SUPPORT_NAME "Dalgo Support": so it is by default')


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


NO_TAGS = (
    "The audit log has no change of tags among its last 0 changes of threads: whether it shows them cannot be known yet"
)
NO_AUTHORS = (
    "The audit log has no change that an author made in a thread of theirs: whether it shows these cannot be known yet"
)


def audit_log_says(set_up: SetUp) -> dict[str, tuple[str | None, str | None]]:
    code, findings = set_up.doctor()
    assert code == 0
    return {str(f["id"]).split(".")[-1]: (f["level"], f["text"]) for f in findings if "audit_log." in str(f["id"])}


def test_what_the_audit_log_shows_of_tags_and_authors_is_said_from_its_entries(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    world = desk.world
    thread = world.open_thread(desk.forum, desk.customer, "Cannot log in")
    unknown = {"tags": ("good", NO_TAGS), "authors": ("good", NO_AUTHORS)}
    assert audit_log_says(everything_allowed) == unknown
    world.logs_own_threads, world.logs_tags = False, False
    world.add_tag(thread, "billing", by=desk.customer)
    world.add_tag(thread, "resolved", by=desk.staff)
    assert audit_log_says(everything_allowed) == unknown
    world.logs_own_threads, world.logs_tags = True, True
    world.remove_tag(thread, "resolved", by=desk.staff)
    world.rename(thread, "Can log in", by=desk.staff)
    assert audit_log_says(everything_allowed) == unknown | {
        "tags": ("good", "The audit log has changes of tags as applied_tags (1 of its last 2 changes of threads)")
    }
    world.rename(thread, "Cannot log in", by=desk.customer)
    assert audit_log_says(everything_allowed)["authors"] == (
        "good",
        f"The audit log also has what authors change in their own threads (thread {thread.id})",
    )


def test_tags_under_another_name_in_the_audit_log_are_a_warning(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    thread = desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")
    desk.world.audit(AuditAction.THREAD_UPDATE, desk.staff, thread.id, [("thread_tags", ["1"], ["1", "2"])])
    level, text = audit_log_says(everything_allowed)["tags"]
    assert level == "warning"
    assert "The audit log has changes of tags as thread_tags, which the bot does not read" in str(text)


def test_a_voice_channel_takes_alerts_from_a_bot_that_may_connect(everything_allowed: SetUp) -> None:
    desk = everything_allowed.desk
    voice = desk.world.new_voice_channel("on-call")
    desk.world.allow(voice, "CONNECT")
    desk.settings["ALERT_CHANNEL_IDS"] = str(voice.id)
    code, findings = everything_allowed.doctor("--send-test")
    assert code == 0
    assert f"Alerts: a message was posted in channel {voice.id} and deleted" in [each["text"] for each in findings]


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
    for name in map(str.upper, Settings.model_fields):
        with everything_allowed.passing():
            everything_allowed.desk.settings[name] = webhook
            code, findings = everything_allowed.doctor()
        assert code == 1
        found = [finding for finding in findings if finding["level"] != "good"]
        assert [(each["id"], each["level"]) for each in found] == [(f"settings.{name.lower()}", "failed")]
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
    assert str(findings[0]["fix"]).endswith("into it: touch .env && chmod 600 .env")
    (desk.folder / ".env.example").touch()
    _, findings = everything_allowed.examined()
    assert str(findings[0]["fix"]).endswith("and fill it in: cp .env.example .env")


def test_settings_that_everybody_on_the_machine_can_read_are_a_warning(everything_allowed: SetUp) -> None:
    everything_allowed.desk.write_settings()
    file = everything_allowed.desk.folder / ".env"
    file.chmod(0o640)  # as the service's user reads it
    assert [each for each in everything_allowed.examined()[1] if each["level"] != "good"] == []
    file.chmod(0o644)
    code, findings = everything_allowed.examined()
    (found,) = [finding for finding in findings if finding["level"] != "good"]
    assert (code, found["id"], found["level"]) == (0, "settings.secret", "warning")
    assert str(found["text"]).startswith(f"Everybody on this machine can read {file}")
    assert str(found["fix"]).endswith(f": chmod 600 {file}")


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
    async with QuickDesk(folder=tmp_path, private_key=private_key()) as desk:
        await prepare_sheet(desk)
        yield desk


async def test_the_shipped_command_shows_groups_marks_and_fixes(desk: LocalDesk) -> None:
    desk.world.revoke("ADD_REACTIONS")
    code, output = await desk.run("tracker.doctor")
    assert code == 1
    lines = output.splitlines()
    *groups, more, last = [line for line in lines if line and not line.startswith(" ")]
    assert groups == [*Group]
    assert TEXTS[Path(more.removeprefix("More of what can be wrong: "))].startswith("# When something is wrong")
    assert last == f"1 thing is left to put right. Then again: {PYTHON} -m tracker.doctor"
    assert {line[2] for line in lines if line.startswith("  ") and line[2] != " "} == {"✓", "!", "✗"}
    failed = lines.index("  ✗ In #support the bot lacks Add Reactions: no role of the bot allows it.")
    assert lines[failed + 1] == "    → Server Settings > Roles > tracker > Permissions: switch Add Reactions on."
    assert "\x1b" not in output
    assert desk.settings["DISCORD_TOKEN"] not in output


async def test_with_send_test_the_shipped_command_says_what_it_proved(desk: LocalDesk) -> None:
    _, output = await desk.run("tracker.doctor", "--send-test")
    proved = (
        "--send-test proved: a message arrives in each alert channel; a row is added; a row is changed; a write whose "
        "answer was lost is found again; a write that comes too late is shut out; cells of a row that people moved "
        "meanwhile are put back."
    )
    assert output.splitlines()[-2] == proved
    desk.settings |= {"ALERT_CHANNEL_IDS": "", "SHEET_NAME": "Another"}
    _, output = await desk.run("tracker.doctor", "--send-test")
    assert output.splitlines()[-2].startswith("Not proved: a message arrives in each alert channel; a row is added; ")


async def test_the_last_line_counts_what_comes_later(desk: LocalDesk) -> None:
    desk.settings |= {"SUPPORT_CHANNEL_ID": "", "SHEET_NAME": "Another"}
    _, output = await desk.run("tracker.doctor")
    lines = output.splitlines()
    assert "  ✗ SUPPORT_CHANNEL_ID is not set." in lines
    assert any(line.startswith("  … not yet: ") and 'no tab "Another"' in line for line in lines)
    again = f"Then again: {PYTHON} -m tracker.doctor"
    assert lines[-1] == f"1 thing is left to put right, and 1 more comes later. {again}"


async def test_the_last_line_names_the_next_command(desk: LocalDesk) -> None:
    _, output = await desk.run("tracker.doctor")
    assert output.splitlines()[-1] == f"Nothing is left to put right. Next: {PYTHON} -m tracker"
    desk.tab.delete_rows(0)
    desk.settings["SHEET_NAME"] = "Another"
    _, output = await desk.run("tracker.doctor")
    assert output.splitlines()[-1] == f"Only the tab is missing. Next: {PYTHON} -m tracker.init_sheet"


def name_cut_off(desk: LocalDesk) -> None:
    desk.tab.delete_rows(0)
    desk.settings["SHEET_NAME"] = "Desk #2"


def chart_in_its_place(desk: LocalDesk) -> None:
    desk.book.add_chart_sheet("Charts")
    desk.settings["SHEET_NAME"] = "Charts"


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="Suport Tickets"),
            '(it has "Sheet1", "Support Tickets"; perhaps "Support Tickets" is meant).',
            id="a misspelt tab",
        ),
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="Desk"),
            'perhaps "Support Tickets", which has a column thread_id, is meant).',
            id="tickets in another tab",
        ),
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC"),
            "has no tab (hidden: it looks like a password) (it has",
            id="a password in its place",
        ),
        pytest.param(name_cut_off, "SHEET_NAME in .env ends before its #", id="cut off"),
        pytest.param(
            lambda desk: desk.tab.paste(0, 0, [["Thread ID"]]), 'its cell A1 says "Thread ID"', id="misspelt ids"
        ),
        pytest.param(lambda desk: desk.tab.paste(0, 0, [["id"]]), "its row 1 names ", id="another name for the ids"),
        pytest.param(lambda desk: desk.tab.paste(0, 0, [[""]]), "its row 1 names ", id="no name for the ids"),
        pytest.param(chart_in_its_place, "is a chart, which has no cells", id="a chart"),
    ],
)
def test_where_init_sheet_would_make_a_second_tab_or_refuse_the_last_line_does_not_name_it(
    everything_allowed: SetUp, breaks: Callable[[LocalDesk], object], says: str
) -> None:
    breaks(everything_allowed.desk)
    everything_allowed.desk.write_settings()
    assert doctor.main([]) == 1
    shown = everything_allowed.capsys.readouterr().out
    assert says in shown
    assert "Only the tab is missing" not in shown
    assert shown.splitlines()[-1].startswith("1 thing is left to put right. Then again: ")
