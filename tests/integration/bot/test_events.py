"""What the bot makes of the many things that happen in a forum, and of those that mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread


async def in_sheet(desk: LocalDesk, *threads: Thread) -> None:
    await desk.until("rows of all threads", lambda: {thread.id for thread in threads} <= set(desk.rows()))


async def all_heard(desk: LocalDesk) -> None:
    """Wait until a new ticket has reached the sheet: the bot has heard of everything before it, and written it."""
    marker = desk.world.open_thread(desk.forum, desk.customer, "marker")
    await desk.until("the marker's ✅", lambda: desk.is_ticked(marker))


async def test_only_a_persons_own_words_are_an_answer(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Who answers?")
    world.reply(thread, desk.customer, "I forgot to say")
    world.reply(thread, world.new_user("robot", bot=True), "beep")
    world.reply(thread, desk.staff, "through a webhook", webhook=True)
    world.rename(thread, "Who answers me?", by=desk.staff)
    assert thread.starter is not None
    world.pin(thread.starter, by=desk.staff)
    await all_heard(desk)
    assert desk.rows()[thread.id]["first_responded_by"] is None

    # A reply to a message is one, from whomever; what comes later, or is heard of twice, changes nothing.
    first = world.reply(thread, world.new_user("ann", discriminator="1234"), "Here", reply_to=thread.starter)
    desk.discord.gateway.repeat("MESSAGE_CREATE")
    world.reply(thread, desk.staff, "Me too")
    await all_heard(desk)
    row = desk.rows()[thread.id]
    assert row["first_responded_by"] == "ann#1234"
    seconds = (first.timestamp - thread.created_at) // timedelta(seconds=1)
    assert row["time_to_first_response"] == f"{seconds}s"
    assert row["title"] == "Who answers me?"


async def test_answers_sent_before_their_thread_are_kept_for_it(desk: LocalDesk) -> None:
    world, gateway = desk.world, desk.discord.gateway
    await desk.start_bot()
    gateway.pause()
    thread = world.open_thread(desk.forum, desk.customer, "Sent last")
    own = world.reply(thread, desk.customer, "I forgot to say")
    first = world.reply(thread, desk.staff, "Here", at=own.timestamp + timedelta(minutes=5))
    world.reply(thread, world.new_user("ann"), "Me too", at=own.timestamp + timedelta(minutes=6))
    announced = next(event for event in gateway.held if event.name == "THREAD_CREATE")
    gateway.held.remove(announced)
    gateway.held.append(announced)
    gateway.resume()
    await desk.until("✅", lambda: desk.is_ticked(thread))
    await all_heard(desk)
    row = desk.rows()[thread.id]
    assert (row["raised_by"], row["first_responded_by"]) == ("mia", "sam")
    seconds = (first.timestamp - thread.created_at) // timedelta(seconds=1)
    assert row["time_to_first_response"] == f"{seconds // 60}m {seconds % 60}s"


async def test_with_responder_roles_only_their_members_answer(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings |= {"SUPPORT_ROLE_IDS": str(desk.support.id), "SLA_TIMEOUT": "4s"}
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Roles")
    unheard = world.open_thread(desk.forum, desk.customer, "Answered by a bystander")
    bystander = world.new_user("bystander")
    world.reply(thread, bystander, "I had that too")
    world.reply(unheard, bystander, "I had that too")
    world.reply(thread, desk.staff, "On it")
    await desk.until("one alert", lambda: desk.alerts.messages)
    await all_heard(desk)
    assert desk.rows()[thread.id]["first_responded_by"] == "sam"
    assert desk.rows()[unheard.id]["first_responded_by"] is None
    assert [str(unheard.id) in message.content for message in desk.alerts.messages] == [True]


async def test_the_author_is_named_however_the_thread_is_announced(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    ghost = world.new_user("ghost")
    early = world.open_thread(desk.forum, desk.customer, "Starter first", order="starter_first")
    silent = world.open_thread(desk.forum, desk.customer, "Starter never comes", without_starter=True)
    late = world.open_thread(desk.forum, desk.customer, "Starter comes late", without_starter=True)
    orphan = world.open_thread(desk.forum, ghost, "Nobody knows me", without_starter=True)
    del world.users[ghost.id]  # the account was deleted
    await in_sheet(desk, early, silent, late, orphan)
    assert desk.rows()[early.id]["raised_by"] == "mia"
    world.post_starter(late)
    await desk.until("names", lambda: all(desk.rows()[t.id]["raised_by"] for t in (early, silent, late, orphan)))
    rows = desk.rows()
    assert [rows[t.id]["raised_by"] for t in (early, silent, late, orphan)] == ["mia", "mia", "mia", "Unknown"]
    await desk.until("✅ on the late starter", lambda: desk.is_ticked(late))


async def test_changes_of_the_forums_tags_change_texts_only(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    resolved = world.open_thread(desk.forum, desk.customer, "Resolved one", tags=["Engineering"])
    open_ = world.open_thread(desk.forum, desk.customer, "Open one", tags=["billing", "Consulting"])
    world.add_tag(resolved, "resolved")
    await desk.until("the resolved message", lambda: desk.bot_messages(resolved))
    world.rename_tag(desk.forum, "resolved", "done")
    world.rename_tag(desk.forum, "billing", "resolved")
    world.rename_tag(desk.forum, "Consulting", "Engineering & co")
    await all_heard(desk)
    assert desk.rows()[resolved.id]["type"] == "Engineering, done"
    assert desk.rows()[open_.id]["type"] == "resolved, Engineering & co"
    assert desk.rows()[open_.id]["team"] == "Engineering"
    world.delete_tag(desk.forum, "done")
    world.delete_tag(desk.forum, "Engineering")
    world.new_tag(desk.forum, "urgent")
    world.add_tag(open_, "urgent")
    world.retag(resolved, ["urgent"])  # the client sends the tags that there still are
    await all_heard(desk)
    rows = desk.rows()
    assert rows[resolved.id]["type"] == "urgent"
    assert rows[resolved.id]["team"] is None
    assert rows[open_.id]["type"] == "resolved, Engineering & co, urgent"
    assert [rows[t.id]["reopen_count"] for t in (resolved, open_)] == [0, 0]
    assert rows[open_.id]["resolution_date"] is None
    assert [len(desk.bot_messages(t)) for t in (resolved, open_)] == [1, 0]
    assert desk.bot_messages(resolved)[0].edited_at is None


async def test_archiving_locking_and_the_rest_of_the_server_cost_nothing(desk: LocalDesk) -> None:
    world = desk.world
    other_forum = world.new_forum("ideas", tags=["resolved"])
    elsewhere = world.open_thread(other_forum, desk.customer, "An idea")
    chat = world.new_text_channel("chat")
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Quiet", tags=["billing"])
    await all_heard(desk)
    rows = desk.rows()
    requests = len(desk.sheets.requests), len(desk.discord.requests)

    world.slow_mode(thread, 30)
    world.archive(thread)
    world.unarchive(thread)
    world.lock(thread)
    world.unlock(thread)
    world.add_tag(elsewhere, "resolved")
    world.reply(elsewhere, desk.staff, "Nice")
    world.open_thread(other_forum, desk.customer, "Another idea", tags=["resolved"])
    world.reply(world.new_thread_in_text_channel(chat, desk.customer, "aside"), desk.staff, "aside")
    for number in range(50):
        world.reply(chat, desk.staff, f"small talk {number}")
    # A stop delivers all there is to deliver, so nothing can still be on its way.
    assert await desk.stop_bot() == 0
    assert desk.rows() == rows
    assert (len(desk.sheets.requests), len(desk.discord.requests)) == requests


async def test_a_thread_older_than_the_bot_is_adopted_quietly_with_its_true_times(desk: LocalDesk) -> None:
    world = desk.world
    long_ago = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)  # a Wednesday, 10:30 in Kolkata
    weekend = datetime(2026, 2, 7, 5, 0, tzinfo=UTC)
    answered = world.open_thread(desk.forum, desk.customer, "Old and answered", at=long_ago)
    world.reply(answered, desk.customer, "Anybody?", at=long_ago + timedelta(minutes=1))
    world.reply(answered, desk.staff, "Yes", at=long_ago + timedelta(days=2, hours=4, minutes=15))
    unanswered = world.open_thread(desk.forum, desk.customer, "Old and waiting", tags=["Consulting"], at=weekend)
    done = world.open_thread(desk.forum, desk.customer, "Old and resolved", tags=["resolved"], at=weekend)
    asleep = world.open_thread(desk.forum, desk.customer, "Asleep", at=long_ago)
    world.archive(asleep)
    await desk.start_bot()
    world.rename(answered, "Old and renamed")
    world.add_tag(unanswered, "resolved")
    world.remove_tag(done, "resolved")
    world.reply(asleep, desk.staff, "Awake?")  # a message takes a thread out of the archive
    await desk.until(
        "the adopted rows", lambda: {t.id for t in (answered, unanswered, done, asleep)} <= set(desk.rows())
    )
    await desk.until("the resolved message", lambda: desk.bot_messages(unanswered))
    await desk.until("the first answer from history", lambda: desk.rows()[answered.id]["first_responded_by"])
    await desk.until("the answer to the sleeper", lambda: desk.rows()[asleep.id]["first_responded_by"])
    await all_heard(desk)

    rows = desk.rows()
    shown = {row[0]: row[4] for row in desk.tab.shown()}
    assert shown[str(answered.id)] == "2026-02-04 10:30:00"
    assert rows[answered.id]["title"] == "Old and renamed"
    assert rows[answered.id]["first_responded_by"] == "sam"
    assert rows[answered.id]["time_to_first_response"] == "2d 4h 15m"
    assert [rows[t.id]["outside_business_hours"] for t in (answered, unanswered)] == [False, True]
    assert rows[unanswered.id]["team"] == "Consulting"
    assert rows[unanswered.id]["resolution_date"] is not None
    assert rows[done.id]["reopen_count"] == 1
    assert rows[done.id]["resolution_date"] is None
    assert desk.bot_messages(done) == []
    assert desk.alerts.messages == []
