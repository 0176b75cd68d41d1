"""Manners, live: posts by apps, answers that are deleted, posts that are closed, pinned or opened by staff."""

from __future__ import annotations

from tests.support.steps import all_heard, opened
from tracker.domain.wording import RESOLVED
from tracker.sandbox.desk import LocalDesk


async def test_answers_that_are_deleted_in_time_do_not_count_and_what_waits_for_nobody_raises_no_alert(
    desk: LocalDesk,
) -> None:
    world = desk.world
    desk.settings |= {"SUPPORT_ROLE_IDS": str(desk.support.id), "SLA_TIMEOUT": "8s"}
    await desk.start_bot()
    taken_back, replaced, swept = await opened(desk, "Taken back", "Replaced", "Swept")
    pinned = world.open_thread(desk.forum, desk.customer, "Read this first")
    world.pin_thread(pinned)
    by_staff = world.open_thread(desk.forum, desk.staff, "News")
    kim = world.new_user("kim", roles=[desk.support])
    mistakes = [world.reply(thread, desk.staff, "+1") for thread in (taken_back, replaced, swept)]
    world.reply(replaced, kim, "Here is how")
    await desk.until("the answers", lambda: all(desk.rows()[m.channel.id]["first_responded_by"] for m in mistakes))
    for message in mistakes[:2]:
        world.delete_message(message)
    world.delete_messages(mistakes[2:])

    await desk.until("the alerts", lambda: len(desk.alerts.messages) == 2)
    await all_heard(desk)
    texts = " ".join(message.content for message in desk.alerts.messages)
    assert [str(thread.id) in texts for thread in (taken_back, swept)] == [True, True]
    assert [str(thread.id) in texts for thread in (replaced, pinned, by_staff)] == [False, False, False]
    rows = desk.rows()
    assert [rows[m.channel.id]["first_responded_by"] for m in mistakes] == [None, "kim", None]
    assert [rows[m.channel.id]["time_to_first_response"] is None for m in mistakes] == [True, False, True]


async def test_posts_by_webhooks_and_closed_posts_are_treated_as_people_expect(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("MANAGE_THREADS")
    desk.settings |= {"SUPPORT_ROLE_IDS": str(desk.support.id), "NAMES": "display"}
    await desk.start_bot()
    hook = world.new_webhook("Contact form")
    usual = world.open_thread(desk.forum, hook, "By a form")
    apart = world.open_thread(desk.forum, hook, "By a form, with a message apart", without_starter=True)
    world.post_starter(apart, own_id=True)
    ann = world.new_user("ann", roles=[desk.support], global_name="Ann", nick="Ann of Support")
    for thread in (usual, apart):
        world.reply(thread, ann, "How can we help?")
        world.reply(thread, desk.customer, "I cannot log in")
    await desk.until("✅", lambda: all("✅" in thread.messages[0].reactions for thread in (usual, apart)))
    for thread in (usual, apart):
        world.add_tag(thread, "resolved")
        world.archive(thread)
    await desk.until("the messages", lambda: all(desk.bot_messages(thread) for thread in (usual, apart)))
    await desk.until("them closed", lambda: usual.archived and apart.archived)
    await all_heard(desk)
    for thread in (usual, apart):
        (message,) = desk.bot_messages(thread)
        assert message.content.startswith(f"🔴 {desk.customer.mention} {RESOLVED}")
        assert message.pinged == [desk.customer]
        row = desk.rows()[thread.id]
        assert (row["raised_by"], row["first_responded_by"]) == ("Contact form", "Ann of Support")
        assert thread.archived

    assert await desk.stop_bot() == 0
    desk.settings |= {"SUPPORT_ROLE_IDS": "", "NAMES": "username"}
    await desk.start_bot()
    world.rename(usual, "Renamed")
    await all_heard(desk)
    row = desk.rows()[usual.id]
    assert (row["raised_by"], row["first_responded_by"]) == ("Contact form", "Ann of Support")  # names stay
    _, printed = await desk.run("tracker.doctor")
    assert "Some posts are opened by bots or webhooks" in printed
