"""What a manager looks at equals a plain count over random histories, with what the store gives for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import AUTHOR, BUG, ENGINEERING, GUILD, RULES, snowflake
from tests.support.examples import times
from tracker.domain.figures import elapsed
from tracker.domain.overview import View, first_moment, overview_now, overview_of_week
from tracker.domain.ticket import Answer, Ticket
from tracker.sheet.dashboard.cells import FIGURES, HISTORY, LATEST, TEAMS, figures
from tracker.store import Store

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 8, 12, tzinfo=ZONE)
"""A Wednesday, ten days after Berlin's clocks went forward."""
DAY = timedelta(days=1)
VIEW = View(zone=ZONE, teams=("Engineering",), rules=RULES, elapsed=elapsed)

ages = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=110))
spans = st.none() | st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=40))


def happened(age: timedelta, answered: timedelta | None, resolved: timedelta | None, reopened: int) -> Ticket:
    opened = NOW - age
    return Ticket(
        thread_id=snowflake(opened),
        guild_id=GUILD,
        author_id=AUTHOR,
        title="Cannot log in",
        tags=(ENGINEERING,) if reopened else (BUG,),
        first_answer=Answer(message_id=snowflake(opened + answered), author_name="ana") if answered else None,
        resolved_at=opened + resolved if resolved else None,
        reopen_count=reopened,
        due_at=opened + DAY,
    )


def different(tickets: Iterable[Ticket]) -> list[Ticket]:
    return list({each.thread_id: each for each in tickets}.values())


desks = st.lists(st.builds(happened, ages, spans, spans, st.integers(min_value=0, max_value=2)), max_size=25).map(
    different
)


def local_week(at: datetime) -> str:
    """The Monday of its week, by the calendar in Berlin."""
    day = at.astimezone(ZONE).date()
    return (day - timedelta(days=day.isoweekday() - 1)).isoformat()


@given(desks)
@times(1.25)
def test_every_figure_on_the_tab_equals_a_plain_count(desk: list[Ticket]) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder))
        for each in desk:
            store.tickets.save(each)
        known = list(store.tickets.since(first_moment(NOW, VIEW)))
        store.close()
    rows = dict(zip(FIGURES, figures(overview_now(lambda _: known, NOW, VIEW)), strict=True))

    def between(start: timedelta, end: timedelta) -> list[Ticket]:
        return [each for each in desk if NOW - start <= each.created_at < NOW - end]

    latest, before = between(7 * DAY, timedelta()), between(14 * DAY, 7 * DAY)
    assert rows[LATEST.start + 1][:3] == ["Opened", len(latest), len(before)]
    reopened = sum(each.reopen_count > 0 for each in latest)
    assert rows[LATEST.start + 5][1] == (reopened / len(latest) if len(latest) >= 5 else None)
    for row in HISTORY[1:]:
        monday, opened, resolved, _, kept = rows[row]
        in_week = [each for each in desk if local_week(each.created_at) == monday and each.created_at < NOW + DAY]
        assert opened == len(in_week)
        assert resolved == sum(each.resolved_at is not None and local_week(each.resolved_at) == monday for each in desk)
        in_time = [each.answered_at <= each.due_at for each in in_week if each.answered_at and each.due_at]
        assert kept == (sum(in_time) / len(in_time) if len(in_time) >= 5 else None)
    lately = between(28 * DAY, timedelta())
    teams = {row[0]: row[1] for row in (rows[row] for row in TEAMS[1:]) if row[0]}
    named = {"Engineering": sum(each.reopen_count > 0 for each in lately)}
    named["Unassigned"] = len(lately) - named["Engineering"]
    assert {name: count for name, count in teams.items() if count} == {n: count for n, count in named.items() if count}


@given(desks)
@times(0.5)
def test_the_report_shows_of_its_week_what_the_tab_shows_of_it(desk: list[Ticket]) -> None:
    monday, report = overview_of_week(lambda _: desk, NOW, VIEW)
    tab = overview_now(lambda _: desk, NOW, VIEW)

    assert report.latest == report.weeks[monday] == tab.weeks[monday]
    assert report.before == report.weeks[monday - timedelta(days=7)] == tab.weeks[monday - timedelta(days=7)]


def test_the_week_before_that_on_which_clocks_went_forward_is_an_hour_shorter() -> None:
    desk = [happened(NOW - datetime(2026, 3, 22, 23, 30, tzinfo=ZONE), None, None, 0)]

    _, report = overview_of_week(lambda _: desk, NOW, VIEW)

    assert report.before.opened == 0


def test_a_ticket_without_a_deadline_counts_as_neither_kept_nor_missed() -> None:
    desk = [replace(happened(DAY, DAY / 2, None, 0), due_at=None)]

    latest = overview_now(lambda _: desk, NOW, VIEW).latest

    assert (latest.opened, latest.met, latest.missed) == (1, 0, 0)
