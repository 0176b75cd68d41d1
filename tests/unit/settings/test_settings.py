"""Settings: their defaults, the forms they take, and what a person is told about the others."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from tracker.domain.days_off import DaysOff
from tracker.domain.hours import BusinessHours
from tracker.errors import SettingsError
from tracker.settings import Settings, SheetSettings, load, oddities
from tracker.settings.public_holidays import public_holidays

TOKEN = base64.b64encode(b"1417628594471739432").decode().rstrip("=") + ".Gabcde.not-a-real-secret"
SHEET_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz-_0123456789abcde"
NEARBY = 1417628594471739432
REQUIRED = {"DISCORD_TOKEN": TOKEN, "SUPPORT_CHANNEL_ID": "1417628594471739432", "SPREADSHEET_ID": SHEET_ID}

Load = Callable[..., Settings]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working directory, and none of the settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the required settings and these."""

    def load_with(**environment: str) -> Settings:
        for name, value in (REQUIRED | environment).items():
            monkeypatch.setenv(name, value)
        return load(Settings)

    return load_with


def refusal(loaded: Load, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        loaded(**environment)
    return str(refused.value)


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
        ("GOOGLE_APPLICATION_CREDENTIALS", "/run/secrets/key.json", Path("/run/secrets/key.json")),
        ("GOOGLE_APPLICATION_CREDENTIALS", "~/key.json", Path.home() / "key.json"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "$HOME/key.json", Path.home() / "key.json"),
        ("DATA_DIR", "~/tracker", Path.home() / "tracker"),
        ("DATA_DIR", "${HOME}/tracker", Path.home() / "tracker"),
        ("SHEET_NAME", " Tickets 2026 ", "Tickets 2026"),
        ("SUPPORT_NAME", "Café Support 🧵", "Café Support 🧵"),
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
            "Mon-Thu 09:00-18:00; Fri 09:00-12:00, 13:00-16:00",
            {**dict.fromkeys(range(4), ((540, 1080),)), 4: ((540, 720), (780, 960))},
        ),
        ("SLA_CLOCK", "Business", "business"),
        (
            "TEAM_SLA",
            "Engineering=2h, Consulting = 1d",
            (("Engineering", timedelta(hours=2)), ("Consulting", timedelta(days=1))),
        ),
        ("HOLIDAYS", "IN-KA", DaysOff(public=public_holidays("IN-KA"))),
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


@pytest.mark.parametrize(("text", "value"), [("mon 9:00", (0, time(9))), ("Sunday 23:59", (6, time(23, 59)))])
def test_a_report_is_due_on_a_day_of_the_week_at_a_time(loaded: Load, text: str, value: tuple[int, time]) -> None:
    settings = loaded(REPORT=text, REPORT_CHANNEL_IDS="1417628594471739438", DIGEST="", ALERT_CHANNEL_IDS="")

    assert settings.report == value


COPY_ID = "in Discord right-click it, Copy Channel ID (of a role: Copy Role ID)"
ID_EXAMPLE = "Example: SUPPORT_CHANNEL_ID=1417628594471739432"
ID_FOUND = "Right-click the forum in Discord, Copy Channel ID (shown with User Settings > Advanced > Developer Mode). "
SHEET_EXAMPLE = "Example: SPREADSHEET_ID=https://docs.google.com/spreadsheets/d/1AbC…/edit"
TOKEN_EXAMPLE = "Example: DISCORD_TOKEN=the token from the Bot page of your Discord application"  # noqa: S105 - no token
NO_TOKEN = f"DISCORD_TOKEN is not a bot token; copy it from the Bot page of your Discord application. {TOKEN_EXAMPLE}"
HOURS_EXAMPLE = "Example: BUSINESS_HOURS=09:00-13:00,14:00-18:00"
DAYS_EXAMPLE = "Example: BUSINESS_DAYS=Mon-Fri"
SLA_EXAMPLE = "Example: SLA_TIMEOUT=1h30m"


