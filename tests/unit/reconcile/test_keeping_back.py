"""What is heard while something older is read is kept back, and what of it is let go."""

from __future__ import annotations

from dataclasses import replace

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
    ("heard", "shown", "left"),
    [
        ("", "a", ""),
        ("a ab", "ab", ""),
        ("a ab", "a", "ab"),
        ("a ab abc", "ab", "abc"),
        ("a ab", "c", "a ab"),  # all of it happened after the answer
        ("a ab a", "a", ""),
    ],
)
async def test_what_led_to_the_tags_that_an_answer_shows_is_not_heard_after_it(
    ear: Ear, heard: str, shown: str, left: str
) -> None:
    def tagged(names: str, thread_id: int = 1) -> ThreadSeen:
        return replace(CHANGED, thread_id=thread_id, tags=tuple(Tag(id=ord(name), name=name) for name in names))

    other = tagged("a", thread_id=2)
    ear.feed.keep_back("a reader")
    events: list[Event] = [*map(tagged, heard.split()), other, ANSWER]
    for event in events:
        ear.feed.hear(event)
    ear.feed.forget_what_led_to(tagged(shown))
    ear.feed.release("a reader")
    assert ear.recorded == [*map(tagged, left.split()), other, ANSWER]


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
