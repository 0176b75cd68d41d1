"""What the doctor only warns of: things that help, settings that nobody means, and files that others can read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.setups import UNKNOWN_ID, Broken, SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.permissions import Permission

pytest_plugins = ("tests.support.setup_fixtures",)


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
        "the bot may not read its alerts",
        lambda desk: desk.world.deny(desk.alerts, "READ_MESSAGE_HISTORY"),
        "discord.alert_ends.read_message_history",
        "In #alerts the bot lacks Read Message History: the overwrite for the bot itself denies it. It needs that only "
        "for writing into its alerts",
        "Edit Channel > Permissions: allow Read Message History for the bot itself.",
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
    code, logged = everything_allowed.bot()
    assert code == 0
    assert f"WARNING {found['text']} {found['fix']}" in logged


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
