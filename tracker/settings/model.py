"""Every setting: its name, what it means, an example, what holds without it, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tracker.domain.days_off import DaysOff
from tracker.domain.hours import BusinessHours, Hours, weekly
from tracker.domain.schedule import Schedule
from tracker.domain.sla import Agreement
from tracker.secrecy import HiddenText
from tracker.settings import addresses, values
from tracker.settings.env_lines import ENCODING

ENV_FILE = ".env"


def _setting(meaning: str, *, example: str, default: str | None = None) -> Any:  # noqa: ANN401 - the field's own type
    """A setting with its default as a person would write it (None: required)."""
    return Field(default=... if default is None else default, description=meaning, examples=[example])


def _read(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a value after what holds for all of them was seen to."""

    def read_trimmed(text: str, info: ValidationInfo) -> object:
        return parse(values.trimmed(str(info.field_name).upper(), text))

    return BeforeValidator(read_trimmed)


Ids = Annotated[tuple[int, ...], NoDecode, _read(addresses.snowflakes)]
Names = Annotated[tuple[str, ...], NoDecode, _read(values.names)]
TagNames = Annotated[tuple[str, ...], NoDecode, _read(values.names_if_any)]
Address = Annotated[str, _read(values.address)]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    _read(lambda text: values.one_of(text, "DEBUG", "INFO", "WARNING", "ERROR")),
]
Proxy = Annotated[SecretStr, _read(values.proxy)]
Port = Annotated[int | None, _read(values.port)]
PeopleNames = Annotated[Literal["username", "display"], _read(lambda text: values.one_of(text, "username", "display"))]
YesOrNo = Annotated[bool, _read(lambda text: values.one_of(text, "no", "yes") == "yes")]
SlaClock = Annotated[Literal["always", "business"], _read(lambda text: values.one_of(text, "always", "business"))]
LogFormat = Annotated[Literal["text", "json"], _read(lambda text: values.one_of(text, "text", "json"))]


