"""What cells say that a person or another tracker wrote, and what of them stays when a row is taken up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tests.support.builders import BUG, ENGINEERING, OPENED, RESOLVED, THREAD, after, created, named, replied, seen
from tests.support.strategies import recent_tickets, tickets
from tracker.domain.cells import Cells, CellValue
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.ticket import Activity, Ticket
from tracker.sheet.table.columns import ALL_NAMES, NAMES, Desk, cells_of, serial
from tracker.sheet.table.reading import agreed, clock_of, clocks, moment_in, row_found

KOLKATA, NEW_YORK, UTC_CLOCK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
DESK = Desk(
    zone=KOLKATA,
    hours=BusinessHours(week=weekly(((540, 1080),), frozenset(range(5))), zone=KOLKATA),
    teams=("Engineering", "Consulting"),
)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HALF_PAST_SIX = datetime(2025, 9, 17, 6, 31, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        pytest.param("2025-09-17T06:31:24.000Z", HALF_PAST_SIX, id="as-javascript-writes-it"),
        pytest.param("2025-09-17T06:31:24.999Z", HALF_PAST_SIX, id="to-the-second"),
        pytest.param("2025-09-17 06:31:24", HALF_PAST_SIX, id="without-a-zone-it-is-utc"),
        pytest.param(" 2025-09-17 06:31:24 UTC ", HALF_PAST_SIX, id="it-says-utc"),
        pytest.param("2025-09-17T12:01:24+05:30", HALF_PAST_SIX, id="with-an-offset"),
        pytest.param("2025-09-17 06:31", HALF_PAST_SIX.replace(second=0), id="without-seconds"),
        pytest.param(serial(HALF_PAST_SIX, NEW_YORK), HALF_PAST_SIX, id="a-date-on-the-clock"),
        pytest.param("2025-09-17", None, id="a-day-is-no-moment"),
        pytest.param("last week", None, id="words"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before-discord"),
        pytest.param("9999-12-31 23:59:59", None, id="after-everything"),
        pytest.param("", None, id="nothing"),
        pytest.param(None, None, id="no-cell"),
        pytest.param(True, None, id="a-truth-value"),
        pytest.param(3.0, None, id="a-number-of-another-kind"),
        pytest.param(1e300, None, id="a-number-that-no-calendar-has"),
    ],
)
def test_a_moment_is_a_date_or_a_text_in_utc(value: CellValue, moment: datetime | None) -> None:
    assert moment_in(value, NEW_YORK) == moment


@pytest.mark.parametrize(
    ("date_created", "clock"),
    [
        pytest.param(serial(OPENED, KOLKATA), KOLKATA, id="the-desks"),
        pytest.param(serial(OPENED, NEW_YORK), NEW_YORK, id="the-spreadsheets"),
        pytest.param(serial(OPENED + timedelta(seconds=50), UTC_CLOCK), UTC_CLOCK, id="utc-and-nearly-a-minute-late"),
        pytest.param(serial(OPENED + timedelta(hours=1), UTC_CLOCK), KOLKATA, id="none-of-them"),
        pytest.param("yesterday", KOLKATA, id="not-a-date"),
        pytest.param(None, KOLKATA, id="no-date"),
    ],
)
def test_the_clock_of_a_rows_dates_is_known_by_its_id(date_created: CellValue, clock: ZoneInfo) -> None:
    possible = clocks(KOLKATA, "America/New_York")

    assert clock_of(THREAD, {"date_created": date_created}, possible) == clock


def test_a_time_zone_that_only_google_knows_is_passed_over() -> None:
    assert clocks(KOLKATA, "GMT+03:17") == clocks(KOLKATA, "") == (KOLKATA, UTC_CLOCK)


def test_a_resolution_is_read_on_the_clock_of_the_rows_creation() -> None:
    resolved = OPENED + timedelta(days=200)  # in summer, when New York has another offset
    dates: Cells = {"date_created": serial(OPENED, NEW_YORK), "resolution_date": serial(resolved, NEW_YORK)}

    assert row_found(THREAD, dates, clocks(KOLKATA, "America/New_York"), NOW).resolved_at == resolved


@pytest.mark.parametrize(
    ("value", "count"),
    [(2.0, 2), ("2", 2), ("02", 2), (None, 0), ("", 0), ("twice", 0), ("²", 0), (-1.0, 0), (1e300, 0), (True, 0)],
)
def test_a_count_is_a_number_or_its_digits(value: CellValue, count: int) -> None:
    assert row_found(THREAD, {"reopen_count": value}, [KOLKATA], NOW).reopen_count == count


@pytest.mark.parametrize("value", [1.4177978e18, "12x", "9" * 19, None])
def test_a_message_id_that_is_none_means_nothing(value: CellValue) -> None:
    assert row_found(THREAD, {"warning_message_id": value}, [KOLKATA], NOW).resolved_message_id is None


# What stays


def stays(ticket: Ticket, cells: Cells) -> set[str]:
    """The columns of this row in which nothing is written, when it is taken up for the ticket."""
    wanted = cells_of(ticket, DESK, {*NAMES, *cells})
    row = row_found(ticket.thread_id, cells, [KOLKATA], NOW)
    known = agreed(cells, wanted, row, DESK.teams, DESK.zone)
    assert known.keys() == cells.keys()
    return {name for name in cells if known[name] == wanted[name]}


TICKET = replace(
    after(created(ENGINEERING, BUG), named("mia"), replied(timedelta(minutes=90)), seen(RESOLVED, ENGINEERING, BUG)),
    resolved_message_id=1417797220000000001,
    reopen_count=2,
)
RESOLVED_AT = TICKET.resolved_at or NOW


@given(tickets)
def test_of_a_row_that_the_bot_wrote_everything_stays(ticket: Ticket) -> None:
    # Business time over decades, day by day, takes a second to count.
    cells = cells_of(ticket, DESK, [name for name in ALL_NAMES if not name.endswith("_business")])

    assert stays(ticket, cells) == set(cells)


@given(recent_tickets)
def test_of_a_recent_row_also_business_time_stays(ticket: Ticket) -> None:
    cells = cells_of(ticket, DESK, ALL_NAMES)

    assert stays(ticket, cells) == set(cells)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("type", "Engineering 🛠,Resolved,  Bug", id="tags-in-another-order"),
        pytest.param("date_created", "2026-02-04T05:00:00.000Z", id="a-date-as-a-text"),
        pytest.param("date_created", "in February", id="a-date-that-nobody-can-read"),
        pytest.param("time_to_first_response", "90m", id="a-duration-in-other-units"),
        pytest.param("resolution_date", RESOLVED_AT.isoformat(), id="a-resolution-as-a-text"),
        pytest.param("link", "https://discord.com/channels/1/2", id="another-address"),
        pytest.param("outside_business_hours", "TRUE", id="a-truth-value-by-other-hours-as-a-text"),
        pytest.param("reopen_count", "2", id="a-count-as-a-text"),
    ],
)
def test_a_cell_that_says_the_same_in_another_form_stays(column: str, value: CellValue) -> None:
    cells = cells_of(TICKET, DESK) | {column: value}

    assert column in stays(TICKET, cells)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("title", "Another title", id="title"),
        pytest.param("type", "Bug", id="tags"),
        pytest.param("raised_by", "Unknown", id="author"),
        pytest.param("first_responded_by", "tom", id="responder"),
        pytest.param("time_to_first_response", "2h 0m", id="duration"),
        pytest.param("resolution_date", (RESOLVED_AT - timedelta(days=1)).isoformat(), id="resolution"),
        pytest.param("reopen_count", "1", id="count"),
        pytest.param("warning_message_id", "1417797220000000000", id="message"),
    ],
)
def test_a_cell_that_says_something_else_is_written(column: str, value: CellValue) -> None:
    cells = cells_of(TICKET, DESK) | {column: value}

    assert column not in stays(TICKET, cells)


ANSWERED = after(created(), named("mia"), replied(timedelta(minutes=9)))
LAST = replied(timedelta(minutes=9)).message_id
HEARD_ALL = replace(ANSWERED, activity=Activity(last_message_id=LAST, by_asker=False, staff_replies=2))
HEARD_LAST = replace(ANSWERED, activity=Activity(last_message_id=LAST, by_asker=True, staff_replies=None))


@pytest.mark.parametrize(
    ("ticket", "column", "value", "kept"),
    [
        pytest.param(HEARD_ALL, "staff_replies", "2", True, id="a-count-as-a-text"),
        pytest.param(HEARD_ALL, "staff_replies", 1.0, False, id="another-count"),
        pytest.param(HEARD_LAST, "staff_replies", 1.0, False, id="a-count-that-nobody-knows-any-more"),
        pytest.param(HEARD_LAST, "waiting_on", "us", True, id="the-same-turn"),
        pytest.param(HEARD_LAST, "waiting_on", "asker", False, id="another-turn"),
        pytest.param(ANSWERED, "waiting_on", "us", False, id="a-turn-that-nobody-knows-any-more"),
        pytest.param(after(created(), seen(RESOLVED)), "waiting_on", "us", False, id="it-is-nobodys-turn"),
        pytest.param(HEARD_ALL, "last_activity", "2026-02-04 05:09:00", True, id="a-date-as-a-text"),
        pytest.param(ANSWERED, "last_activity", "2026-02-04 05:09:00", False, id="an-activity-before-unknown-ones"),
        pytest.param(replace(ANSWERED, due_at=None), "sla", "met", True, id="a-verdict-without-a-deadline"),
    ],
)
def test_cells_of_messages_stay_only_where_they_are_known_to_be_right(
    ticket: Ticket, column: str, value: CellValue, *, kept: bool
) -> None:
    assert (column in stays(ticket, {column: value})) is kept


def test_a_verdict_does_not_stay_where_the_clock_ended_with_none() -> None:
    resolved = after(created(), seen(RESOLVED))
    cells = cells_of(resolved, DESK, ALL_NAMES) | {"sla": "running"}

    assert set(cells) - stays(resolved, cells) == {"sla"}


@pytest.mark.parametrize(
    ("value", "count"), [(0.0, 0), ("3", 3), (None, None), ("", None), ("many", None), (True, None), (-1.0, None)]
)
def test_of_the_staffs_messages_an_empty_cell_is_no_number(value: CellValue, count: int | None) -> None:
    assert row_found(THREAD, {"staff_replies": value}, [KOLKATA], NOW).staff_replies == count


@pytest.mark.parametrize(
    ("cells", "undecided"),
    [
        ({"sla_due": serial(OPENED, KOLKATA), "sla": None}, True),
        ({"sla_due": serial(OPENED, KOLKATA), "sla": "met"}, False),
        ({"sla_due": serial(OPENED, KOLKATA)}, False),
        ({"sla_due": None, "sla": None}, False),
        ({"sla": None}, False),
    ],
)
def test_a_clock_ended_with_no_verdict_where_there_is_a_deadline_and_an_empty_cell_beside_it(
    cells: Cells, *, undecided: bool
) -> None:
    assert row_found(THREAD, cells, [KOLKATA], NOW).is_undecided is undecided


def test_blank_cells_are_filled() -> None:
    cells: Cells = dict.fromkeys(cells_of(TICKET, DESK))

    assert stays(TICKET, cells) == set()


def test_what_the_ticket_does_not_know_is_not_blanked() -> None:
    written: Cells = {
        "first_responded_by": "Sam S.",
        "time_to_first_response": "an hour or so",
        "resolution_date": "last week",
        "time_to_resolution": "about a day",
        "warning_message_id": 1.4177978e18,
        "team": "Data",
    }

    assert stays(after(created(), named("mia")), written) == set(written)


@pytest.mark.parametrize(
    ("tags", "team", "kept"),
    [
        pytest.param("Resolved, Engineering 🛠, Bug", "engineering team", True, id="same-tags-other-spelling"),
        pytest.param("Engineering 🛠", "engineering team", True, id="other-tags-same-team"),
        pytest.param("Consulting", "Consulting", False, id="another-team-by-the-tags"),
        pytest.param(None, "engineering team", True, id="no-tags-to-compare"),
    ],
)
def test_a_team_stays_as_long_as_the_tags_name_the_same(tags: CellValue, team: str, *, kept: bool) -> None:
    assert ("team" in stays(TICKET, {"type": tags, "team": team})) is kept


def test_a_team_and_tags_that_were_all_taken_off_are_blanked() -> None:
    bare = after(created(), named("mia"))

    assert stays(bare, {"type": "Engineering 🛠", "team": "Engineering"}) == set()
