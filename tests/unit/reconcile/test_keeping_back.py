"""What is heard while something older is read is kept back, and what of it is let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.ear import ANSWER, CHANGED, EMPTY, START, Ear
from tracker.domain.events import Event, MessageDeleted, Replied, RepliesMissed, Tag, ThreadSeen


async def test_what_is_heard_is_kept_back_until_everybody_has_let_go(ear: Ear) -> None:
    heard = [RepliesMissed(thread_id=number) for number in range(3)]
    reader = object()
    ear.feed.ask()
    cue = await ear.cue()
    ear.feed.keep_back(reader)
    ear.feed.hear(heard[0])
    ear.feed.release(cue)
    ear.feed.hear(heard[1])
    assert ear.recorded == []
    assert ear.feed.threads_held() == {0, 1}
    ear.feed.forget({0})
    ear.feed.release(reader)
    ear.feed.hear(heard[2])
    assert ear.recorded == heard[1:]


@pytest.mark.parametrize(
    ("heard", "shown", "begins_with"),
    [
        ("", "a", ("a", 9)),
        ("a ab", "ab", ("a", 1)),
        ("a ab", "a", ("a", 1)),
        ("ab a", "a", ("ab", 1)),  # shown before both, or after both
        ("a ab", "c", ("c", 9)),  # all of it happened after the answer
    ],
)
async def test_what_is_heard_while_an_answer_is_read_comes_after_it_and_turns_nothing_back(
    ear: Ear, heard: str, shown: str, begins_with: tuple[str, float]
) -> None:
    def tagged(names: str, minutes: float, *, thread_id: int = 1) -> ThreadSeen:
        tags = tuple(Tag(id=ord(name), name=name) for name in names)
        return replace(CHANGED, thread_id=thread_id, tags=tags, at=START + timedelta(minutes=minutes))

    events: list[Event] = [tagged("x", 0, thread_id=2)]
    events += [tagged(names, number) for number, names in enumerate(heard.split(), start=1)]
    ear.feed.keep_back("a reader")
    for event in events:
        ear.feed.hear(event)
    answer = tagged(shown, 9)
    assert ear.feed.before_what_is_held(answer) == tagged(*begins_with)
    ear.feed.release("a reader")
    assert ear.recorded == events


async def test_a_message_does_not_describe_its_thread(ear: Ear) -> None:
    ear.feed.keep_back("a reader")
    ear.feed.hear(ANSWER)
    assert (ear.feed.threads_held(), ear.feed.threads_described()) == ({1}, set())
    ear.feed.hear(CHANGED)
    assert ear.feed.threads_described() == {1}


async def test_a_deleted_message_is_not_lost_while_the_forum_is_compared_and_does_not_come_after_its_deletion(
    ear: Ear,
) -> None:
    ear.feed.ask()
    cue = await ear.cue()
    answer, other = [Replied(thread_id=1, message_id=number, author_id=7, author_name="sam") for number in (2, 3)]
    deletion = MessageDeleted(thread_id=1, message_id=2, at=START)
    ear.feed.hear(answer)
    ear.feed.hear(other)
    ear.feed.take_back(deletion)
    ear.feed.release(cue)
    assert ear.recorded == [deletion, other]

    ear.recorded.clear()
    ear.feed.ask()
    ear.feed.take_back(deletion)
    ear.feed.described(EMPTY)  # what was kept back is older than this, and let go
    assert ear.recorded == [deletion]
