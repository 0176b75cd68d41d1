"""The file .env: how it is read beside the environment, and what is odd in it, said with its fix."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.required_settings import ID_FOUND, REQUIRED, TOKEN, Load, refusal
from tracker.errors import SettingsError
from tracker.settings import Settings, load, oddities

KEY_LINES = f"MII{'s3cr3t' * 10}x\n{'s3cr3t+/' * 8}\ns3cr3t\n-----END PRIVATE KEY-----"
SEEMS_A_KEY = (
    "cannot be read; there seems to be a private key, which belongs in the key file that "
    "GOOGLE_APPLICATION_CREDENTIALS names."
)
SAVE_THE_KEY = (
    "Save the key's JSON as a file of its own, and name that file: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
)


def test_settings_are_read_from_env_in_the_working_directory(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    (tmp_path / ".env").write_text(
        "\n".join([*lines, 'SUPPORT_NAME="Café 🧵"', "# SLA_TIMEOUT=2h", ""]), encoding="utf-8"
    )

    settings = load(Settings)

    assert settings.discord_token.get_secret_value() == TOKEN
    assert (settings.support_name, settings.sla_timeout) == ("Café 🧵", timedelta(hours=1))


def test_an_env_file_that_is_not_utf_8_is_named_like_any_other_problem(loaded: Load, tmp_path: Path) -> None:
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
            f"Lines 2 to 5 of .env {SEEMS_A_KEY}",
            SAVE_THE_KEY,
        ),
        (f"PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\n{KEY_LINES}", f"Lines 2 to 5 of .env {SEEMS_A_KEY}", SAVE_THE_KEY),
        (KEY_LINES.splitlines()[1], f"Line 1 of .env {SEEMS_A_KEY}", SAVE_THE_KEY),
        ("correct1horse", "Line 1 of .env cannot be read.", "Write NAME=value there, in one line."),
        (
            f"DISCORD_TOKEN: {TOKEN}",
            "Line 1 of .env cannot be read; there seems to be a bot token, which belongs in DISCORD_TOKEN.",
            "Write DISCORD_TOKEN=value, in one line.",
        ),
        (
            'TIMEZONE="Europe/Berlin',
            'Line 1 of .env (TIMEZONE) cannot be read: the quote (") is not closed.',
            'Close it at the end of the value: TIMEZONE="…"',
        ),
    ],
)
def test_what_is_odd_in_the_file_is_said_with_its_fix(tmp_path: Path, line: str, what: str, fix: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")

    assert [(odd.text, odd.fix) for odd in oddities()] == [(what, fix)]


def test_a_quote_that_is_not_closed_is_said_beside_a_line_before_it_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLA_TIMEOUT: 1h\nTIMEZONE='Europe/Berlin\nSLA_CLOCK=business\n", encoding="utf-8")

    assert [str(odd) for odd in oddities()] == [
        "Line 1 of .env (SLA_TIMEOUT) cannot be read. Write SLA_TIMEOUT=value there, in one line.",
        (
            "Line 2 of .env (TIMEZONE) cannot be read: the quote (') is not closed. "
            "Close it at the end of the value: TIMEZONE='…'"
        ),
    ]


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
    assert f"SUPPORT_CHANNEL_ID is not set, since nothing can read line 1 of .env. {ID_FOUND}Example: " in str(
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

    assert odd.kind == "older"  # the doctor's link to the page about these
    assert odd.text == "WEBHOOK_URL in the environment is the name of no setting, so nothing reads it."