class SheetSettings(BaseSettings):
    """What is needed to reach and prepare the sheet: all that `tracker.init_sheet` asks for."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        validate_default=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_blank(cls, given: dict[str, str]) -> dict[str, str]:
        """What is blank counts as not set."""
        return {name: text for name, text in given.items() if values.bare(text)}

    spreadsheet_id: Annotated[str, _read(addresses.spreadsheet_id)] = _setting(
        "the spreadsheet's id, or its whole address pasted from the browser",
        example="https://docs.google.com/spreadsheets/d/1AbC…/edit",
    )
    google_application_credentials: Annotated[Path | HiddenText, NoDecode, _read(values.key)] = _setting(
        "service-account key file", example="credentials.json", default="credentials.json"
    )
    sheet_name: Annotated[str, _read(values.sheet_name)] = _setting(
        "the tab", example="Support Tickets", default="Support Tickets"
    )
    resolved_tags: Names = _setting(
        "tag names that mean resolved; compared trimmed, without case", example="resolved,done", default="resolved"
    )
    timezone: Annotated[ZoneInfo, NoDecode, _read(values.zone)] = _setting(
        "IANA name, for dates in the sheet and for business hours", example="Asia/Kolkata", default="Asia/Kolkata"
    )
    log_level: Level = _setting("`DEBUG`, `INFO`, `WARNING` or `ERROR`", example="INFO", default="INFO")
    log_format: LogFormat = _setting(
        "`text` for people, `json` for machines: one object a line", example="text", default="text"
    )
    google_sheets_url: Address = _setting(
        "base address of the Sheets API: scheme and host",
        example="https://sheets.googleapis.com",
        default="https://sheets.googleapis.com",
    )
    https_proxy: Proxy = _setting(
        "proxy on the way to Discord and Google: `http://proxy.example:3128`, `http://user:password@proxy.example:3128`",
        example="http://proxy.example:3128",
        default="",
    )
    http_proxy: Proxy = _setting(
        "the same for addresses that begin with `http://`", example="http://proxy.example:3128", default=""
    )
    no_proxy: Annotated[str, _read(values.hosts)] = _setting(
        "comma-separated hosts that are reached without a proxy", example="localhost,.example.org", default=""
    )


class Settings(SheetSettings):
    """All settings, as the bot needs them."""

    discord_token: Annotated[SecretStr, _read(values.token)] = _setting(
        "bot token; a secret", example="the token from the Bot page of your Discord application"
    )
    support_channel_id: Annotated[int, _read(addresses.snowflake)] = _setting(
        "the forum channel", example="1417628594471739432"
    )
    alert_channel_ids: Ids = _setting(
        "comma-separated; empty means no alerts, said once at start",
        example="1417628594471739433,1417628594471739434",
        default="",
    )
    support_name: Annotated[str, _read(values.support_name)] = _setting(
        "who signs the resolved message", example="Dalgo Support", default="Dalgo Support"
    )
    sla_timeout: Annotated[timedelta, _read(values.duration)] = _setting(
        "time for a first answer: `90s`, `30m`, `1h`, `1h30m`", example="1h30m", default="1h"
    )
    sla_clock: SlaClock = _setting(
        "`always`, or `business`: it runs in business hours only, and alerts come only then",
        example="business",
        default="always",
    )
    team_sla: Annotated[tuple[tuple[str, timedelta], ...], NoDecode, _read(values.team_spans)] = _setting(
        "other times for single teams of `TEAM_TAGS`: `Engineering=2h,Consulting=8h`",
        example="Engineering=2h,Consulting=8h",
        default="",
    )
    sla_warning: Annotated[float | None, _read(values.percentage)] = _setting(
        "the part of that time after which the alert channels are warned: `75%`", example="75%", default=""
    )
    escalation_after: Annotated[timedelta | None, _read(lambda text: values.duration(text) if text else None)] = (
        _setting("if nobody has answered so long after the deadline, others are called", example="2h", default="")
    )
    escalation_channel_ids: Ids = _setting(
        "where those are called, comma-separated; empty: in `ALERT_CHANNEL_IDS`",
        example="1417628594471739436",
        default="",
    )
    escalation_role_id: Annotated[int | None, _read(lambda text: addresses.snowflake(text) if text else None)] = (
        _setting("the role that is mentioned then", example="1417628594471739437", default="")
    )
    digest: Annotated[time | None, _read(values.time_of_day)] = _setting(
        "when the alert channels read on business days what waits for a first answer: `09:00`; empty: never",
        example="09:00",
        default="",
    )
    report: Annotated[tuple[int, time] | None, NoDecode, _read(values.time_of_week)] = _setting(
        "when the figures of the last week are posted: `Mon 09:00`; empty: never", example="Mon 09:00", default=""
    )
    report_channel_ids: Ids = _setting(
        "where they are posted, comma-separated; empty: in `ALERT_CHANNEL_IDS`",
        example="1417628594471739438",
        default="",
    )
    waiting_tags: TagNames = _setting(
        "tag names that mean that the asker has to say something: the time to resolution pauses until they do",
        example="waiting for customer",
        default="",
    )
    business_hours: Annotated[Hours, NoDecode, _read(values.hours)] = _setting(
        "one or more intervals: `09:00-13:00,14:00-18:00`; start included, end excluded; a night as `22:00-06:00`; by "
        "day as `Mon-Thu 09:00-18:00; Fri 09:00-16:00`; `24/7`",
        example="09:00-13:00,14:00-18:00",
        default="09:00-18:00",
    )
    business_days: Annotated[frozenset[int], NoDecode, _read(values.days)] = _setting(
        "ranges and lists: `Sun-Thu`, `Mon,Wed,Fri`", example="Mon-Fri", default="Mon-Fri"
    )
    holidays: Annotated[DaysOff, NoDecode, _read(values.days_off)] = _setting(
        "a country or a part of it, and days of your own: `IN-KA`, `2026-12-24`, `2026-12-24..2026-12-31`, "
        "`2026-12-24 09:00-12:00` (open then only), `!2026-11-08` (worked)",
        example="IN-KA,2026-12-24..2026-12-31",
        default="",
    )
    team_tags: Names = _setting(
        "the first applied tag whose name contains one of these (without case) gives the team, spelled as here",
        example="Engineering,Consulting",
        default="Engineering,Consulting",
    )
    support_role_ids: Ids = _setting(
        "if set, only members with one of these roles count as responders", example="1417628594471739435", default=""
    )
    closed_counts: YesOrNo = _setting(
        "`yes`: a post that a person closed unanswered raises no alert; `no`: it does", example="yes", default="no"
    )
    names: PeopleNames = _setting(
        "what `raised_by` and `first_responded_by` show: `username`, or `display` for the name that people see in "
        "Discord; names that stand already stay",
        example="display",
        default="username",
    )
    data_dir: Annotated[Path, _read(values.path)] = _setting(
        "where the SQLite store lives", example="data", default="data"
    )
    health_port: Port = _setting(
        "if set, `http://127.0.0.1:PORT/healthz` says on this machine whether the bot is well",
        example="8780",
        default="",
    )
    health_host: Annotated[str, _read(values.host)] = _setting(
        "the address on which HEALTH_PORT answers; `0.0.0.0` lets other machines ask, or what is outside a container",
        example="127.0.0.1",
        default="127.0.0.1",
    )
    discord_api_url: Address = _setting(
        "base address of Discord's API", example="https://discord.com/api/v10", default="https://discord.com/api/v10"
    )

    @property
    def hours(self) -> BusinessHours:
        """The business hours in the desk's time zone."""
        week = weekly(self.business_hours, self.business_days)
        return BusinessHours(week=week, zone=self.timezone, days_off=self.holidays)

    @property
    def digest_schedule(self) -> Schedule | None:
        """When the morning digest is due; None: never."""
        if self.digest is None:
            return None
        return Schedule(at=self.digest, zone=self.timezone, falls_on=self.hours.is_business_day)

    @property
    def report_schedule(self) -> Schedule | None:
        """When the weekly report is due; None: never."""
        if self.report is None:
            return None
        weekday, at = self.report
        return Schedule(at=at, zone=self.timezone, falls_on=lambda day: day.weekday() == weekday)

    @property
    def agreement(self) -> Agreement:
        """By when a ticket has to be answered."""
        return Agreement(
            span=self.sla_timeout,
            team_spans=dict(self.team_sla),
            teams=self.team_tags,
            hours=self.hours if self.sla_clock == "business" else None,
            warning=self.sla_warning,
            escalation_after=self.escalation_after,
        )
