"""The pulse of the connection: each answer to a heartbeat, and each new connection, is a sign of life."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tracker.discord.pulse import Pulse

START = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)


@dataclass
class Shard:
    is_connected: bool = True
    heartbeat_latency: float = math.nan


class Clock:
    """Five seconds pass before each look."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        at = self.at
        self.at += timedelta(seconds=5)
        return at


class SetClock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def pulse() -> Pulse:
    return Pulse(Clock())


def seconds(pulse: Pulse) -> float:
    """When the last sign of life was, since the start."""
    return (pulse.last_sign - START).total_seconds()


def test_before_the_first_connection_the_start_is_the_last_sign(pulse: Pulse) -> None:
    for shards in ([], [Shard(is_connected=False)]):
        pulse.feel(shards)

        assert not pulse.connected
        assert pulse.last_heartbeat is None
        assert seconds(pulse) == 0


def test_a_connection_is_a_sign_and_so_is_each_answer_to_a_heartbeat(pulse: Pulse) -> None:
    shard = Shard()
    pulse.feel([shard])
    assert pulse.connected
    assert pulse.last_heartbeat is None
    assert seconds(pulse) == 5

    shard.heartbeat_latency = 0.02
    pulse.feel([shard])
    assert pulse.last_heartbeat == pulse.last_sign
    assert seconds(pulse) == 10
    pulse.feel([shard])
    assert seconds(pulse) == 10  # nothing new was heard

    shard.heartbeat_latency = 0.03
    pulse.feel([shard])
    assert seconds(pulse) == 20


def test_a_connection_that_is_lost_gives_no_sign_until_it_is_made_anew(pulse: Pulse) -> None:
    shard = Shard(heartbeat_latency=0.02)
    pulse.feel([shard])
    signs = seconds(pulse)

    shard.is_connected = False
    pulse.feel([shard])
    assert not pulse.connected
    assert seconds(pulse) == signs

    shard.is_connected = True
    pulse.feel([shard])
    assert pulse.connected
    assert seconds(pulse) > signs


def test_what_is_proved_is_that_the_connection_lived_when_the_heartbeat_was_sent_not_when_its_answer_is_noticed() -> (
    None
):
    clock = Clock()
    pulse = Pulse(clock)
    shard = Shard()
    assert pulse.feel([shard]) is None

    shard.heartbeat_latency = 0.5
    assert pulse.feel([shard]) == START + timedelta(seconds=5 - 0.5)
    assert pulse.feel([shard]) is None

    # The machine sleeps right after another answer; it is noticed hours later.
    shard.heartbeat_latency = 0.25
    clock.at += timedelta(hours=7)
    assert pulse.feel([shard]) == START + timedelta(seconds=15 - 0.25)

    # It sleeps while a heartbeat is on its way: the answer proves nothing of the time asleep.
    clock.at += timedelta(hours=7)
    shard.heartbeat_latency = 7 * 3600 + 1
    proof = pulse.feel([shard])
    assert proof is not None
    assert proof < START + timedelta(seconds=20)
