"""Business hours: the time in which somebody is there to answer, and how much of it lies between two moments.

Intervals are those of the clock on the wall: an hour that it shows twice, when daylight saving ends, counts twice if
the desk is open then, and one that it skips does not count at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from tracker.domain.days_off import DaysOff
from tracker.domain.intervals import MINUTES_A_DAY, Intervals, merged, on_the_day, read_interval

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""As `datetime.weekday` counts them, Monday 0."""

LONGEST_CLOSED = timedelta(days=400)
"""A desk that does not open for so long has no business hours."""

_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ALWAYS = "24/7"
_A_DAY = timedelta(days=1)
_AROUND = timedelta(hours=26)
"""No zone's midnight is further from that of UTC."""

_LOOK = timedelta(hours=6)
"""No zone changes its clock and changes it back within this time."""

Moments = tuple[datetime, datetime]
"""Two moments in UTC, the first included, the second not."""

Week = tuple[Intervals, ...]
"""The intervals that begin on each of the seven days, Monday first."""

Hours = Intervals | dict[int, Intervals]
"""Intervals that hold on all business days, or on which days which."""


class NeverOpenError(ValueError):
    """The desk does not open within 400 days."""


@dataclass(frozen=True, kw_only=True)
class BusinessHours:
    """The desk's week, read off the clock in `zone`, but for the `days_off`.

    A night belongs to the day on which it begins: the one before a holiday lasts into it, the holiday's own is off.
    """

    week: Week
    zone: ZoneInfo
    days_off: DaysOff = field(default_factory=DaysOff)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` (aware, any zone) lies within business hours; closing time itself does not.

        Raises:
            ValueError: `at` is naive.
        """
        local = _aware(at).astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.intervals_on(local.date()))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` the desk is open; none where `end` is not later."""
        total = timedelta()
        for opening, closing in self._openings(start, until=_aware(end)):
            total += max(timedelta(), min(closing, end) - max(opening, start))
        return total

    def deadline(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment at which so much of open time is over since `start`, in UTC.

        It may be closing time itself, never the opening after it.

        Raises:
            NeverOpenError: the desk closes for 400 days before that.
        """
        left = span
        if left <= timedelta():
            return start.astimezone(UTC)
        last = start
        for opening, closing in self._openings(start):
            _see_that_it_opens(last, opening)
            begun = max(opening, start)
            if begun + left <= closing:
                return begun + left
            left -= max(timedelta(), closing - begun)
            last = closing
        raise NeverOpenError(_NEVER)

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while the desk is open, else the moment at which it opens next, in UTC.

        Raises:
            NeverOpenError: the desk stays closed for 400 days.
        """
        for opening, _ in self._openings(at):
            _see_that_it_opens(at, opening)
            return max(opening, at.astimezone(UTC))
        raise NeverOpenError(_NEVER)

    def see_that_it_opens(self, now: datetime) -> None:
        """Look whether deadlines can be reckoned: at `now` and at each day of one's own, from the closing before it.

        Raises:
            NeverOpenError: the desk closes for 400 days.
        """
        for day in (now.astimezone(self.zone).date(), *self.days_off.own_days):
            self.next_opening(self._closed_since(datetime.combine(day, time(), self.zone)))

    @property
    def fingerprint(self) -> str:
        """A short text that differs where deadlines may."""
        days_off = self.days_off
        known = (self.week, self.zone.key, sorted(days_off.public), days_off.off, days_off.worked)
        return blake2b(repr((*known, days_off.hours)).encode(), digest_size=6).hexdigest()

    def _openings(self, start: datetime, until: datetime | None = None) -> Iterator[Moments]:
        """When the desk is open, from the interval that holds `start` on; without `until`, as long as it opens."""
        day = _aware(start).astimezone(self.zone).date()
        last = day if until is None else until.astimezone(self.zone).date()
        while day <= last + (_A_DAY if until else LONGEST_CLOSED + _A_DAY):
            for opening, closing in _moments(self, day):
                if closing > start:
                    last = last if until else day
                    yield opening, closing
            day += _A_DAY

    def _closed_since(self, at: datetime) -> datetime:
        """When the desk closed last, `at` included; where that is long ago, a moment as long ago."""
        day = at.date()
        for back in range(LONGEST_CLOSED.days + 2):
            closings = [closing for _, closing in _moments(self, day - back * _A_DAY) if closing <= at]
            if closings:
                return closings[-1]
        return at - LONGEST_CLOSED - _A_DAY

    def is_business_day(self, day: date) -> bool:
        """Whether the desk opens on this day; a night that began the day before is not its own."""
        return bool(self._begun_on(day))

    def intervals_on(self, day: date) -> Intervals:
        """The minutes of this day at which the desk is open."""
        return on_the_day(self._begun_on(day), self._begun_on(day - _A_DAY))

    def _begun_on(self, day: date) -> Intervals:
        own = self.days_off.hours_of(day)
        if own is not None:
            return own
        usual = self.week[day.weekday()]
        if self.days_off.is_worked(day):
            return usual or next(filter(None, self.week), ())
        return () if usual and self.days_off.is_off(day) else usual


_NEVER = f"the desk never opens within {LONGEST_CLOSED.days} days"


def weekly(hours: Hours, days: Iterable[int]) -> Week:
    """The week with these hours: on the business `days`, unless they name their days themselves."""
    if isinstance(hours, dict):
        return tuple(hours.get(day, ()) for day in range(len(DAYS)))
    return tuple(merged(hours) if day in days else () for day in range(len(DAYS)))


def read_hours(text: str) -> Hours:
    """`09:00-13:00,14:00-18:00`, or by day as in `Mon-Thu 09:00-18:00; Fri 09:00-16:00`, or `24/7`.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    if text.strip() == _ALWAYS:
        return dict.fromkeys(range(len(DAYS)), ((0, MINUTES_A_DAY),))
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) == 1 and not parts[0][0].isalpha():
        return _read_intervals(parts[0])
    by_day: dict[int, Intervals] = {}
    for part in parts:
        days, intervals = _split(part)
        for day in read_days(days):
            if day in by_day:
                raise ValueError(f"{DAYS[day]} stands there twice; write its intervals as one list")
            by_day[day] = merged(_read_intervals(intervals))
    if not by_day:
        raise ValueError("needs at least one interval")
    return by_day


