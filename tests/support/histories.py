"""Random histories of a desk, kept in a store and noted with a pencil, and the figures by a plain count of these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.support.builders import (
    AUTHOR,
    BUG,
    DONE,
    ENGINEERING,
    HELPER,
    OPENED,
    RULES,
    deleted,
    replied,
    seen,
    snowflake,
)
from tracker.domain.cells import CellValue
from tracker.domain.events import DeadlinePassed, Tag
from tracker.domain.figures import elapsed
from tracker.domain.hours import BusinessHours, read_days, read_hours, weekly
from tracker.domain.overview import View
from tracker.domain.sla import Agreement
from tracker.sheet.dashboard.cells import ANSWERERS, HISTORY, LATEST, TEAMS, TYPES
from tracker.sheet.table.columns import ALL_NAMES, Desk, cells_of
from tracker.sheet.table.reading import row_found
from tracker.store import Store
from tracker.tracking import Tracking

ZONE = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEAM = "Engineering"
VIEW = View(zone=ZONE, teams=(TEAM,), rules=RULES, elapsed=elapsed)
WEEK_FROM_NINE = weekly(read_hours("09:00-18:00"), read_days("Mon-Fri"))
DESK = Desk(zone=ZONE, hours=BusinessHours(week=WEEK_FROM_NINE, zone=ZONE), teams=(TEAM,))


@dataclass(kw_only=True)
class Plain:
    """One thread, as somebody would note it with a pencil."""

    id: int
    opened: datetime
    tags: tuple[Tag, ...] = ()
    answered: datetime | None = None
    by: str = ""
    resolved: bool = False
    resolved_at: datetime | None = None
    reopened: int = 0
    verdict: str = ""
    deleted: bool = False
    waited: list[tuple[datetime, bool]] = field(default_factory=list)
    """From which moment on it waited for an answer, or did not."""

    def is_late(self, at: datetime) -> bool:
        return at > self.opened + HOUR

    def note(self, at: datetime) -> None:
        self.waited.append((at, self.answered is None and not self.resolved and not self.deleted))

    def waited_at(self, at: datetime) -> bool:
        past = [waits for moment, waits in self.waited if moment <= at]
        return bool(past) and past[-1] and not self.deleted


@dataclass(kw_only=True)
class World:
    """A desk as it happens: in a store, and with a pencil."""

    folder: Path
    store: Store
    now: datetime = OPENED
    threads: list[Plain] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A process begins on the store."""
        self.tracking = Tracking(self.store, RULES, lambda: self.now, lambda: None)

    def later(self, gap: timedelta) -> None:
        """Time goes on, and what is due meanwhile is noticed."""
        self.now += gap
        for thread_id in self.store.tickets.overdue(self.now):
            self.tracking.record(DeadlinePassed(thread_id=thread_id))
        for each in self.threads:
            if each.answered is None and not each.resolved and not each.deleted and each.is_late(self.now):
                each.verdict = "missed"

    def open(self, *tags: Tag) -> None:
        thread = Plain(id=snowflake(self.now), opened=self.now, tags=tags)
        self.threads.append(thread)
        thread.note(self.now)
        self.tracking.record(seen(*tags, thread=thread.id, newly_created=True, at=self.now))

    def reply(self, thread: Plain, name: str) -> None:
        author = AUTHOR if name == "mia" else HELPER
        self.tracking.record(replied(self.now - OPENED, author=author, name=name, thread=thread.id))
        if name == "mia" or thread.answered is not None:
            return
        thread.answered, thread.by = self.now, name
        if not thread.resolved:
            thread.verdict = thread.verdict or ("missed" if thread.is_late(self.now) else "met")
        thread.note(self.now)

    def tag(self, thread: Plain) -> None:
        """Resolve it, or reopen it."""
        thread.resolved = not thread.resolved
        if thread.resolved:
            thread.resolved_at = self.now
        else:
            thread.reopened += 1
        if thread.answered is None:
            thread.verdict = "missed" if thread.is_late(self.now) else ""
        thread.note(self.now)
        self.tracking.record(seen(*self.tags_of(thread), thread=thread.id, at=self.now))

    def delete(self, thread: Plain) -> None:
        thread.deleted = True
        thread.note(self.now)
        self.tracking.record(deleted(thread=thread.id))

    @staticmethod
    def tags_of(thread: Plain) -> tuple[Tag, ...]:
        return (*thread.tags, DONE) if thread.resolved else thread.tags

    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder)
        self.begin()

    def lose_store(self) -> None:
        """The store is gone: of what is still in the forum, a new one learns from the forum and from its rows.

        The time for an answer is another from then on.
        """
        rows = {}
        for each in self.threads:
            ticket = self.store.tickets.find(each.id)
            assert ticket is not None
            rows[each.id] = cells_of(ticket, DESK, ALL_NAMES)
        self.store.close()
        self.store = Store.open(self.folder / "new")
        rules = replace(RULES, tracking_since=self.now, sla=Agreement(span=5 * HOUR))
        self.tracking = Tracking(self.store, rules, lambda: self.now, lambda: None)
        self.threads = [each for each in self.threads if not each.deleted]
        for each in self.threads:
            self.tracking.record(seen(*self.tags_of(each), thread=each.id, at=self.now))
            self.tracking.record(row_found(each.id, rows[each.id], (ZONE,), self.now))


