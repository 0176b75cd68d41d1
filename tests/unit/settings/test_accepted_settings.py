"""Settings that are taken: their defaults, the forms that a person may write, and what they come to."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from tests.support.required_settings import REQUIRED, SHEET_ID, TOKEN, Load
from tracker.domain.days_off import DaysOff
from tracker.domain.hours import BusinessHours
from tracker.settings import Settings, SheetSettings, load
from tracker.settings.public_holidays import public_holidays

NEARBY = 1417628594471739432


def test_what_is_required_is_enough(loaded: Load) -> None:
    settings = loaded()

    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.support_channel_id == 1417628594471739432
    assert settings.spreadsheet_id == SHEET_ID


DEFAULTS = {
    "google_application_credentials": Path("credentials.json"),
    "alert_channel_ids": (),
    "sheet_name": "Support Tickets",
    "support_name": "Dalgo Support",
    "sla_timeout": timedelta(hours=1),
    "sla_clock": "always",
    "team_sla": (),
    "sla_warning": None,
    "escalation_after": None,
    "escalation_channel_ids": (),
    "escalation_role_id": None,
    "digest": None,
    "report": None,
    "report_channel_ids": (),
    "waiting_tags": (),
    "holidays": DaysOff(),
    "timezone": ZoneInfo("Asia/Kolkata"),
    "business_hours": ((9 * 60, 18 * 60),),
    "business_days": frozenset({0, 1, 2, 3, 4}),
    "resolved_tags": ("resolved",),
    "team_tags": ("Engineering", "Consulting"),
    "support_role_ids": (),
    "closed_counts": False,
    "names": "username",
    "data_dir": Path("data"),
    "log_level": "INFO",
    "log_format": "text",
    "health_port": None,
    "health_host": "127.0.0.1",
    "discord_api_url": "https://discord.com/api/v10",
    "google_sheets_url": "https://sheets.googleapis.com",
    "https_proxy": SecretStr(""),
    "http_proxy": SecretStr(""),
    "no_proxy": "",
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_setting_that_is_not_set_has_its_default(loaded: Load, name: str) -> None:
    assert getattr(loaded(), name) == DEFAULTS[name]


@pytest.mark.parametrize("name", DEFAULTS)
def test_an_empty_setting_has_its_default(loaded: Load, name: str) -> None:
    assert getattr(loaded(**{name.upper(): ""}), name) == DEFAULTS[name]


def test_every_setting_is_either_required_or_has_a_default_tested_here() -> None:
    assert {name.lower() for name in REQUIRED} | set(DEFAULTS) == set(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("SUPPORT_CHANNEL_ID", " 1417628594471739432 ", 1417628594471739432),
        ("SUPPORT_CHANNEL_ID", "1417628594471739432\r", 1417628594471739432),
        ("SUPPORT_CHANNEL_ID", "https://discord.com/channels/1417628594471739400/1417628594471739432", NEARBY),
        ("SUPPORT_CHANNEL_ID", "https://ptb.discord.com/channels/1417628594471739400/1417628594471739432/", NEARBY),
        ("SUPPORT_CHANNEL_ID", "<#1417628594471739432>", NEARBY),
        ("SUPPORT_CHANNEL_ID", "discord://-/channels/1417628594471739400/1417628594471739432", NEARBY),
        ("SUPPORT_CHANNEL_ID", "<https://discord.com/channels/1/1417628594471739432/threads/2?x=1>", NEARBY),
        ("ALERT_CHANNEL_IDS", "1417628594471739434; 1417628594471739433", (1417628594471739434, 1417628594471739433)),
        ("ALERT_CHANNEL_IDS", "1417628594471739434 1417628594471739433", (1417628594471739434, 1417628594471739433)),
        ("SUPPORT_ROLE_IDS", "<@&1417628594471739435>", (1417628594471739435,)),
        ("ALERT_CHANNEL_IDS", "1417628594471739433", (1417628594471739433,)),
        ("ALERT_CHANNEL_IDS", "1417628594471739434, 1417628594471739433,", (1417628594471739434, 1417628594471739433)),
        ("ALERT_CHANNEL_IDS", "1417628594471739433,1417628594471739433", (1417628594471739433,)),
        ("SUPPORT_ROLE_IDS", "1417628594471739435", (1417628594471739435,)),
        ("SPREADSHEET_ID", f" {SHEET_ID} ", SHEET_ID),
        ("SPREADSHEET_ID", f"https://docs.google.com/spreadsheets/d/{SHEET_ID}/edit?gid=0#gid=0", SHEET_ID),
        ("SPREADSHEET_ID", f"https://docs.google.com/spreadsheets/u/1/d/{SHEET_ID}/edit", SHEET_ID),
        ("SPREADSHEET_ID", f"docs.google.com/spreadsheets/d/{SHEET_ID}", SHEET_ID),
        ("SPREADSHEET_ID", f"https://docs.google.com/a/example.org/spreadsheets/d/{SHEET_ID}/edit", SHEET_ID),
        ("SPREADSHEET_ID", f"https://docs.google.com/spreadsheets/d/{SHEET_ID}/copy?usp=sharing", SHEET_ID),
        ("SPREADSHEET_ID", f"https://drive.google.com/open?id={SHEET_ID}&usp=drive_fs", SHEET_ID),
        ("SPREADSHEET_ID", f"https://drive.google.com/file/d/{SHEET_ID}/view", SHEET_ID),
        ("SPREADSHEET_ID", f"https://spreadsheets.google.com/ccc?key={SHEET_ID}&hl=en", SHEET_ID),
        ("SPREADSHEET_ID", f"https://sheets.googleapis.com/v4/spreadsheets/{SHEET_ID}/values/A1", SHEET_ID),
        ("SPREADSHEET_ID", f"spreadsheets/d/{SHEET_ID}/edit", SHEET_ID),
        ("SPREADSHEET_ID", f"https://spreadsheets.google.com/feeds/list/{SHEET_ID}/od6/public/values", SHEET_ID),
        (
            "SPREADSHEET_ID",
            f"https://accounts.google.com/x?continue=https%3A%2F%2Fdocs.google.com%2Fspreadsheets%2Fd%2F{SHEET_ID}%2Fedit",
            SHEET_ID,
        ),
        ("SPREADSHEET_ID", f"d/{SHEET_ID}/edit", SHEET_ID),
        ("SPREADSHEET_ID", f"{SHEET_ID}/edit#gid=0", SHEET_ID),
        ("SPREADSHEET_ID", f"{SHEET_ID}#gid=0", SHEET_ID),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/run/secrets/key.json", Path("/run/secrets/key.json")),
        ("GOOGLE_APPLICATION_CREDENTIALS", "~/key.json", Path.home() / "key.json"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "$HOME/key.json", Path.home() / "key.json"),
        ("DATA_DIR", "~/tracker", Path.home() / "tracker"),
        ("DATA_DIR", "${HOME}/tracker", Path.home() / "tracker"),
        ("SHEET_NAME", " Tickets 2026 ", "Tickets 2026"),
        ("SUPPORT_NAME", "Café Support 🧵", "Café Support 🧵"),
        ("SUPPORT_NAME", "The Testers'", "The Testers'"),
        ("SLA_TIMEOUT", "90s", timedelta(seconds=90)),
        ("SLA_TIMEOUT", "30m", timedelta(minutes=30)),
        ("SLA_TIMEOUT", "1h30m", timedelta(hours=1, minutes=30)),
        ("SLA_TIMEOUT", " 1H 30M ", timedelta(hours=1, minutes=30)),
        ("SLA_TIMEOUT", "2d", timedelta(days=2)),
        ("TIMEZONE", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("BUSINESS_HOURS", "09:00-13:00,14:00-18:00", ((540, 780), (840, 1080))),
        ("BUSINESS_HOURS", "9:00 - 18:30", ((540, 1110),)),
        ("BUSINESS_HOURS", "22:00-24:00,00:00-06:00", ((1320, 1440), (0, 360))),
        ("BUSINESS_HOURS", "22:00-06:00", ((1320, 1800),)),
        ("BUSINESS_HOURS", "00:00-00:00", ((0, 1440),)),
        ("BUSINESS_HOURS", " 24/7 ", dict.fromkeys(range(7), ((0, 1440),))),
        (
            "BUSINESS_HOURS",
            "Mon-Thu: 09:00-18:00; Fri 09:00-12:00, 13:00-16:00",
            {**dict.fromkeys(range(4), ((540, 1080),)), 4: ((540, 720), (780, 960))},
        ),
        ("SLA_CLOCK", "Business", "business"),
        (
            "TEAM_SLA",
            "Engineering=2h, Consulting = 1d",
            (("Engineering", timedelta(hours=2)), ("Consulting", timedelta(days=1))),
        ),
        ("SLA_WARNING", " 75 % ", 0.75),
        ("ESCALATION_AFTER", "2h", timedelta(hours=2)),
        ("WAITING_TAGS", "waiting for customer, on hold", ("waiting for customer", "on hold")),
        ("BUSINESS_DAYS", "24/7", frozenset(range(7))),
        ("BUSINESS_DAYS", "Sun-Thu", frozenset({6, 0, 1, 2, 3})),
        ("BUSINESS_DAYS", "Mon,Wed,Fri", frozenset({0, 2, 4})),
        ("BUSINESS_DAYS", "mon-TUE, Saturday", frozenset({0, 1, 5})),
        ("BUSINESS_DAYS", "Sun", frozenset({6})),
        ("BUSINESS_DAYS", "Sat-Mon", frozenset({5, 6, 0})),
        ("BUSINESS_DAYS", "Tue-Mon", frozenset(range(7))),
        ("BUSINESS_DAYS", "Tue-Tue", frozenset({1})),
        ("RESOLVED_TAGS", "Resolved, Done ,", ("Resolved", "Done")),
        ("TEAM_TAGS", "Data,Platform", ("Data", "Platform")),
        ("CLOSED_COUNTS", " Yes ", True),
        ("CLOSED_COUNTS", "no", False),
        ("NAMES", "Display", "display"),
        ("DATA_DIR", "/var/lib/tracker", Path("/var/lib/tracker")),
        ("LOG_LEVEL", " debug ", "DEBUG"),
        ("LOG_FORMAT", " JSON ", "json"),
        ("HEALTH_PORT", " 8780 ", 8780),
        ("HEALTH_HOST", "0.0.0.0", "0.0.0.0"),  # noqa: S104 - as in a container
        ("DISCORD_API_URL", "http://127.0.0.1:4000/api/v10/", "http://127.0.0.1:4000/api/v10"),
        ("HTTPS_PROXY", " http://mia:hush@proxy.example:3128 ", SecretStr("http://mia:hush@proxy.example:3128")),
        ("HTTP_PROXY", "proxy.example:3128", SecretStr("http://proxy.example:3128")),
        ("GOOGLE_SHEETS_URL", "http://127.0.0.1:4001", "http://127.0.0.1:4001"),
    ],
)
def test_a_setting_takes_this_form(loaded: Load, name: str, text: str, value: object) -> None:
    assert getattr(loaded(**{name: text}), name.lower()) == value


def test_holidays_are_those_of_a_part_of_a_country(loaded: Load) -> None:
    assert loaded(HOLIDAYS="IN-KA").holidays == DaysOff(public=public_holidays("IN-KA"))


@pytest.mark.parametrize(("text", "value"), [("mon 9:00", (0, time(9))), ("Sunday 23:59", (6, time(23, 59)))])
def test_a_report_is_due_on_a_day_of_the_week_at_a_time(loaded: Load, text: str, value: tuple[int, time]) -> None:
    settings = loaded(REPORT=text, REPORT_CHANNEL_IDS="1417628594471739438", DIGEST="", ALERT_CHANNEL_IDS="")

    assert settings.report == value


def test_hours_around_the_clock_are_those_of_every_day(loaded: Load) -> None:
    settings = loaded(BUSINESS_HOURS="24/7", BUSINESS_DAYS="Mon-Fri")

    assert settings.hours.week == (((0, 1440),),) * 7


def test_a_folder_that_is_there_may_have_any_name(loaded: Load, tmp_path: Path) -> None:
    name = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t"
    (tmp_path / name).mkdir()

    assert loaded(DATA_DIR=name).data_dir == Path(name)


def test_preparing_the_sheet_needs_nothing_of_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPREADSHEET_ID", SHEET_ID)

    settings = load(SheetSettings)

    assert (settings.spreadsheet_id, settings.sheet_name) == (SHEET_ID, "Support Tickets")


def test_business_hours_are_put_together_from_three_settings(loaded: Load) -> None:
    settings = loaded(BUSINESS_HOURS="10:00-16:00", BUSINESS_DAYS="Sat", TIMEZONE="UTC")

    assert settings.hours == BusinessHours(week=((), (), (), (), (), ((600, 960),), ()), zone=ZoneInfo("UTC"))


def test_hours_by_day_do_not_ask_for_business_days(loaded: Load) -> None:
    settings = loaded(BUSINESS_HOURS="Sat 10:00-16:00", BUSINESS_DAYS="Mon-Fri")

    assert settings.hours.week == ((), (), (), (), (), ((600, 960),), ())
