"""SheetRepository's cells: every value arrives with its type and its looks, and texts as exactly these texts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.sheet_office import KOLKATA, OPENED, ROWS, Office, snowflake, ticket
from tracker.domain.events import Tag
from tracker.domain.ticket import Answer
from tracker.sheet.table.columns import NAMES

pytest_plugins = ("tests.support.office_fixtures",)


async def test_every_column_arrives_with_its_value_type_and_looks(watched: Office) -> None:
    answered = Answer(message_id=snowflake(OPENED + timedelta(minutes=25, seconds=31.9)), author_name="sam#1234")
    full = ticket(
        0,
        "Charts are empty",
        tags=(Tag(id=1, name="billing"), Tag(id=2, name="Engineering")),
        first_answer=answered,
        resolved_at=datetime(2026, 2, 6, 14, 45, 30, tzinfo=KOLKATA),
        resolved_message_id=1417628594471739439,
        reopen_count=2,
    )
    at_night = ticket(13 * 60)
    watched.want(full, at_night)

    await watched.flush()

    assert watched.found() == watched.meant()
    # 46057 is 2026-02-04, 46059 the 6th; 10:30 in Kolkata, where the desk is, and nowhere else.
    assert watched.tab.records()[0] == {
        "thread_id": str(full.thread_id),
        "title": "Charts are empty",
        "type": "billing, Engineering",
        "raised_by": "mia",
        "date_created": pytest.approx(46057 + 10.5 / 24, abs=1e-9),
        "first_responded_by": "sam#1234",
        "time_to_first_response": "25m 31s",
        "time_to_resolution": "2d 4h 15m",
        "resolution_date": pytest.approx(46059 + (14 * 3600 + 45 * 60 + 30) / 86400, abs=1e-9),
        "link": f"https://discord.com/channels/1417628594471739000/{full.thread_id}",
        "team": "Engineering",
        "outside_business_hours": False,
        "reopen_count": 2.0,
        "warning_message_id": "1417628594471739439",
    }
    shown = dict(zip(NAMES, watched.tab.shown()[1], strict=True))
    assert shown["date_created"] == "2026-02-04 10:30:00"
    assert shown["resolution_date"] == "2026-02-06 14:45:30"
    assert (shown["outside_business_hours"], shown["reopen_count"]) == ("FALSE", "2")
    assert watched.tab.records()[1]["outside_business_hours"] is True


async def test_a_value_that_goes_away_empties_its_cell_and_keeps_its_format(office: Office) -> None:
    office.have(ticket(1, resolved_at=OPENED))
    office.change(ticket(1), resolution_date=None)

    await office.flush()

    assert office.found() == office.meant()
    resolution = office.tab.cell(1, NAMES.index("resolution_date"))
    assert resolution.number_format == {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}


TEXTS = (
    '=IMPORTXML("http://x")',
    "+1",
    "-1",
    "'",
    "'quoted",
    "@x",
    "@everyone",
    "👩‍👩‍👧‍👦 🎉",
    "1417628594471739432",
    "007",
    "1e5",
    "TRUE",
    "2026-02-04",
    "50%",
    "  spaces  ",
    "two\nlines\tand a tab",
    '"; DROP TABLE',
    "{{mustache}}",
    "ä" * 45_000,  # 90 kB
)


async def test_text_arrives_as_exactly_that_text(office: Office) -> None:
    office.want(*(ticket(number, text) for number, text in enumerate(TEXTS)), ticket(99, "old"))
    await office.flush()
    office.change(ticket(99), title=TEXTS[0], raised_by=TEXTS[1])
    await office.flush()

    title, raised_by = NAMES.index("title"), NAMES.index("raised_by")
    assert [office.tab.cell(row, title).value for row in range(1, len(TEXTS) + 1)] == list(TEXTS)
    assert office.tab.cell(len(TEXTS) + 1, title).value == TEXTS[0]
    assert office.tab.cell(len(TEXTS) + 1, raised_by).value == TEXTS[1]


async def test_text_longer_than_a_cell_is_cut_with_an_ellipsis(office: Office) -> None:
    # Google counts an emoji as two; the one at the cut is left out as a whole.
    office.want(ticket(1, "x" * 90_000), ticket(2, "x" + "🎉" * 30_000), ticket(3, "x" * 50_000))

    await office.flush()

    titles = [row["title"] for row in office.tab.records()]
    assert titles == ["x" * 49_999 + "…", "x" + "🎉" * 24_999 + "…", "x" * 50_000]


async def test_ids_keep_their_digits_when_people_retype_the_row(office: Office) -> None:
    office.want(ticket(1, resolved_message_id=1417628594471739439))
    await office.flush()

    for name in ("thread_id", "warning_message_id"):
        cell = office.tab.cell(1, NAMES.index(name))
        assert isinstance(cell.value, str)
        office.tab.enter(1, NAMES.index(name), cell.value)

    assert office.found() == office.meant()


def dates(office: Office, rows: range) -> list[str | None]:
    column = office.tab.shown()[0].index("date_created")
    return [office.tab.shown()[row][column] for row in rows]


async def test_dates_are_shown_as_dates_after_the_last_prepared_row(watched: Office) -> None:
    watched.tab.paste(1, 0, [[str(number)] for number in range(ROWS - 2)])
    assert (watched.tab.row_count, watched.tab.data_end()) == (ROWS, ROWS - 1)
    watched.want(ticket(1), ticket(2), ticket(3))
    await watched.flush()
    watched.want(ticket(4))
    await watched.flush()

    assert dates(watched, range(ROWS - 1, ROWS + 3)) == [f"2026-02-04 10:3{minute}:00" for minute in (1, 2, 3, 4)]


async def test_dates_of_new_rows_are_shown_as_dates_on_a_tab_without_formats(watched: Office) -> None:
    watched.tab.clear()
    watched.have(ticket(1), header=["notes", *reversed(NAMES)])
    watched.want(ticket(2, resolved_at=OPENED), ticket(3))
    await watched.flush()
    watched.want(ticket(4))
    await watched.flush()

    assert dates(watched, range(2, 5)) == ["2026-02-04 10:32:00", "2026-02-04 10:33:00", "2026-02-04 10:34:00"]
    assert watched.tab.shown()[2][1 + NAMES[::-1].index("resolution_date")] == "2026-02-04 10:30:00"


async def test_a_date_written_into_an_old_row_without_formats_is_shown_as_a_date(office: Office) -> None:
    office.tab.clear()
    office.have(ticket(1))
    office.change(ticket(1), resolution_date=46059.5)

    await office.flush()

    assert office.tab.shown()[1][NAMES.index("resolution_date")] == "2026-02-06 12:00:00"
