"""Discord's ids show when the thing they name was created."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECONDS_SHIFT = 22

A_MOMENT = timedelta(milliseconds=1)
"""The least difference in time that ids show: more may happen to a thread in the moment in which it begins."""


def first_at(moment: datetime) -> int:
    """The smallest id that anything created at this moment, or later, can have."""
    return (moment - _DISCORD_EPOCH) // A_MOMENT << _MILLISECONDS_SHIFT


def created_at(snowflake: int) -> datetime:
    """When the thread, message or user with this id was created, in UTC, exact to the millisecond.

    The upper 42 bits of an id count milliseconds since the beginning of 2015 (Discord's API reference, "Snowflakes").
    """
    return _DISCORD_EPOCH + timedelta(milliseconds=snowflake >> _MILLISECONDS_SHIFT)
