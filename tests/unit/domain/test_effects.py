"""What keeps effects in order and apart: lanes and nonces."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.effects import Effect, EffectKind

POST, EDIT, ALERT, REACT = EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.ALERT, EffectKind.REACT

snowflakes = st.integers(min_value=0, max_value=2**64 - 1)
effects = st.builds(
    Effect,
    kind=st.sampled_from(EffectKind),
    thread_id=snowflakes,
    channel_id=st.none() | snowflakes,
    number=st.integers(min_value=0, max_value=10**12),
)


@given(effects)
def test_a_nonce_is_one_discord_takes(effect: Effect) -> None:
    assert 1 <= len(effect.nonce) <= 25
    assert effect.nonce.isascii()
    assert effect.nonce.isprintable()


def test_a_nonce_is_the_same_in_every_process_and_release() -> None:
    effect = Effect(kind=POST, thread_id=1468471128883200000, number=1)

    assert effect.nonce == "mINo09Y8dD8CwAt05c4R"


def test_effects_that_are_different_messages_have_different_nonces() -> None:
    # Discord compares the nonces of one author over all channels.
    messages = [
        Effect(kind=POST, thread_id=1, number=0),
        Effect(kind=POST, thread_id=1, number=1),
        Effect(kind=POST, thread_id=2, number=0),
        Effect(kind=ALERT, thread_id=1, channel_id=701),
        Effect(kind=ALERT, thread_id=1, channel_id=702),
        Effect(kind=ALERT, thread_id=2, channel_id=701),
        Effect(kind=ALERT, thread_id=17, channel_id=1),
        Effect(kind=ALERT, thread_id=1, channel_id=71),
    ]

    assert all(one.nonce != other.nonce for one, other in combinations(messages, 2))


def test_a_threads_resolved_and_reopened_messages_wait_for_each_other() -> None:
    lanes = {
        Effect(kind=kind, thread_id=1, number=number).lane
        for kind in (POST, EDIT, EffectKind.CLOSE_AGAIN)
        for number in (0, 1)
    }

    assert len(lanes) == 1


def test_other_effects_wait_for_nothing() -> None:
    independent = [
        Effect(kind=POST, thread_id=1),
        Effect(kind=POST, thread_id=2),
        Effect(kind=REACT, thread_id=1),
        Effect(kind=EffectKind.NAME_AUTHOR, thread_id=1),
        Effect(kind=EffectKind.LOOK_BACK, thread_id=1),
        Effect(kind=ALERT, thread_id=1, channel_id=701),
        Effect(kind=ALERT, thread_id=1, channel_id=702),
        Effect(kind=EffectKind.END_ALERT, thread_id=1, text="701"),
        Effect(kind=EffectKind.END_ALERT, thread_id=1, text="702"),
    ]

    assert len({effect.lane for effect in independent}) == len(independent)


def test_the_stored_names_of_the_kinds_stay_what_they_are() -> None:
    assert [kind.value for kind in EffectKind] == [
        "react",
        "post_resolved",
        "edit_reopened",
        "close_again",
        "alert",
        "warning",
        "escalation",
        "end_alert",
        "name_author",
        "look_back",
        "digest",
        "warning_digest",
        "escalation_digest",
        "morning_digest",
        "weekly_report",
        "notice",
    ]