steps = st.lists(
    st.tuples(
        st.sampled_from([60, 1_740, 3_600, 3_660, 90_000, 400_000, 900_000]),
        st.sampled_from(["open", "open", "ana", "zoe", "mia", "tag", "tag", "delete", "restart"]),
        st.integers(min_value=0, max_value=30),
    ),
    max_size=40,
)


def play(world: World, happened: Iterable[tuple[int, str, int]]) -> None:
    for seconds, what, number in happened:
        world.later(timedelta(seconds=seconds))
        there = [each for each in world.threads if not each.deleted]
        thread = there[number % len(there)] if there else None
        if what == "restart":
            world.restart()
        elif what == "open" or thread is None:
            world.open(*((ENGINEERING,), (BUG,), (BUG, ENGINEERING), ())[number % 4])
        elif what == "tag":
            world.tag(thread)
        elif what == "delete":
            world.delete(thread)
        else:
            world.reply(thread, what)
    world.later(timedelta(minutes=2))


def median_of(threads: Iterable[Plain], start: datetime, end: datetime) -> timedelta | None:
    """The median of the first responses of those that were opened then."""
    opened = [each for each in threads if start <= each.opened < end]
    seconds = [(each.answered - each.opened).total_seconds() for each in opened if each.answered is not None]
    return timedelta(seconds=median(seconds)) if seconds else None


def counted(threads: Iterable[Plain], start: datetime, end: datetime) -> list[CellValue]:
    """Opened, resolved, the median of first responses in hours, and the part of the SLA that was kept."""
    threads = list(threads)
    opened = [each for each in threads if start <= each.opened < end]
    time = median_of(threads, start, end)
    met, missed = ([each.verdict for each in opened].count(word) for word in ("met", "missed"))
    return [
        len(opened),
        sum(each.resolved_at is not None and start <= each.resolved_at < end for each in threads),
        round(time / HOUR, 2) if time is not None else None,
        met / (met + missed) if met + missed >= 5 else None,
    ]


def expected(world: World) -> dict[int, list[CellValue]]:
    """The rows of figures by a plain count."""
    now, threads = world.now, world.threads
    latest, before = (counted(threads, now - days * DAY, now - (days - 7) * DAY) for days in (7, 14))
    rows: dict[int, list[CellValue]] = {}
    for row, name, at in ((1, "Opened", 0), (2, "Resolved", 1), (4, "SLA kept", 3)):
        rows[LATEST.start + row] = [name, latest[at], before[at], None, None]
    medians = [median_of(threads, now - days * DAY, now - (days - 7) * DAY) for days in (7, 14)]
    in_days = (None if each is None else each / DAY for each in medians)
    rows[LATEST.start + 3] = ["Median first response", *in_days, None, None]
    reopened = []
    for days in (7, 14):
        opened = [each for each in threads if now - days * DAY <= each.opened < now - (days - 7) * DAY]
        reopened.append(sum(each.reopened > 0 for each in opened) / len(opened) if len(opened) >= 5 else None)
    rows[LATEST.start + 5] = ["Reopened", *reopened, None, None]
    waited = [sum(each.waited_at(at) for each in threads) for at in (now, now - 7 * DAY)]
    rows[LATEST.start + 6] = ["Waiting", *waited, None, None]
    day = now.astimezone(ZONE).date()
    for row in HISTORY[1:]:
        monday = day - timedelta(days=day.weekday() + 7 * (HISTORY.stop - 1 - row))
        start, end = (
            datetime(each.year, each.month, each.day, tzinfo=ZONE) for each in (monday, monday + timedelta(days=7))
        )
        rows[row] = [monday.isoformat(), *counted(threads, start, end)]
    names: dict[range, Callable[[Plain], list[str]]] = {
        TEAMS: lambda each: [TEAM] if ENGINEERING in each.tags else ["Unassigned"],
        TYPES: lambda each: ["Bug"] if BUG in each.tags else ["no type"],
        ANSWERERS: lambda each: [each.by] if each.by else [],
    }
    for block, of in names.items():
        found = sorted({name for each in threads for name in of(each)})
        groups = [(name, counted((t for t in threads if name in of(t)), now - 28 * DAY, now)) for name in found]
        shown = [[name, *counts] for name, counts in groups if counts[:2] != [0, 0]]
        rows |= dict(zip(block[1:], shown + [[None] * 5] * len(block), strict=False))
    return rows
