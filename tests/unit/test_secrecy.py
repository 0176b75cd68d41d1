"""A secret is shown nowhere: in whatever setting a person has put it, and whatever is logged about it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tracker.__main__ import main
from tracker.checks import Finding, Group, Level
from tracker.errors import SettingsError
from tracker.secrecy import HiddenText, hide, quoted
from tracker.settings import Settings, load, oddities

TOKEN = base64.b64encode(b"1417628594471739432").decode().rstrip("=") + ".Gabcde." + "s3cr3t-" * 5
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAs3cr3t\n-----END PRIVATE KEY-----\n"
KEY = json.dumps({"type": "service_account", "private_key": PEM, "client_email": "s3cr3t@example.org"})
SECRETS = {
    "a token": TOKEN,
    "a token with its word": f"Bot {TOKEN}",
    "a token without its first letter": TOKEN[1:],
    "a token after a stray letter": f"v{TOKEN}",
    "a token after a hyphen": f"-{TOKEN}",
    "a token with a blank inside": f"{TOKEN[:30]} {TOKEN[30:]}",
    "a token without its end": TOKEN.rpartition(".")[0],
    "a token on two lines": f"{TOKEN}\n{TOKEN}",
    "a key": KEY,
    "a key's first line": "{",
    "a key over several lines": json.dumps(json.loads(KEY), indent=2),
    "a key between quotes": f"'{KEY}'",
    "a key in base64": base64.b64encode(KEY.encode()).decode(),
    "a private key": PEM,
    "a private key in one line": PEM.replace("\n", "\\n"),
    "a private key's own line": PEM.splitlines()[1] * 2,
    "a line from the middle of a key": "s3cr3tEjjGlrRpaQjR4fq3+vilnIRUn0XZlycl2l24XnZy1Zt0aLnwDbqP+gdHp0",
    "an API key": "AIzaSyA-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3c",
    "a webhook": "https://discord.com/api/webhooks/1417628594471739432/s3cr3t-s3cr3t",
    "a webhook of Slack's": "https://hooks.slack.com/services/T0/B0/s3cr3ts3cr3ts3cr3ts3cr3t",
    "a token to sign in again": "1//0gs3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t",
    "an Apps Script": "https://script.google.com/macros/s/AKs3cr3t/exec",
}
HOMES = {"DISCORD_TOKEN": {"a token"}, "GOOGLE_APPLICATION_CREDENTIALS": {"a key", "a key over several lines"}}
REQUIRED = {
    "DISCORD_TOKEN": TOKEN,
    "SUPPORT_CHANNEL_ID": "1417628594471739432",
    "SPREADSHEET_ID": "1AbCdEfGhIjKlMnOpQrStUvWxYz-_0123456789abcde",
}
SHEET_ADDRESS = f"docs.google.com/spreadsheets/d/{REQUIRED['SPREADSHEET_ID']}/edit"
NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def only_what_is_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


# Each secret in every fourth setting, each setting with four or five secrets, and each where it belongs.
@pytest.mark.parametrize(
    ("name", "secret"),
    [
        (name, secret)
        for row, name in enumerate(NAMES)
        for column, secret in enumerate(SECRETS)
        if name in HOMES or (row + column) % 4 == 0
    ],
)
def test_a_secret_in_any_other_setting_is_refused_in_one_line_without_it(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str
) -> None:
    monkeypatch.setenv(name, SECRETS[secret])
    if secret in HOMES.get(name, ()):
        load(Settings)
        return
    with pytest.raises(SettingsError) as refused:
        load(Settings)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{name} ")
    assert "s3cr3t" not in line
    assert "MII" not in line


def test_a_token_elsewhere_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_CHANNEL_ID", TOKEN)
    with pytest.raises(SettingsError) as refused:
        load(Settings)
    assert str(refused.value) == (
        "SUPPORT_CHANNEL_ID seems to hold a bot token, which belongs in DISCORD_TOKEN; it is not shown here. "
        "Example: SUPPORT_CHANNEL_ID=1417628594471739432"
    )


def test_the_keys_json_is_taken_as_the_value_and_shown_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", KEY)
    settings = load(Settings)
    key = settings.google_application_credentials
    assert isinstance(key, HiddenText)
    assert key.text == KEY
    assert "s3cr3t" not in f"{settings} {settings!r} {settings.model_dump()} {key}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#alerts", '"#alerts"'),
        ("Support Tickets", '"Support Tickets"'),
        ("https://docs.google.com/document/d/x", '"https://docs.google.com/document/d/x"'),
        ("a\nb", "(hidden: it has 2 lines)"),
        ("x " * 100, "(hidden: it has 200 characters)"),
        ("correcthorse1batterystaple", "(hidden: it looks like a password)"),
        ("https://me:secret@example.org", "(hidden: it looks like a password)"),
        (TOKEN, "(hidden: it looks like a secret)"),
        (TOKEN.partition(".")[2], "(hidden: it looks like a password)"),
        ("my-service-account.iam.gserviceaccount.com", '"my-service-account.iam.gserviceaccount.com"'),
        ("dalgo-tracker-412310-0a1b2c3d4e5f.json", '"dalgo-tracker-412310-0a1b2c3d4e5f.json"'),
        (SHEET_ADDRESS, f'"{SHEET_ADDRESS}"'),
    ],
)
def test_a_value_is_quoted_only_where_it_can_be_no_secret(text: str, shown: str) -> None:
    assert quoted(text) == shown


@pytest.mark.parametrize(
    "secret",
    [
        *("a token", "a token without its first letter", "a token after a stray letter", "a token after a hyphen"),
        *("a key", "a private key", "a private key in one line", "a line from the middle of a key", "a webhook"),
    ],
)
def test_a_secret_inside_a_text_is_hidden_and_the_rest_is_kept(secret: str) -> None:
    hidden = hide(f"before {SECRETS[secret]} after")
    assert "MIIEvQ" not in hidden
    assert "s3cr3t" not in hidden.replace("s3cr3t@example.org", "")
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")


@pytest.mark.parametrize("between", ["\n", "\\n", " ", "\r\n"])
def test_every_line_of_a_key_without_its_first_line_is_hidden(between: str) -> None:
    key = between.join([f"MII{'s3cr3t' * 10}x", "s3cr3t+/" * 8, "s3cr3ts3cr=="])
    assert hide(f"ValueError: {key}{between}The end.") == f"ValueError: [hidden]{between}The end."


def test_a_finding_holds_no_secret_whoever_words_it() -> None:
    found = Finding(id="x", group=Group.DISCORD, level=Level.FAILED, text=f"Why: {TOKEN}", fix=f"Write {TOKEN}")
    assert (found.text, found.fix) == ("Why: [hidden]", "Write [hidden]")


@pytest.mark.parametrize("name", ["SHEET_NAME", "SUPPORT_NAME"])
@pytest.mark.parametrize(
    "text",
    ["Tickets\nof 2026", TOKEN.rpartition(".")[2] + "Ab1", "q8/Zs3cr3t+" * 6, "me:s3cr3t s3cr3ts3cr3ts3cr3ts3cr3t"],
)
def test_a_name_that_could_be_a_secret_is_refused_without_it(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError, match=f"^{name} ") as refused:
        load(Settings)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Support-Tickets-2026-Engineering",
        "our_support_tickets_Q1_2026",
        "Team @ 24/7",
        "SupportTickets2026ForEngineering",
    ],
)
def test_a_long_name_of_words_is_taken(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SHEET_NAME", text)
    monkeypatch.setenv("SUPPORT_NAME", text)
    assert (load(Settings).sheet_name, load(Settings).support_name) == (text, text)


@pytest.mark.parametrize("between", ["\n", "\r\n", " ", "\t", "\u200b"])
def test_a_token_with_a_blank_or_a_line_break_inside_is_refused(monkeypatch: pytest.MonkeyPatch, between: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", f"{TOKEN}{between}{TOKEN}")
    with pytest.raises(SettingsError, match=r"^DISCORD_TOKEN has a line break or a blank in it; copy it once more\."):
        load(Settings)


def test_the_password_in_a_proxys_address_is_hidden_and_its_host_is_kept() -> None:
    text = "Cannot connect to http://mia:s3cr3t@proxy.example:3128: refused"
    assert hide(text) == "Cannot connect to http://[hidden]@proxy.example:3128: refused"


@pytest.mark.parametrize("secret", ["a token", "a webhook", "an API key"])
def test_a_secret_that_a_comment_cuts_off_or_that_is_no_option_is_not_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    text = SECRETS[secret]
    (tmp_path / ".env").write_text(f"SUPPORT_NAME=Mia #{text}\nSHEET_NAME={text} #1\n", encoding="utf-8")
    found = oddities()
    assert [odd.name for odd in found] == ["SUPPORT_NAME", "SHEET_NAME"]
    with pytest.raises(SystemExit) as ended:
        main([text])
    assert ended.value.code == 2
    assert "s3cr3t" not in f"{found}{capsys.readouterr().err}"


@pytest.mark.parametrize("text", ["eyes", "Dalgo Support", "tracker.sheet.api.client", "/srv/a.b.c/key.json", "{team}"])
def test_words_that_only_look_odd_are_no_secrets(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert hide(text) == text
    monkeypatch.setenv("SUPPORT_NAME", text)
    assert load(Settings).support_name == text


@pytest.mark.parametrize(
    "path", ["/home/mia/Support/Tracker2/Data/Of/Our/Team/In/2026/Engineering/Stores", "Data/Support/Tracker/" * 4]
)
def test_a_long_path_of_words_is_no_line_of_a_key(path: str) -> None:
    assert hide(path) == path