@pytest.mark.parametrize("address", ["https://u:hush@proxy", "socks5://u:hush@proxy", "http://", "u:hush@proxy:x"])
def test_a_wrong_proxy_is_not_quoted_for_it_may_hold_a_password(loaded: Load, address: str) -> None:
    line = refusal(loaded, HTTPS_PROXY=address)
    assert line == (
        "HTTPS_PROXY is not the address of a proxy that begins with http://. "
        "Example: HTTPS_PROXY=http://proxy.example:3128"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("DISCORD_TOKEN", "not-a-token", NO_TOKEN),
        ("DISCORD_TOKEN", "Ym90.abc.def", NO_TOKEN),  # base64 of "bot", which is no id
        ("DISCORD_TOKEN", "тайна.abc.def", NO_TOKEN),
        (
            "SUPPORT_CHANNEL_ID",
            "support",
            f'SUPPORT_CHANNEL_ID "support" is not a Discord id (15 to 20 digits); {COPY_ID}. {ID_EXAMPLE}',
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "12",
            f'SUPPORT_CHANNEL_ID "12" is not a Discord id (15 to 20 digits); {COPY_ID}. {ID_EXAMPLE}',
        ),
        (
            "ALERT_CHANNEL_IDS",
            "1417628594471739433,#alerts",
            (
                f'ALERT_CHANNEL_IDS "#alerts" is not a Discord id (15 to 20 digits); {COPY_ID}. '
                "Example: ALERT_CHANNEL_IDS=1417628594471739433,1417628594471739434"
            ),
        ),
        (
            "SUPPORT_ROLE_IDS",
            "@support",
            (
                f'SUPPORT_ROLE_IDS "@support" is not a Discord id (15 to 20 digits); {COPY_ID}. '
                "Example: SUPPORT_ROLE_IDS=1417628594471739435"
            ),
        ),
        (
            "SPREADSHEET_ID",
            "Support Tickets",
            f'SPREADSHEET_ID "Support Tickets" is neither a spreadsheet\'s id nor its address. {SHEET_EXAMPLE}',
        ),
        (
            "SPREADSHEET_ID",
            "https://docs.google.com/document/d/x",
            'SPREADSHEET_ID "https://docs.google.com/document/d/x" is neither a spreadsheet\'s id nor its address. '
            + SHEET_EXAMPLE,
        ),
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
        (
            "SPREADSHEET_ID",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1vQabc/pubhtml",
            "SPREADSHEET_ID is the address of what was published to the web (/d/e/…), which does not hold the "
            "spreadsheet's id; copy the address from the browser while you edit the spreadsheet. " + SHEET_EXAMPLE,
        ),
        (
            "SUPPORT_NAME",
            "x" * 101,
            "SUPPORT_NAME needs a name of 1 to 100 characters, in one line. Example: SUPPORT_NAME=Dalgo Support",
        ),
        (
            "SUPPORT_NAME",
            '"The Desk"',
            (
                'SUPPORT_NAME stands in quotes ("), which docker takes for a part of the value; leave them out. '
                "Example: SUPPORT_NAME=Dalgo Support"
            ),
        ),
        ("SUPPORT_CHANNEL_ID", " \t", f"SUPPORT_CHANNEL_ID is not set. {ID_FOUND}{ID_EXAMPLE}"),
        ("TIMEZONE", "../x", 'TIMEZONE "../x" is not a time zone of the IANA list. Example: TIMEZONE=Asia/Kolkata'),
        ("TIMEZONE", "Asia", 'TIMEZONE "Asia" is not a time zone of the IANA list. Example: TIMEZONE=Asia/Kolkata'),
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
        ("REPORT", "09:00", 'REPORT "09:00" is not a day. Example: REPORT=Mon 09:00'),
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
        ("BUSINESS_DAYS", "Mon-Fry", f'BUSINESS_DAYS "Fry" is not a day. {DAYS_EXAMPLE}'),
        ("BUSINESS_DAYS", "weekdays", f'BUSINESS_DAYS "weekdays" is not a day. {DAYS_EXAMPLE}'),
        ("BUSINESS_DAYS", "-Fri", f'BUSINESS_DAYS "" is not a day. {DAYS_EXAMPLE}'),
        (
            "SUPPORT_CHANNEL_ID",
            "https://discord.gg/abc",
            (
                'SUPPORT_CHANNEL_ID "https://discord.gg/abc" is the address of a server, not of a channel; '
                f"{COPY_ID}. {ID_EXAMPLE}"
            ),
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "discord.com/channels/1417628594471739432",
            (
                'SUPPORT_CHANNEL_ID "discord.com/channels/1417628594471739432" is the address of a server, not of a '
                f"channel; {COPY_ID}. {ID_EXAMPLE}"
            ),
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "\u201c1417628594471739432\u201d",
            (
                "SUPPORT_CHANNEL_ID stands in curly quotes (\u201c\u201d), which nothing takes off; leave them out. "
                f"{ID_EXAMPLE}"
            ),
        ),
        (
            "DISCORD_TOKEN",
            f"Bot {TOKEN}",
            f'DISCORD_TOKEN begins with "Bot ", which is no part of it; leave that word out. {TOKEN_EXAMPLE}',
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            base64.b64encode(b'{"type": "service_account", "private_key": "%s"}' % (b"x" * 200)).decode(),
            (
                "GOOGLE_APPLICATION_CREDENTIALS holds the key's JSON in base64; write the JSON itself, or save it as a "
                "file. Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        ("RESOLVED_TAGS", " , ", "RESOLVED_TAGS needs at least one name. Example: RESOLVED_TAGS=resolved,done"),
        ("TEAM_TAGS", ",", "TEAM_TAGS needs at least one name. Example: TEAM_TAGS=Engineering,Consulting"),
        (
            "TEAM_TAGS",
            "Engineering,correcthorse1batterystaple",
            (
                "TEAM_TAGS holds what is no tag's name (hidden: it looks like a password); Discord's have at most 20 "
                "characters. Example: TEAM_TAGS=Engineering,Consulting"
            ),
        ),
        (
            "RESOLVED_TAGS",
            "x" * 5_000,
            (
                "RESOLVED_TAGS holds what is no tag's name (hidden: it has 5,000 characters); Discord's have at most "
                "20 characters. Example: RESOLVED_TAGS=resolved,done"
            ),
        ),
        (
            "WAITING_TAGS",
            "waiting\nfor customer",
            (
                "WAITING_TAGS holds what is no tag's name (hidden: it has 2 lines); Discord's have at most 20 "
                "characters. Example: WAITING_TAGS=waiting for customer"
            ),
        ),
        (
            "DISCORD_API_URL",
            "discord.com/api",
            (
                'DISCORD_API_URL "discord.com/api" is not an address that begins with http:// or https://. '
                "Example: DISCORD_API_URL=https://discord.com/api/v10"
            ),
        ),
        (
            "GOOGLE_SHEETS_URL",
            "ftp://sheets",
            (
                'GOOGLE_SHEETS_URL "ftp://sheets" is not an address that begins with http:// or https://. '
                "Example: GOOGLE_SHEETS_URL=https://sheets.googleapis.com"
            ),
        ),
    ],
)
def test_a_setting_of_another_form_is_told_in_one_line(loaded: Load, name: str, text: str, line: str) -> None:
    assert refusal(loaded, **{name: text}) == line


@pytest.mark.parametrize("days", ["Mon-", "Mon-Fri-Sat", "Mon-Fri Sat"])
def test_days_that_could_only_be_guessed_are_refused(loaded: Load, days: str) -> None:
    assert refusal(loaded, BUSINESS_DAYS=days).startswith("BUSINESS_DAYS ")


def test_hours_around_the_clock_are_those_of_every_day(loaded: Load) -> None:
    settings = loaded(BUSINESS_HOURS="24/7", BUSINESS_DAYS="Mon-Fri")

    assert settings.hours.week == (((0, 1440),),) * 7


def test_an_id_that_no_store_can_hold_is_refused(loaded: Load) -> None:
    # Ids are below 2^63 until the year 2084.
    assert refusal(loaded, ALERT_CHANNEL_IDS="99999999999999999999").startswith("ALERT_CHANNEL_IDS ")


def test_a_time_span_that_no_calendar_can_hold_is_refused(loaded: Load) -> None:
    # 9,999,999 days after any thread's creation are 27,378 years; datetime ends with the year 9999.
    assert refusal(loaded, SLA_TIMEOUT="9999999d").startswith("SLA_TIMEOUT ")


def test_an_unknown_log_level_is_told_with_the_known_ones(loaded: Load) -> None:
    line = refusal(loaded, LOG_LEVEL="LOUD")

    assert line.startswith("LOG_LEVEL ")
    assert '"LOUD" is none of DEBUG, INFO, WARNING, ERROR.' in line
    assert line.endswith(" Example: LOG_LEVEL=INFO")


def test_everything_missing_is_told_together() -> None:
    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert str(refused.value).splitlines()[1:] == [
        f"DISCORD_TOKEN is not set. {TOKEN_EXAMPLE}",
        f"SUPPORT_CHANNEL_ID is not set. {ID_FOUND}{ID_EXAMPLE}",
        f"SPREADSHEET_ID is not set. {SHEET_EXAMPLE}",
    ]


def test_everything_wrong_is_told_together_one_line_each(loaded: Load) -> None:
    wrong = {
        "DISCORD_TOKEN": "s3cr3t",
        "SUPPORT_CHANNEL_ID": "x",
        "SPREADSHEET_ID": "",
        "SLA_TIMEOUT": "x",
        "TIMEZONE": "x",
        "BUSINESS_HOURS": "x",
        "BUSINESS_DAYS": "x",
        "LOG_LEVEL": "x",
        "LOG_FORMAT": "x",
        "DISCORD_API_URL": "x",
    }

    lines = refusal(loaded, **wrong).splitlines()

    assert sorted(line.split()[0] for line in lines) == sorted(wrong)
    assert all(f"Example: {line.split()[0]}=" in line for line in lines)


def test_a_value_of_several_lines_is_still_told_in_one(loaded: Load) -> None:
    assert len(refusal(loaded, SUPPORT_CHANNEL_ID="12\n34").splitlines()) == 1


@pytest.mark.parametrize("token", ["hunter2", "hunter2.abc.def", "hunter2==.abc.def"])
def test_a_wrong_token_is_not_quoted(loaded: Load, token: str) -> None:
    assert "hunter2" not in refusal(loaded, DISCORD_TOKEN=token, SUPPORT_CHANNEL_ID="x")


def test_the_token_is_in_no_text_of_the_settings(loaded: Load) -> None:
    settings = loaded()

    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_settings_are_read_from_env_in_the_working_directory(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    (tmp_path / ".env").write_text(
        "\n".join([*lines, 'SUPPORT_NAME="Café 🧵"', "# SLA_TIMEOUT=2h", ""]), encoding="utf-8"
    )

    settings = load(Settings)

    assert settings.discord_token.get_secret_value() == TOKEN
    assert (settings.support_name, settings.sla_timeout) == ("Café 🧵", timedelta(hours=1))


def test_an_env_file_that_is_not_utf_8_is_told_like_any_other_problem(loaded: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUPPORT_NAME=Café\n", encoding="latin-1")

    assert ".env" in refusal(loaded)


def test_the_environment_wins_over_env(loaded: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUPPORT_NAME=file\nSHEET_NAME=file\nTEAM_TAGS=\n", encoding="utf-8")

    settings = loaded(SUPPORT_NAME="environment")

    assert (settings.support_name, settings.sheet_name) == ("environment", "file")
    assert settings.team_tags == ("Engineering", "Consulting")


def test_what_is_no_setting_is_left_to_others(loaded: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOMETHING_ELSE=1\n", encoding="utf-8")

    assert loaded(HOSTNAME="x").support_name == "Dalgo Support"


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


def test_a_desk_that_never_opens_is_refused(loaded: Load) -> None:
    ranges = ",".join(f"{year}-01-01..{year}-12-31" for year in range(2020, 2100))

    line = refusal(loaded, HOLIDAYS=ranges)

    assert line == (
        "BUSINESS_HOURS with BUSINESS_DAYS and HOLIDAYS is no time at all: the desk never opens within 400 days. "
        "Example: BUSINESS_HOURS=09:00-18:00"
    )


def test_the_mark_that_editors_of_windows_put_before_a_file_does_no_harm(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    (tmp_path / ".env").write_bytes("\r\n".join(lines).encode("utf-8-sig"))

    assert load(Settings).discord_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("line", "what", "fix"),
    [
        ("SLA_TIMEOT=2h", "SLA_TIMEOT in .env is no setting, so nothing reads it.", "Write SLA_TIMEOUT."),
        (
            "WEBHOOK_URL=https://script.google.com/macros/s/AKfycbx/exec",
            "WEBHOOK_URL in .env is no setting, so nothing reads it.",
            "Take it out: the bot writes to the sheet itself, with the key that GOOGLE_APPLICATION_CREDENTIALS names.",
        ),
        ("BOT_TOKEN=x", "BOT_TOKEN in .env is no setting, so nothing reads it.", "Write DISCORD_TOKEN."),
        (
            "SHEET_NAME=Tickets #1",
            'SHEET_NAME in .env ends before its #, which begins a comment: the bot reads "Tickets".',
            'Put the value in quotes: SHEET_NAME="Tickets #1"',
        ),
        (
            "ALERT_CHANNEL_IDS=1417628594471739433\n# Empty: no alerts.\nALERT_CHANNEL_IDS=",
            "ALERT_CHANNEL_IDS stands more than once in .env (lines 1 and 3): the last one counts, which is empty.",
            "Take out line 3.",
        ),
        (
            "SLA_TIMEOUT=1h\nSLA_TIMEOUT=2h\nsla_timeout=3h",
            "SLA_TIMEOUT stands more than once in .env (lines 1, 2 and 3): the last one counts.",
            "Take out the others.",
        ),
        (
            "\n\nSUPPORT_CHANNEL_ID: 1417628594471739432",
            "Line 3 of .env (SUPPORT_CHANNEL_ID) cannot be read.",
            "Write SUPPORT_CHANNEL_ID=value there, in one line.",
        ),
        (
            'GOOGLE_APPLICATION_CREDENTIALS={\n  "type": "x",\n  "private_key": "x",\n  "client_id": "1"\n}',
            "Lines 2 to 5 of .env cannot be read.",
            (
                "Save the key's JSON as a file of its own, and name that file: "
                "GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
    ],
)
def test_what_is_odd_in_the_file_is_said_with_its_fix(tmp_path: Path, line: str, what: str, fix: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")

    assert [(odd.text, odd.fix) for odd in oddities()] == [(what, fix)]


def test_a_line_that_the_environment_hides_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLA_TIMEOUT=1h\nSUPPORT_NAME=Desk\nTIMEZONE=\n", encoding="utf-8")
    monkeypatch.setenv("SLA_TIMEOUT", "soon")
    monkeypatch.setenv("SUPPORT_NAME", "Desk")
    monkeypatch.setenv("TIMEZONE", "UTC")

    (odd,) = oddities()
    assert str(odd) == (
        "SLA_TIMEOUT in .env is not read: the environment sets it, too, and wins. "
        "Take it out of one of the two; here: unset SLA_TIMEOUT"
    )
    with pytest.raises(SettingsError, match=r'SLA_TIMEOUT "soon" .* \(in the environment, which wins over \.env\)\.'):
        load(Settings)


@pytest.mark.parametrize(
    ("made", "begins"),
    [
        (None, "There is no {folder}/.env. Run this command in the folder where it is; or make it, and write a line "),
        (
            ".env.example",
            (
                "There is no {folder}/.env. Run this command in the folder where it is; or make it, and fill it in: "
                "cp .env.example .env\n"
            ),
        ),
        (".env.txt", "There is no {folder}/.env, but there is .env.txt. Give it its name: mv .env.txt .env\n"),
        (".env/", "{folder}/.env is a folder, as docker makes one where the file of a mount is missing. Put the file "),
    ],
)
def test_without_its_file_a_command_says_so_before_it_names_what_is_not_set(
    tmp_path: Path, made: str | None, begins: str
) -> None:
    if made is not None:
        place = tmp_path / made
        place.mkdir() if made.endswith("/") else place.touch()

    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert str(refused.value).startswith(begins.format(folder=tmp_path))
    assert [line.split()[0] for line in str(refused.value).splitlines()[1:]] == list(REQUIRED)


@pytest.mark.parametrize("content", ["DISCORD_TOKEN=x".encode("utf-16"), b"SUPPORT_NAME=caf\xe9"])
def test_a_file_in_another_encoding_is_said_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert str(refused.value) == f"{tmp_path}/.env is not UTF-8 text, so it cannot be read. Save it as UTF-8."


def test_lines_that_cannot_be_read_are_said_once_and_in_our_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("SUPPORT_CHANNEL_ID: 1417628594471739432\n", encoding="utf-8")

    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert str(refused.value).count("cannot be read") == 1
    assert f"SUPPORT_CHANNEL_ID is not set, since line 1 of .env is no NAME=value. {ID_FOUND}Example: " in str(
        refused.value
    )
    assert caplog.text == ""


@pytest.mark.parametrize("line", ['SHEET_NAME="Tickets #1"', "SLA_TIMEOUT=1h # one hour", "SHEET_NAME=Tickets # ours"])
def test_a_comment_or_a_quoted_value_is_nothing_odd(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")

    assert oddities() == []


def test_an_older_name_is_explained_beside_the_setting_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=x\nWEBHOOK_URL=x\n", encoding="utf-8")

    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert "BOT_TOKEN in .env is no setting, so nothing reads it. Write DISCORD_TOKEN." in str(refused.value)


def test_an_older_name_in_the_environment_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://script.google.com/macros/s/AKfycbx/exec")

    (odd,) = oddities()

    assert odd.text == "WEBHOOK_URL in the environment is the name of no setting, so nothing reads it."
