"""Days on which the week's hours do not hold: public holidays, own days, half days, days that are worked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from tracker.domain.intervals import Interval, Intervals, merged, read_interval

_REGION = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9 ]+)?")
_DATES = re.compile(r"(!?)\s*(\d{4}-\d\d-\d\d)(?:\s*\.\.\s*(\d{4}-\d\d-\d\d))?")
_HALF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\S.*)")
_LONGEST = timedelta(days=400)
_YEARS = range(2000, 2200)
"""No thread of Discord is older, and nobody plans further ahead; no calendar ends near there."""

Range = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, kw_only=True)
class DaysOff:
    """`public` are the public holidays; `hours` gives single days hours of their own.

    Of what concerns one day, its own hours count first, then that it is worked, then that it is off.
    """

    public: frozenset[date] = frozenset()
    off: tuple[Range, ...] = ()
    worked: tuple[Range, ...] = ()
    hours: tuple[tuple[date, Intervals], ...] = ()

    @classmethod
    def read(cls, text: str, holidays_of: Callable[[str], Iterable[date]]) -> Self:
        """What a list separated by commas says.

        `IN-KA` (a region), `2026-12-24`, `2026-12-24..2026-12-31`, `2026-12-24 09:00-12:00` (open then, and no longer),
        `!2026-11-08` (worked, though it is a holiday or at a weekend). `holidays_of` gives those of a region, or raises
        `ValueError`.

        Raises:
            ValueError: with a sentence for the person who wrote it.
        """
        public: set[date] = set()
        ranges: dict[bool, list[Range]] = {False: [], True: []}
        hours: dict[date, tuple[Interval, ...]] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            if found := _DATES.fullmatch(part):
                ranges[bool(found[1])].append(_range(part, found[2], found[3]))
            elif found := _HALF_DAY.fullmatch(part):
                day = _date(found[1])
                hours[day] = merged([*hours.get(day, ()), read_interval(found[2])])
            elif _REGION.fullmatch(part):
                public.update(holidays_of(part))
            else:
                raise ValueError(f'"{part}" is neither a region (IN-KA) nor a date (2026-12-24)')
        return cls(
            public=frozenset(public), off=tuple(ranges[False]), worked=tuple(ranges[True]), hours=tuple(hours.items())
        )

    def hours_of(self, day: date) -> Intervals | None:
        """The hours that this one day has instead of the week's."""
        return next((intervals for each, intervals in self.hours if each == day), None)

    def is_worked(self, day: date) -> bool:
        """Whether the day is worked whatever else it is."""
        return _lies_in(day, self.worked)

    def is_off(self, day: date) -> bool:
        """Whether the day is a public holiday or one of one's own."""
        return day in self.public or _lies_in(day, self.off)

    @property
    def own_days(self) -> Iterator[date]:
        """The first and the last day of each entry of one's own."""
        for first, last in (*self.off, *self.worked):
            yield from {first, last}
        yield from (day for day, _ in self.hours)


def _lies_in(day: date, ranges: Iterable[Range]) -> bool:
    return any(first <= day <= last for first, last in ranges)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'"{text}" is no day of any calendar') from error
    if day.year not in _YEARS:
        raise ValueError(f'"{text}" is not between {_YEARS[0]} and {_YEARS[-1]}')
    return day


def _range(part: str, first: str, last: str | None) -> Range:
    start = _date(first)
    end = start if last is None else _date(last)
    if end < start:
        raise ValueError(f'"{part}" ends before it starts')
    if end - start > _LONGEST:
        raise ValueError(f'"{part}" is longer than {_LONGEST.days} days')
    return start, end
