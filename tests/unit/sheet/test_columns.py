"""A ticket's row: every cell by value and type."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    BUG,
    ENGINEERING,
    GUILD,
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    after,
    created,
    deadline_passed,
    deleted,
    named,
    posted,
    replied,
    seen,
    snowflake,
)
from tests.support.strategies import moments, recent_tickets, tickets
from tracker.domain.cells import CellValue
from tracker.domain.events import Event, Tag
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.pauses import Pause
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Answer, Ticket, looks_the_same
from tracker.sheet.table.columns import (
    ALL_NAMES,
    CELL_LIMIT,
    COLUMNS,
    FIGURES,
    KEY,
    KIND,
    NAMES,
    Desk,
    Kind,
    cells_of,
    serial,
    settled,
)

KOLKATA, BERLIN = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")
OFFICE = BusinessHours(week=weekly(((540, 1080),), frozenset({0, 1, 2, 3, 4})), zone=KOLKATA)  # Mon-Fri 9:00-18:00
DESK = Desk(zone=KOLKATA, hours=OFFICE, teams=("Engineering", "Consulting"))


def test_the_columns_are_these_in_this_order() -> None:
    assert NAMES == (
        "thread_id",
        "title",
        "type",
        "raised_by",
        "date_created",
        "first_responded_by",
        "time_to_first_response",
        "time_to_resolution",
        "resolution_date",
        "link",
        "team",
        "outside_business_hours",
        "reopen_count",
        "warning_message_id",
    )
    assert NAMES[0] == KEY


def test_columns_have_these_kinds() -> None:
    others = {
        "date_created": Kind.DATE_TIME,
        "resolution_date": Kind.DATE_TIME,
        "outside_business_hours": Kind.BOOLEAN,
        "reopen_count": Kind.NUMBER,
    }

    figures = {
        "status": Kind.TEXT,
        "first_response_date": Kind.DATE_TIME,
        "first_response": Kind.DURATION,
        "resolution": Kind.DURATION,
        "first_response_business": Kind.DURATION,
        "resolution_business": Kind.DURATION,
        "sla_due": Kind.DATE_TIME,
        "sla": Kind.TEXT,
        "waiting_on": Kind.TEXT,
        "staff_replies": Kind.NUMBER,
        "last_activity": Kind.DATE_TIME,
    }

    assert tuple(figures) == FIGURES
    assert dict.fromkeys(NAMES, Kind.TEXT) | others | figures == KIND


def test_kinds_have_googles_number_formats() -> None:
    assert {kind.name: kind.number_format for kind in Kind} == {
        "TEXT": {"type": "TEXT", "pattern": "@"},
        "DATE_TIME": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"},
        "DURATION": {"type": "TIME", "pattern": "[h]:mm:ss"},
        "NUMBER": {"type": "NUMBER", "pattern": "0"},
        "BOOLEAN": None,
    }


# 2026-02-04 is 46057 days after 1899-12-30; 10:30 is 10.5/24 = 0.4375 of a day.
CREATED = 46057.4375


def test_every_cell_of_a_ticket_that_was_answered_resolved_and_reopened() -> None:
    ticket = after(
        created(BUG, ENGINEERING),
        named("mia"),
        replied(timedelta(minutes=25, seconds=30, milliseconds=900), name="sam#1234"),
        seen(RESOLVED, BUG, ENGINEERING, at=OPENED + timedelta(days=2, hours=4, minutes=15, seconds=36)),
        posted(1417628594471739999),
        seen(BUG, ENGINEERING),
    )

    cells = cells_of(ticket, DESK)

    assert cells == {
        "thread_id": str(THREAD),
        "title": "Cannot log in",
        "type": "Bug, Engineering 🛠",
        "raised_by": "mia",
        "date_created": CREATED,
        "first_responded_by": "sam#1234",
        "time_to_first_response": "25m 30s",
        "time_to_resolution": "2d 4h 15m",
        # 2 days later at 14:45:36, which is (14 * 3600 + 45 * 60 + 36) / 86400 = 53136 / 86400 = 0.615 of a day
        "resolution_date": pytest.approx(46059.615, abs=1e-9),
        "link": f"https://discord.com/channels/{GUILD}/{THREAD}",
        "team": "Engineering",
        "outside_business_hours": False,  # a Wednesday, 10:30
        "reopen_count": 1,
        "warning_message_id": "1417628594471739999",
    }
    assert cells["outside_business_hours"] is False
    assert type(cells["reopen_count"]) is int
    assert type(cells["date_created"]) is float


def test_what_is_not_known_yet_is_an_empty_cell() -> None:
    assert cells_of(after(created()), DESK) == {
        "thread_id": str(THREAD),
        "title": "Cannot log in",
        "type": None,
        "raised_by": None,
        "date_created": CREATED,
        "first_responded_by": None,
        "time_to_first_response": None,
        "time_to_resolution": None,
        "resolution_date": None,
        "link": f"https://discord.com/channels/{GUILD}/{THREAD}",
        "team": None,
        "outside_business_hours": False,
        "reopen_count": 0,
        "warning_message_id": None,
    }


def test_an_author_nobody_knows_is_unknown() -> None:
    assert cells_of(after(created(), named(None)), DESK)["raised_by"] == "Unknown"


def test_a_tag_whose_name_is_not_known_yet_is_left_out() -> None:
    assert cells_of(after(created(BUG, Tag(id=9, name=""))), DESK)["type"] == "Bug"


@pytest.mark.parametrize(
    ("opened", "outside"),
    [
        pytest.param("2026-02-04 12:30", True, id="wednesday-18:00"),  # 12:30 UTC + 5:30
        pytest.param("2026-02-04 12:29", False, id="wednesday-17:59"),
        pytest.param("2026-02-07 06:30", True, id="saturday-noon"),  # 6:30 UTC + 5:30
    ],
)
def test_outside_business_hours_is_about_the_threads_creation(*, opened: str, outside: bool) -> None:
    thread = snowflake(datetime.fromisoformat(f"{opened}+00:00"))

    assert cells_of(after(created(thread=thread)), DESK)["outside_business_hours"] is outside


@given(ticket=recent_tickets)
def test_any_ticket_fills_every_column_with_a_cell_of_its_kind(ticket: Ticket) -> None:
    types: dict[Kind, tuple[type, ...]] = {
        Kind.TEXT: (str,),
        Kind.DATE_TIME: (float,),
        Kind.DURATION: (float,),
        Kind.NUMBER: (int,),
        Kind.BOOLEAN: (bool,),
    }

    cells = cells_of(ticket, DESK, ALL_NAMES)

    assert tuple(cells) == ALL_NAMES
    assert tuple(cells_of(ticket, DESK)) == NAMES
    for column in COLUMNS:
        value = cells[column.name]
        assert value is None or type(value) in types[column.kind]
        assert value != ""  # what Google reads back as nothing is None from the start


# Figures


def test_every_figure_that_is_text_names_the_words_it_may_hold() -> None:
    for column in COLUMNS:
        assert (column.words is not None) is (column.is_figure and column.kind is Kind.TEXT), column.name


MINUTE = timedelta(minutes=1)
WAITING = Tag(id=505, name="waiting for customer")
BUSINESS = replace(
    RULES, sla=Agreement(span=timedelta(hours=1), hours=OFFICE), waiting_tags=frozenset({"waiting for customer"})
)


def figures(*events: Event) -> dict[str, CellValue]:
    return {name: value for name, value in cells_of(after(*events, rules=BUSINESS), DESK, FIGURES).items() if value}


def test_the_figures_of_a_ticket_through_its_life() -> None:
    # Opened on Wednesday at 10:30, with an hour for the answer: 11:30 is 690 minutes of the day.
    opened = {"status": "waiting", "sla_due": 46057 + 690 / 1440, "sla": "running", "waiting_on": "us"}
    assert figures(created()) == pytest.approx(opened)
    assert figures(created(), deadline_passed()) == pytest.approx(opened | {"sla": "missed"})

    # Answered after 45 min and half a second at 11:15 (675 min). Resolved on Thursday at 12:30, after 26 h: 7.5 h of
    # business time on Wednesday, 3.5 h on Thursday. Two hours, 14:30 to 16:30, were the asker's turn.
    answered = created(), replied(45 * MINUTE + timedelta(seconds=0.5))
    paused = seen(WAITING, at=OPENED + 240 * MINUTE), seen(at=OPENED + 360 * MINUTE)
    assert figures(*answered, *paused, seen(RESOLVED, at=OPENED + 26 * 60 * MINUTE)) == pytest.approx(
        {
            "status": "resolved",
            "first_response_date": 46057 + 675 / 1440,
            "first_response": 45 / 1440,
            "resolution": 24 / 24,
            "first_response_business": 45 / 1440,
            "resolution_business": (7.5 + 3.5 - 2) / 24,
            "sla_due": 46057 + 690 / 1440,
            "sla": "met",
        }
    )
    assert figures(*answered)["status"] == "open"
    assert figures(*answered, deleted())["status"] == "deleted"


def test_business_times_of_what_is_closed_stay_as_the_row_has_them_after_a_change_of_hours() -> None:
    ticket = after(created(), replied(), seen(RESOLVED, at=OPENED + 26 * 60 * MINUTE))
    before = cells_of(ticket, DESK, ALL_NAMES)
    always = replace(DESK, hours=BusinessHours(week=weekly(((0, 1440),), range(7)), zone=KOLKATA))
    wanted = cells_of(ticket, always, ALL_NAMES)

    assert wanted["resolution_business"] != before["resolution_business"]
    assert settled(wanted, before) == before
    assert settled(wanted, {}) == wanted
    again = cells_of(after(created(), replied(), seen(RESOLVED), seen(), seen(RESOLVED)), always, ALL_NAMES)
    assert settled(again, before)["resolution_business"] == again["resolution_business"]
    paused = replace(ticket, pauses=(Pause(start=OPENED, end=OPENED + 3 * 60 * MINUTE),))
    known_late = cells_of(paused, always, ALL_NAMES)
    assert settled(known_late, before)["resolution_business"] == known_late["resolution_business"]


@pytest.mark.parametrize(
    ("opened", "answers"),
    [
        ("10:30:00.0", ("13:30:00.0", "13:30:01.0")),
        ("10:30:00.6", ("13:30:10.5", "13:30:10.9")),  # the same second of the clock: 3:00:09.9 and 3:00:10.3 later
        ("10:30:00.6", ("13:30:01.7", "13:30:02.1")),  # another second of the clock: 3:00:01.1 and 3:00:01.5 later
        ("08:30:00.6", ("13:30:01.7", "13:30:02.1")),  # as above, but for the business time, which began at 9:00
    ],
)
def test_another_answer_has_its_own_business_time(opened: str, answers: tuple[str, str]) -> None:
    def at(clock: str) -> int:
        return snowflake(datetime.combine(OPENED, time.fromisoformat(clock), KOLKATA))

    one, other = (
        cells_of(
            replace(after(created(thread=at(opened))), first_answer=Answer(message_id=at(each), author_name="sam")),
            DESK,
            ALL_NAMES,
        )
        for each in answers
    )
    assert settled(other, one) == other
    assert settled(one, other) == one


# Serial numbers


@pytest.mark.parametrize(
    ("local", "number"),
    [
        # The two examples of Google's "Date and time concepts" (Sheets API guide).
        pytest.param("1900-01-01 12:00:00", 2.5, id="two-days-and-a-half"),
        pytest.param("1900-02-01 15:00:00", 33.625, id="33-days-and-15-of-24-hours"),
        pytest.param("1899-12-30 00:00:00", 0.0, id="the-beginning"),
        pytest.param("2000-01-01 00:00:00", 36526.0, id="the-year-2000"),
        # 46057 days, 10.5 of 24 hours
        pytest.param("2026-02-04 10:30:00", 46057.4375, id="a-ticket"),
        pytest.param("2026-02-04 10:30:00.999999", 46057.4375, id="parts-of-a-second-are-cut"),
    ],
)
def test_a_moment_is_the_days_since_1899_12_30_on_the_desks_clock(local: str, number: float) -> None:
    assert serial(datetime.fromisoformat(local).replace(tzinfo=UTC), ZoneInfo("UTC")) == number


@pytest.mark.parametrize(
    ("utc", "zone", "number"),
    [
        pytest.param("2026-02-04 05:00", KOLKATA, 46057.4375, id="kolkata"),  # 5:00 + 5:30 = 10:30
        pytest.param("2026-02-04 20:00", KOLKATA, 46058.0625, id="kolkata-the-next-day"),  # 1:30 = 1.5 / 24
        pytest.param("2026-07-01 10:00", BERLIN, 46204.5, id="berlin-in-summer"),  # 10:00 + 2:00; 46057 + 147 days
        pytest.param("2026-02-04 11:00", BERLIN, 46057.5, id="berlin-in-winter"),  # 11:00 + 1:00
    ],
)
def test_a_serial_number_is_local_time(utc: str, zone: ZoneInfo, number: float) -> None:
    assert serial(datetime.fromisoformat(f"{utc}+00:00"), zone) == number


def test_no_moment_is_no_number() -> None:
    assert serial(None, KOLKATA) is None


@given(moments)
def test_a_serial_number_still_holds_the_second(at: datetime) -> None:
    number = serial(at, BERLIN)
    assert number is not None

    shown = datetime(1899, 12, 30) + timedelta(seconds=round(number * 86_400))  # noqa: DTZ001 - local by definition

    assert shown == at.astimezone(BERLIN).replace(tzinfo=None, microsecond=0)


# The cell limit: 50,000 characters, counted in UTF-16 units, of which an emoji has two.


def title_cell(title: str) -> CellValue:
    return cells_of(replace(after(created()), title=title), DESK)["title"]


@pytest.mark.parametrize(
    "title",
    ['=IMPORTXML("http://x")', "+1", "'", " ", "\n", "0123", "TRUE", "🧵", "a" * CELL_LIMIT, "🧵" * (CELL_LIMIT // 2)],
    ids=lambda title: f"{title[:22]!r}",
)
def test_a_title_that_fits_arrives_as_it_is(title: str) -> None:
    assert title_cell(title) == title


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        pytest.param("a" * 50_001, "a" * 49_999 + "…", id="one-too-long"),
        pytest.param("a" * 90_000, "a" * 49_999 + "…", id="90-kB"),
        # 49,998 units fit before the ellipsis, the 49,999th would be half an emoji
        pytest.param("🧵" * 25_001, "🧵" * 24_999 + "…", id="an-emoji-at-the-cut"),
        pytest.param("a" + "🧵" * 25_000, "a" + "🧵" * 24_999 + "…", id="an-emoji-just-before-the-cut"),
    ],
)
def test_a_title_that_does_not_fit_is_cut_with_an_ellipsis(title: str, cell: str) -> None:
    assert title_cell(title) == cell


@given(
    st.text(alphabet="a🧵é", min_size=1, max_size=4), st.integers(min_value=CELL_LIMIT - 8, max_value=CELL_LIMIT + 8)
)
def test_a_cut_text_is_never_longer_than_a_cell_and_begins_like_the_whole(piece: str, length: int) -> None:
    title = (piece * length)[:length]

    cell = title_cell(title)

    assert isinstance(cell, str)
    assert len(cell.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert title.startswith(cell.removesuffix("…"))


@given(ticket=tickets, other=tickets, name=st.sampled_from([field.name for field in fields(Ticket)]))
def test_a_ticket_that_looks_the_same_has_the_same_row(ticket: Ticket, other: Ticket, name: str) -> None:
    changed = replace(ticket, **{name: getattr(other, name)})

    assert cells_of(changed, DESK) == cells_of(ticket, DESK) or not looks_the_same(ticket, changed)
