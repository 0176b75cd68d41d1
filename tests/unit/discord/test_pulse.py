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
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=5)
        return self.at


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
        assert seconds(pulse) == 5


def test_a_connection_is_a_sign_and_so_is_each_answer_to_a_heartbeat(pulse: Pulse) -> None:
    shard = Shard()
    pulse.feel([shard])
    assert pulse.connected
    assert pulse.last_heartbeat is None
    assert seconds(pulse) == 10

    shard.heartbeat_latency = 0.02
    pulse.feel([shard])
    assert pulse.last_heartbeat == pulse.last_sign
    assert seconds(pulse) == 15
    pulse.feel([shard])
    assert seconds(pulse) == 15  # nothing new was heard

    shard.heartbeat_latency = 0.03
    pulse.feel([shard])
    assert seconds(pulse) == 25


def test_all_was_heard_until_the_last_look_before_an_answer_also_where_the_machine_slept_in_between() -> None:
    clock = SetClock()
    pulse, shard = Pulse(clock), Shard(heartbeat_latency=0.02)
    pulse.feel([shard])
    clock.at += timedelta(seconds=5)
    pulse.feel([shard])
    before = clock.at
    shard.heartbeat_latency = 0.03  # it comes, and then the machine sleeps for a night
    clock.at += timedelta(hours=7)
    pulse.feel([shard])
    assert pulse.heard_until == before
    clock.at += timedelta(seconds=5)
    pulse.feel([shard])
    assert pulse.heard_until == before  # the connection may be dead: nobody knows yet


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
