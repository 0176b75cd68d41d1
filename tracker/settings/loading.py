"""Reading the settings, and what is wrong with them in lines that name the setting and what to write instead."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ValidationError, create_model
from pydantic_settings import BaseSettings, NoDecode

from tracker.domain.hours import NeverOpenError
from tracker.errors import SettingsError, fix_of
from tracker.secrecy import quoted
from tracker.settings import env_file
from tracker.settings.env_file import Oddity
from tracker.settings.env_lines import Lines
from tracker.settings.model import ENV_FILE, Settings, SheetSettings
from tracker.settings.values import MisspeltError

_FIRST = ("DISCORD_TOKEN", "SUPPORT_CHANNEL_ID")
"""What a person fills in before the settings of the sheet."""

_FOUND = {
    "SUPPORT_CHANNEL_ID": "Right-click the forum in Discord, Copy Channel ID (shown with User Settings > Advanced > "
    "Developer Mode). ",
}
"""Where a value is found that nobody has in front of them."""

S = TypeVar("S", bound=SheetSettings)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A setting that is missing or wrong; as text, one line that never quotes a secret."""

    name: str
    wrong: str
    example: str
    is_missing: bool

    def __str__(self) -> str:
        return f"{self.name} {self.wrong}. {self.fix}"

    @property
    def fix(self) -> str:
        """What to write instead, and where a person finds it."""
        found = _FOUND.get(self.name, "") if self.is_missing else ""
        return f"{found}Example: {self.name}={self.example}"


def load(kind: type[S]) -> S:
    """The settings of this kind.

    Raises:
        SettingsError: with one line for each setting that is missing or wrong, none of them quoting a secret.
    """
    loaded, problems = _attempt(kind)
    if loaded is None or problems:
        file = Path(ENV_FILE).absolute()
        required = {name.upper() for name, field in kind.model_fields.items() if field.is_required()}
        nothing = required.issubset(problem.name for problem in problems if problem.is_missing)
        absent = env_file.absent(file) if nothing else None
        raise SettingsError("\n".join(map(str, [*filter(None, [absent]), *problems, *oddities()])))
    return loaded


def read(kind: type[S]) -> tuple[S, list[Problem]]:
    """The settings as far as they can be read, and what is wrong with the others, whose values are None here.

    Raises:
        SettingsError: the file cannot be read at all.
    """
    loaded, problems = _attempt(kind)
    if loaded is not None:
        return loaded, problems
    unset: Any = (Annotated[Any, NoDecode, BeforeValidator(lambda _: None)], None)
    readable = create_model(kind.__name__, __base__=kind, **{problem.name.lower(): unset for problem in problems})
    return readable(), problems


def _attempt(kind: type[S]) -> tuple[S | None, list[Problem]]:
    """The settings, None where not all of them can be read, and what is wrong."""
    try:
        loaded = kind()
        return loaded, _contradictions(loaded) if isinstance(loaded, Settings) else []
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error) from None
    except ValidationError as error:
        problems = [_problem(kind, dict(problem)) for problem in error.errors()]
        return None, sorted(problems, key=lambda problem: problem.name not in _FIRST)


def _contradictions(loaded: Settings) -> list[Problem]:
    """What is wrong with settings that are right each by itself."""
    problems = []
    try:
        loaded.hours.see_that_it_opens(datetime.now(UTC))
    except NeverOpenError as error:
        wrong = f"with BUSINESS_DAYS and HOLIDAYS is no time at all: {error}"
        problems.append(Problem(name="BUSINESS_HOURS", wrong=wrong, example="09:00-18:00", is_missing=False))
    if loaded.escalation_after is None:
        useless = [name for name in ("escalation_channel_ids", "escalation_role_id") if getattr(loaded, name)]
        for name in useless:
            wrong = f"is not set, so nothing comes of {name.upper()}"
            problems.append(Problem(name="ESCALATION_AFTER", wrong=wrong, example="2h", is_missing=False))
    if loaded.digest is not None and not loaded.alert_channel_ids:
        wrong = "is empty, so nothing comes of DIGEST"
        problems.append(Problem(name="ALERT_CHANNEL_IDS", wrong=wrong, example="1417628594471739433", is_missing=False))
    if loaded.report is not None and not (loaded.report_channel_ids or loaded.alert_channel_ids):
        wrong = "is empty, and ALERT_CHANNEL_IDS, too, so nothing comes of REPORT"
        problems.append(
            Problem(name="REPORT_CHANNEL_IDS", wrong=wrong, example="1417628594471739438", is_missing=False)
        )
    if loaded.report is None and loaded.report_channel_ids:
        wrong = "is not set, so nothing comes of REPORT_CHANNEL_IDS"
        problems.append(Problem(name="REPORT", wrong=wrong, example="Mon 09:00", is_missing=False))
    for team in sorted(dict(loaded.team_sla).keys() - set(loaded.team_tags)):
        wrong = f"names {quoted(team)}, which is no team of TEAM_TAGS ({', '.join(loaded.team_tags)})"
        problems.append(Problem(name="TEAM_SLA", wrong=wrong, example=f"{loaded.team_tags[0]}=2h", is_missing=False))
    return problems


def _problem(kind: type[BaseSettings], problem: dict[str, Any]) -> Problem:
    field = str(problem["loc"][0])
    if problem["type"] == "missing":
        places = [lines.where for lines in Lines.of(Path(ENV_FILE)).unread if lines.word == field.upper()]
        wrong = f"is not set, since nothing can read {places[0]} of .env" if places else "is not set"
    elif problem["type"] == "value_error":
        wrong = str(problem["ctx"]["error"])
    else:
        wrong = str(problem["msg"])
    if problem["type"] != "missing" and _hides_the_file(field.upper()):
        wrong = f"{wrong} (in the environment, which wins over .env)"
    example = (kind.model_fields[field].examples or [""])[0]
    error = problem.get("ctx", {}).get("error")
    if isinstance(error, MisspeltError):
        example = error.meant
    is_missing = problem["type"] == "missing"
    return Problem(name=field.upper(), wrong=" ".join(wrong.split()), example=example, is_missing=is_missing)


def _hides_the_file(name: str) -> bool:
    """Whether the value comes from the environment although the file has a line for it, too."""
    given = {each.upper() for each, value in os.environ.items() if value}
    return name in given and name in Lines.of(Path(ENV_FILE)).values


def oddities() -> list[Oddity]:
    """What is odd although every setting can be read.

    Raises:
        SettingsError: the file cannot be read at all.
    """
    try:
        return env_file.oddities(Path(ENV_FILE), os.environ, map(str.upper, Settings.model_fields))
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error) from None


def bearable_oddities(kind: type[SheetSettings]) -> list[Oddity]:
    """The same, for a command that writes at once, with settings of this kind: none of them may be cut off or unread.

    Raises:
        SettingsError: one is, or the file cannot be read at all.
    """
    found = oddities()
    if any(odd.kind in ("cut_off", "unread") and odd.name.lower() in kind.model_fields for odd in found):
        raise SettingsError("\n".join(map(str, found)))
    return found


def _unreadable(error: OSError | UnicodeDecodeError) -> SettingsError:
    file = Path(ENV_FILE).absolute()
    if isinstance(error, UnicodeDecodeError):
        return SettingsError(f"{file} is not UTF-8 text, so it cannot be read.", "Save it as UTF-8.")
    return SettingsError(f"{file} cannot be read: {error.strerror}.", fix_of(error, file))
