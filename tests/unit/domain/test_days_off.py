"""Holidays and own days: what people write, and which days that makes free."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from tracker.domain.days_off import DaysOff
from tracker.settings.public_holidays import public_holidays


def read(text: str) -> DaysOff:
    return DaysOff.read(text, public_holidays)


def test_the_public_holidays_of_a_region_are_off() -> None:
    karnataka = read("in-ka")

    assert karnataka.is_off(date(2026, 11, 1))  # Karnataka's own day
    assert not read("IN-MH").is_off(date(2026, 11, 1))
    assert karnataka.is_off(date(2027, 1, 26))  # Republic Day, whatever the year
    assert not karnataka.is_off(date(2026, 2, 4))


def test_own_days_stand_beside_those_of_a_region() -> None:
    off = read("IN-KA, 2026-12-24 .. 2026-12-31 , 2027-01-04, !2026-11-01, 2026-12-24 09:00-12:00")

    assert [off.is_off(date(2026, 12, day)) for day in (23, 24, 28, 31)] == [False, True, True, True]
    assert off.is_off(date(2027, 1, 4))
    assert off.is_worked(date(2026, 11, 1))
    assert off.hours_of(date(2026, 12, 24)) == ((540, 720),)
    assert off.hours_of(date(2026, 12, 28)) is None


def test_a_day_may_have_several_intervals_of_its_own() -> None:
    off = read("2026-12-24 13:00-15:00,2026-12-24 09:00-12:00")

    assert off.hours_of(date(2026, 12, 24)) == ((540, 720), (780, 900))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("XX", '"XX" is no country whose holidays are known; write one as IN or DE, or single days'),
        ("DE-KA", '"DE-KA" is no part of DE whose holidays are known; those are Augsburg, BB, BE, '),
        ("2026-13-01", '"2026-13-01" is no day of any calendar'),
        ("2026-12-31..2026-12-24", '"2026-12-31..2026-12-24" ends before it starts'),
        ("0001-01-01", '"0001-01-01" is not between 2000 and 2199'),
        ("9999-12-30..9999-12-31", '"9999-12-30" is not between 2000 and 2199'),
        ("2026-01-01..2027-12-31", '"2026-01-01..2027-12-31" is longer than 400 days'),
        ("2026-12-24 9-12", '"9-12" is not an interval of two times'),
        ("Christmas", '"Christmas" is neither a region (IN-KA) nor a date (2026-12-24)'),
        ("24.12.2026", '"24.12.2026" is neither a region (IN-KA) nor a date (2026-12-24)'),
    ],
)
def test_what_cannot_be_read_is_named(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r'^"') as refused:
        read(text)

    assert str(refused.value).startswith(wrong)


def test_the_library_is_loaded_only_where_a_region_is_named() -> None:
    script = (
        "import sys; from tracker.domain.days_off import DaysOff; "
        "from tracker.settings.public_holidays import public_holidays; "
        "DaysOff.read('2026-12-24', public_holidays); print('holidays' in sys.modules); "
        "DaysOff.read('IN', public_holidays); print('holidays' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert run.stdout.split() == ["False", "True"]


def test_years_of_which_the_library_does_not_know_all_are_no_trouble() -> None:
    assert read("IN").is_off(date(2045, 1, 26))