def _split(part: str) -> tuple[str, str]:
    """The days and the intervals of one part; the intervals begin with the first digit."""
    digit = next((index for index, letter in enumerate(part) if letter.isdigit()), len(part))
    if not part[:digit].strip():
        raise ValueError(f'"{part}" does not say on which days; write it as Mon-Thu 09:00-18:00; Fri 09:00-16:00')
    return part[:digit].strip().removesuffix(":"), part[digit:]


def _read_intervals(text: str) -> Intervals:
    intervals = tuple(read_interval(part.strip()) for part in text.split(",") if part.strip())
    if not intervals:
        raise ValueError("needs at least one interval")
    return intervals


def read_days(text: str) -> frozenset[int]:
    """Weekdays as ranges and lists: `Sun-Thu`, `Mon,Wed,Fri`.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    if text.strip() == _ALWAYS:
        return frozenset(range(len(DAYS)))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError("needs at least one name")
    return frozenset(day for part in parts for day in _day_range(part))


def _day_range(text: str) -> list[int]:
    first, dash, last = (part.strip() for part in text.replace("\N{EN DASH}", "-").partition("-"))
    start, end = _day(first), _day(last if dash else first)
    return [(start + offset) % len(DAYS) for offset in range((end - start) % len(DAYS) + 1)]


def _day(text: str) -> int:
    for number, short in enumerate(DAYS):
        if text.casefold() in (short.casefold(), _FULL_DAYS[number].casefold()):
            return number
    raise ValueError(f'"{text}" is not a day ({", ".join(DAYS)})')


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("business hours need a time with a time zone")
    return at


def _see_that_it_opens(since: datetime, opening: datetime) -> None:
    if opening - since > LONGEST_CLOSED:
        raise NeverOpenError(_NEVER)


@lru_cache(maxsize=4096)
def _moments(hours: BusinessHours, day: date) -> tuple[Moments, ...]:
    """When the desk is open while the clock on the wall shows this day."""
    walls = hours.intervals_on(day)
    if not walls:
        return ()
    midnight = datetime.combine(day, time(), UTC)
    found = []
    for first, last, offset in _steady(midnight - _AROUND, midnight + _A_DAY + _AROUND, hours.zone):
        for start, end in walls:
            opening = max(first, midnight + timedelta(minutes=start) - offset)
            closing = min(last, midnight + timedelta(minutes=end) - offset)
            if opening < closing:
                found.append((opening, closing))
    return tuple(sorted(found))


def _steady(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between two moments in UTC, in parts during which the zone is equally far from UTC, and how far."""
    begun = at = start
    while at < end:
        offset, later = _offset(at, zone), min(at + _LOOK, end)
        if _offset(later, zone) == offset:
            at = later
            continue
        change = _change(at, later, zone)
        yield begun, change, offset
        begun = at = change
    yield begun, end, _offset(begun, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between these two, to the second, at which the zone's clock is changed."""
    low, high = 0, (after - before) // timedelta(seconds=1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == _offset(before, zone):
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
