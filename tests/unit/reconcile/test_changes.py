"""Which entries of the audit log lead to the tags that a thread is shown with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tracker.discord.forum import TagChange
from tracker.reconcile.missed import changes_before

AT = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def log(*tags: tuple[int, ...]) -> list[TagChange]:
    """A log of changes from each of these tags to the next."""
    return [
        TagChange(at=AT + timedelta(minutes=number), before=before, after=after)
        for number, (before, after) in enumerate(pairwise(tags))
    ]


@pytest.mark.parametrize(
    ("tags", "shown", "kept"),
    [
        pytest.param([(), (1,)], (1,), 1, id="the last one led to what is shown"),
        pytest.param([(), (1,)], (), 0, id="it came after what is shown"),
        pytest.param([(), (1,), (1, 2)], (1,), 1, id="only the first led there"),
        pytest.param([(), (1,), ()], (), 2, id="there and back"),
        pytest.param([(), (1,), ()], (1,), 1, id="there, and back afterwards"),
        pytest.param([(), (1,)], (3,), 1, id="something the log does not know"),
        pytest.param([()], (), 0, id="nothing"),
        pytest.param([(), (9,), (9, 2), (), (2,)], (9, 2), 2, id="another state has some of the same tags"),
    ],
)
def test_what_was_changed_after_the_picture_was_taken_is_left_to_live_events(
    tags: list[tuple[int, ...]], shown: tuple[int, ...], kept: int
) -> None:
    changes = log(*tags)

    assert list(changes_before(changes, shown, until=LATER)) == changes[:kept]


@pytest.mark.parametrize(
    ("tags", "shown", "heard", "kept"),
    [
        pytest.param([(), (1,), ()], (), [(1,), ()], 0, id="there and back, both heard"),
        pytest.param([(), (1,), (), (1,), ()], (), [(1,), ()], 2, id="there and back unheard, then again, heard"),
        pytest.param([(), (1,), ()], (), [(1,)], 0, id="the way back is still to be heard"),
        pytest.param([(), (1,), ()], (), [(2,)], 2, id="what is heard came after the log was read"),
        pytest.param([(), (1,), ()], (), [()], 2, id="what is heard has nothing to do with tags"),
        pytest.param([(1,), (), (1,)], (1,), [(1,), (), (1,), (1,)], 0, id="a title changed as well"),
        pytest.param([(), (1,), ()], (), [(1,), (), (2,)], 0, id="more is heard than the log has"),
    ],
)
def test_of_changes_that_lead_back_to_the_tags_shown_those_sent_live_are_left_to_live_events(
    tags: list[tuple[int, ...]], shown: tuple[int, ...], heard: list[tuple[int, ...]], kept: int
) -> None:
    changes = log(*tags)

    assert list(changes_before(changes, shown, heard=heard, until=LATER)) == changes[:kept]


@pytest.mark.parametrize(
    ("tags", "shown", "heard", "minutes", "kept"),
    [
        pytest.param([(1,), (), (1,), ()], (1,), [()], 1, 2, id="and back unheard, then away again, heard"),
        pytest.param([(), (1,), ()], (), [], 0, 0, id="there and back, neither heard yet"),
        pytest.param([(), (1,), (2,)], (3,), [], 0, 1, id="something the log does not know"),
    ],
)
def test_what_was_changed_later_than_the_picture_was_taken_did_not_lead_to_it(
    tags: list[tuple[int, ...]], shown: tuple[int, ...], heard: list[tuple[int, ...]], minutes: int, kept: int
) -> None:
    changes = log(*tags)

    assert list(changes_before(changes, shown, heard=heard, until=AT + timedelta(minutes=minutes))) == changes[:kept]
