"""Number formats show values as Google Sheets does in locale en_US."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.sandbox.sheets.a1 import column_index, column_name, quoted
from tracker.sandbox.sheets.formats import moment, serial, shown

MOMENT = 46057.4375  # 2026-02-04 10:30:00, a Wednesday


@pytest.mark.parametrize(
    ("number", "kind", "pattern", "text"),
    [
        (MOMENT, "DATE_TIME", "yyyy-mm-dd hh:mm:ss", "2026-02-04 10:30:00"),
        (MOMENT, "DATE", "dddd, d mmmm yyyy", "Wednesday, 4 February 2026"),
        (MOMENT, "DATE", "ddd d mmm yy", "Wed 4 Feb 26"),
        (MOMENT, "DATE_TIME", "m/d/yyyy h:mm am/pm", "2/4/2026 10:30 AM"),
        (MOMENT + 0.5, "TIME", "h:mm AM/PM", "10:30 PM"),
        (MOMENT + 0.0001, "TIME", "mm:ss.000", "30:08.640"),
        (0.5 + 1 / 86_400, "TIME", "[h]:mm:ss", "12:00:01"),
        (2.25 + 61 / 86_400, "TIME", "[hhh]:mm:ss", "054:01:01"),
        (1.0, "TIME", '[m] "minutes", [s] "seconds"', "1440 minutes, 86400 seconds"),
        (MOMENT, "DATE_TIME", 'yyyy"-"mm\\Thh', "2026-02T10"),
        (MOMENT, "DATE", None, "2/4/2026"),
        (MOMENT, "DATE_TIME", None, "2/4/2026 10:30:00"),
        (1234.5, "NUMBER", None, "1,234.50"),
        (1234.5, "NUMBER", "0", "1235"),
        (-1234.567, "NUMBER", "#,##0.0", "-1,234.6"),
        (7.0, "NUMBER", "000", "007"),
        (7.0, "NUMBER", '0" tickets"', "7 tickets"),
        (0.256, "PERCENT", None, "25.60%"),
        (0.256, "PERCENT", "0%", "26%"),
        (99.9, "CURRENCY", None, "$99.90"),
        (1234.5, "SCIENTIFIC", None, "1.23E+03"),
        (5.0, "TEXT", "@", "5"),
        (1417628594471739432.0, None, None, "1.41763E+18"),
        (123456789012345.0, None, None, "123456789012345"),
        (0.1, None, None, "0.1"),
        (3.0, None, None, "3"),
    ],
)
def test_a_number_is_shown_by_its_format(number: float, kind: str | None, pattern: str | None, text: str) -> None:
    number_format = None if kind is None else {"type": kind} | ({"pattern": pattern} if pattern else {})
    assert shown(number, number_format) == text


def test_texts_booleans_and_empty_cells_ignore_number_formats() -> None:
    number_format = {"type": "DATE", "pattern": "yyyy"}
    assert [shown(value, number_format) for value in ("text", True, None)] == ["text", "TRUE", None]


def test_a_serial_counts_days_since_1899() -> None:
    at = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
    assert serial(at) == MOMENT
    assert moment(MOMENT) == at
    assert serial(datetime(1899, 12, 30, tzinfo=UTC)) == 0


def test_every_second_of_a_day_survives_its_serial() -> None:
    midnight = serial(datetime(2026, 2, 4, tzinfo=UTC))
    for second in range(0, 86_400, 7):
        at = moment(midnight + second / 86_400)
        assert at.hour * 3600 + at.minute * 60 + at.second == second


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(index: int, letters: str) -> None:
    assert column_name(index) == letters
    assert column_index(letters) == index


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Sheet1", "Sheet1"),
        ("Support Tickets", "'Support Tickets'"),
        ("A1", "'A1'"),
        ("Q's", "'Q''s'"),
        ("2026", "'2026'"),
    ],
)
def test_titles_are_quoted_where_they_must_be(title: str, written: str) -> None:
    assert quoted(title) == written
