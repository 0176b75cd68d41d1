"""Settings of times that are refused: zones, hours, days, spans, and what nothing would come of; in one line each."""

from __future__ import annotations

import pytest

from tests.support.required_settings import Load, refusal

HOURS_EXAMPLE = "Example: BUSINESS_HOURS=09:00-13:00,14:00-18:00"
DAYS_EXAMPLE = "Example: BUSINESS_DAYS=Mon-Fri"
IANA = "the IANA list, where one is a continent and a large city in it."
A_DAY = "a day (Mon, Tue, Wed, Thu, Fri, Sat, Sun)."
SLA_EXAMPLE = "Example: SLA_TIMEOUT=1h30m"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "SLA_TIMEOUT",
            "60",
            'SLA_TIMEOUT "60" lacks a unit: m for minutes, h for hours, s for seconds. Example: SLA_TIMEOUT=60m',
        ),
        ("SLA_TIMEOUT", "1 hour", 'SLA_TIMEOUT "1 hour" is not a time span. Example: SLA_TIMEOUT=1h'),
        ("SLA_TIMEOUT", "90min", 'SLA_TIMEOUT "90min" is not a time span. Example: SLA_TIMEOUT=90m'),
        ("SLA_TIMEOUT", "soon", f'SLA_TIMEOUT "soon" is not a time span. {SLA_EXAMPLE}'),
        (
            "TEAM_SLA",
            "Engineering=2",
            ('TEAM_SLA "2" lacks a unit: m for minutes, h for hours, s for seconds. Example: TEAM_SLA=Engineering=2m'),
        ),
        (
            "TIMEZONE",
            "UTC+5:30",
            (
                'TIMEZONE "UTC+5:30" is not a time zone of the IANA list (perhaps Asia/Kolkata). '
                "Example: TIMEZONE=Asia/Kolkata"
            ),
        ),
        (
            "TIMEZONE",
            "GMT+2",
            (
                'TIMEZONE "GMT+2" is not a time zone of the IANA list (perhaps Europe/Athens). '
                "Example: TIMEZONE=Europe/Athens"
            ),
        ),
        (
            "TIMEZONE",
            "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi",
            (
                'TIMEZONE "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi" is not a time zone of the IANA list '
                "(perhaps Asia/Kolkata). Example: TIMEZONE=Asia/Kolkata"
            ),
        ),
        (
            "TIMEZONE",
            "India Standard Time",
            (
                'TIMEZONE "India Standard Time" is not a time zone of the IANA list (perhaps Asia/Kolkata). '
                "Example: TIMEZONE=Asia/Kolkata"
            ),
        ),
        ("TIMEZONE", "utc", 'TIMEZONE "utc" is not a time zone of the IANA list (perhaps UTC). Example: TIMEZONE=UTC'),
        (
            "BUSINESS_HOURS",
            "24 hours",
            'BUSINESS_HOURS "24 hours" is not an interval of two times. Example: BUSINESS_HOURS=24/7',
        ),
        (
            "BUSINESS_HOURS",
            "always",
            'BUSINESS_HOURS "always" is not an interval of two times. Example: BUSINESS_HOURS=24/7',
        ),
        (
            "TEAM_SLA",
            "Engineering=",
            'TEAM_SLA "Engineering=" is not a team with its time. Example: TEAM_SLA=Engineering=2h,Consulting=8h',
        ),
        (
            "TEAM_SLA",
            "Engineering=2h,Engineering=4h",
            'TEAM_SLA names "Engineering" twice. Example: TEAM_SLA=Engineering=2h,Consulting=8h',
        ),
        ("SLA_TIMEOUT", "30m1h", f'SLA_TIMEOUT "30m1h" is not a time span. {SLA_EXAMPLE}'),
        ("SLA_TIMEOUT", "-1h", f'SLA_TIMEOUT "-1h" is not a time span. {SLA_EXAMPLE}'),
        ("SLA_TIMEOUT", "0h", f'SLA_TIMEOUT "0h" is too short (the shortest is 1s). {SLA_EXAMPLE}'),
        ("SLA_TIMEOUT", "0s", f'SLA_TIMEOUT "0s" is too short (the shortest is 1s). {SLA_EXAMPLE}'),
        ("SLA_TIMEOUT", "9999999999d", f'SLA_TIMEOUT "9999999999d" is longer than a year. {SLA_EXAMPLE}'),
        (
            "TIMEZONE",
            "IST",
            (
                'TIMEZONE "IST" is not a time zone of the IANA list (perhaps Asia/Kolkata or Asia/Jerusalem or '
                "Europe/Dublin). Example: TIMEZONE=Asia/Kolkata"
            ),
        ),
        (
            "TIMEZONE",
            "Berlin",
            (
                'TIMEZONE "Berlin" is not a time zone of the IANA list (perhaps Europe/Berlin). '
                "Example: TIMEZONE=Europe/Berlin"
            ),
        ),
        (
            "TIMEZONE",
            "Asia/Calcuta",
            (
                'TIMEZONE "Asia/Calcuta" is not a time zone of the IANA list (perhaps Asia/Calcutta). '
                "Example: TIMEZONE=Asia/Calcutta"
            ),
        ),
        ("TIMEZONE", "../x", f'TIMEZONE "../x" is not a time zone of {IANA} Example: TIMEZONE=Asia/Kolkata'),
        ("TIMEZONE", "Asia", f'TIMEZONE "Asia" is not a time zone of {IANA} Example: TIMEZONE=Asia/Kolkata'),
        (
            "BUSINESS_HOURS",
            "9-18",
            'BUSINESS_HOURS "9-18" is not an interval of two times. Example: BUSINESS_HOURS=09:00-18:00',
        ),
        (
            "BUSINESS_HOURS",
            "9am-6pm",
            'BUSINESS_HOURS "9am-6pm" is not an interval of two times. Example: BUSINESS_HOURS=09:00-18:00',
        ),
        (
            "BUSINESS_HOURS",
            "09:00-13:00,14:00",
            f'BUSINESS_HOURS "14:00" is not an interval of two times. {HOURS_EXAMPLE}',
        ),
        (
            "BUSINESS_HOURS",
            "09:00-18:60",
            f'BUSINESS_HOURS "09:00-18:60" has a time that no clock shows. {HOURS_EXAMPLE}',
        ),
        (
            "BUSINESS_HOURS",
            "09:00-24:01",
            f'BUSINESS_HOURS "09:00-24:01" has a time that no clock shows. {HOURS_EXAMPLE}',
        ),
        (
            "BUSINESS_HOURS",
            "09:00-09:00",
            f'BUSINESS_HOURS "09:00-09:00" is no time at all; write the whole day as 00:00-24:00. {HOURS_EXAMPLE}',
        ),
        (
            "BUSINESS_HOURS",
            "Mon 09:00-18:00; Mon-Tue 10:00-11:00",
            f"BUSINESS_HOURS Mon stands there twice; write its intervals as one list. {HOURS_EXAMPLE}",
        ),
        (
            "BUSINESS_HOURS",
            "Mon-Thu 09:00-18:00; 09:00-16:00",
            (
                'BUSINESS_HOURS "09:00-16:00" does not say on which days; write it as Mon-Thu 09:00-18:00; Fri '
                f"09:00-16:00. {HOURS_EXAMPLE}"
            ),
        ),
        ("BUSINESS_HOURS", "Mon-Fri", f"BUSINESS_HOURS needs at least one interval. {HOURS_EXAMPLE}"),
        (
            "HOLIDAYS",
            "Christmas",
            (
                'HOLIDAYS "Christmas" is neither a region (IN-KA) nor a date (2026-12-24). '
                "Example: HOLIDAYS=IN-KA,2026-12-24..2026-12-31"
            ),
        ),
        (
            "SLA_CLOCK",
            "night",
            'SLA_CLOCK "night" is none of always, business. Example: SLA_CLOCK=business',
        ),
        (
            "SLA_WARNING",
            "0.75",
            'SLA_WARNING "0.75" is not a part of the time (from 1% to 99%). Example: SLA_WARNING=75%',
        ),
        (
            "SLA_WARNING",
            "100%",
            'SLA_WARNING "100%" is not a part of the time (from 1% to 99%). Example: SLA_WARNING=75%',
        ),
        ("DIGEST", "at nine", 'DIGEST "at nine" is not a time of day. Example: DIGEST=09:00'),
        ("DIGEST", "24:00", 'DIGEST "24:00" is not a time of day. Example: DIGEST=09:00'),
        (
            "DIGEST",
            "09:00",
            "ALERT_CHANNEL_IDS is empty, so nothing comes of DIGEST. Example: ALERT_CHANNEL_IDS=1417628594471739433",
        ),
        ("REPORT", "09:00", f'REPORT "09:00" is not {A_DAY} Example: REPORT=Mon 09:00'),
        ("REPORT", "Monday", 'REPORT "Monday" is not one day of the week with a time. Example: REPORT=Mon 09:00'),
        (
            "REPORT",
            "Mon-Fri 09:00",
            'REPORT "Mon-Fri 09:00" is not one day of the week with a time. Example: REPORT=Mon 09:00',
        ),
        (
            "REPORT",
            "Mon 09:00",
            (
                "REPORT_CHANNEL_IDS is empty, and ALERT_CHANNEL_IDS, too, so nothing comes of REPORT. "
                "Example: REPORT_CHANNEL_IDS=1417628594471739438"
            ),
        ),
        (
            "REPORT_CHANNEL_IDS",
            "1417628594471739437",
            "REPORT is not set, so nothing comes of REPORT_CHANNEL_IDS. Example: REPORT=Mon 09:00",
        ),
        ("ESCALATION_AFTER", "later", 'ESCALATION_AFTER "later" is not a time span. Example: ESCALATION_AFTER=2h'),
        (
            "ESCALATION_ROLE_ID",
            "1417628594471739437",
            "ESCALATION_AFTER is not set, so nothing comes of ESCALATION_ROLE_ID. Example: ESCALATION_AFTER=2h",
        ),
        (
            "ESCALATION_CHANNEL_IDS",
            "1417628594471739437",
            "ESCALATION_AFTER is not set, so nothing comes of ESCALATION_CHANNEL_IDS. Example: ESCALATION_AFTER=2h",
        ),
        (
            "TEAM_SLA",
            "Engineering",
            'TEAM_SLA "Engineering" is not a team with its time. Example: TEAM_SLA=Engineering=2h,Consulting=8h',
        ),
        (
            "TEAM_SLA",
            "Sales=2h",
            (
                'TEAM_SLA names "Sales", which is no team of TEAM_TAGS (Engineering, Consulting). '
                "Example: TEAM_SLA=Engineering=2h"
            ),
        ),
        ("BUSINESS_DAYS", "Mon-Fry", f'BUSINESS_DAYS "Fry" is not {A_DAY} {DAYS_EXAMPLE}'),
        ("BUSINESS_DAYS", "weekdays", f'BUSINESS_DAYS "weekdays" is not {A_DAY} {DAYS_EXAMPLE}'),
        ("BUSINESS_DAYS", "-Fri", f'BUSINESS_DAYS "" is not {A_DAY} {DAYS_EXAMPLE}'),
    ],
)
def test_a_setting_of_another_form_is_named_in_one_line(loaded: Load, name: str, text: str, line: str) -> None:
    assert refusal(loaded, **{name: text}) == line


@pytest.mark.parametrize("days", ["Mon-", "Mon-Fri-Sat", "Mon-Fri Sat"])
def test_days_that_could_only_be_guessed_are_refused(loaded: Load, days: str) -> None:
    assert refusal(loaded, BUSINESS_DAYS=days).startswith("BUSINESS_DAYS ")


def test_a_time_span_that_no_calendar_can_hold_is_refused(loaded: Load) -> None:
    # 9,999,999 days after any thread's creation are 27,378 years; datetime ends with the year 9999.
    assert refusal(loaded, SLA_TIMEOUT="9999999d").startswith("SLA_TIMEOUT ")


def test_a_desk_that_never_opens_is_refused(loaded: Load) -> None:
    ranges = ",".join(f"{year}-01-01..{year}-12-31" for year in range(2020, 2100))

    line = refusal(loaded, HOLIDAYS=ranges)

    assert line == (
        "BUSINESS_HOURS with BUSINESS_DAYS and HOLIDAYS is no time at all: the desk never opens within 400 days. "
        "Example: BUSINESS_HOURS=09:00-18:00"
    )
