"""Intervals of a day by the clock on the wall, as people write them: `09:00-13:00`, or a night as `22:00-06:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable

MINUTES_A_DAY = 24 * 60

Interval = tuple[int, int]
"""Minutes since midnight, start included, end excluded. An end beyond 1440 lies on the next day."""

Intervals = tuple[Interval, ...]

_INTERVAL = re.compile(r"(\d{1,2}):(\d\d)\s*[-\N{EN DASH}]\s*(\d{1,2}):(\d\d)", re.ASCII)


def read_interval(text: str) -> Interval:
    """The interval that the text means; `00:00-00:00` is the whole day.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    found = _INTERVAL.fullmatch(text.strip())
    if not found:
        raise ValueError(f'"{text}" is not an interval of two times')
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or max(start, end) > MINUTES_A_DAY:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f'"{text}" has a time that no clock shows')
    if start == end and start:
        raise ValueError(f'"{text}" is no time at all; write the whole day as 00:00-24:00')
    return start, end if end > start else end + MINUTES_A_DAY


def merged(intervals: Iterable[Interval]) -> Intervals:
    """The same time in ascending intervals that neither overlap nor touch."""
    together: list[Interval] = []
    for start, end in sorted(intervals):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        elif start < end:
            together.append((start, end))
    return tuple(together)


def on_the_day(own: Intervals, day_before: Intervals) -> Intervals:
    """The minutes of one day that belong to its own intervals or to nights of the day before."""
    begun = [(start, min(end, MINUTES_A_DAY)) for start, end in own]
    nights = [(max(0, start - MINUTES_A_DAY), end - MINUTES_A_DAY) for start, end in day_before if end > MINUTES_A_DAY]
    return merged([*begun, *nights])


def shown(intervals: Iterable[Interval]) -> str:
    """The intervals as a person writes them."""
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in intervals)


def _clock(minute: int) -> str:
    """The time at that minute; the end of the day is 24:00."""
    minute -= MINUTES_A_DAY if minute > MINUTES_A_DAY else 0
    return f"{minute // 60:02}:{minute % 60:02}"
