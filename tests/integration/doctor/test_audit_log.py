"""What the doctor says the audit log shows of tags and of what authors change in their threads."""

from __future__ import annotations

from tests.support.setups import SetUp
from tracker.sandbox.discord.entities import AuditAction

pytest_plugins = ("tests.support.setup_fixtures",)

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
