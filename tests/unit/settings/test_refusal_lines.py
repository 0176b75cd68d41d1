"""What refusals have in common: all are read together, in one line each, and no secret is in them."""

from __future__ import annotations

import pytest

from tests.support.required_settings import ID_EXAMPLE, ID_FOUND, SHEET_EXAMPLE, TOKEN, TOKEN_EXAMPLE, Load, refusal
from tracker.errors import SettingsError
from tracker.settings import Settings, load


@pytest.mark.parametrize("address", ["https://u:hush@proxy", "socks5://u:hush@proxy", "http://", "u:hush@proxy:x"])
def test_a_wrong_proxy_is_not_quoted_for_it_may_hold_a_password(loaded: Load, address: str) -> None:
    line = refusal(loaded, HTTPS_PROXY=address)
    assert line == (
        "HTTPS_PROXY is not the address of a proxy that begins with http://. "
        "Example: HTTPS_PROXY=http://proxy.example:3128"
    )


def test_everything_missing_is_named_together() -> None:
    with pytest.raises(SettingsError) as refused:
        load(Settings)

    assert str(refused.value).splitlines()[1:] == [
        f"DISCORD_TOKEN is not set. {TOKEN_EXAMPLE}",
        f"SUPPORT_CHANNEL_ID is not set. {ID_FOUND}{ID_EXAMPLE}",
        f"SPREADSHEET_ID is not set. {SHEET_EXAMPLE}",
    ]


def test_everything_wrong_is_named_together_in_one_line_each(loaded: Load) -> None:
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


def test_a_value_of_several_lines_is_still_named_in_one(loaded: Load) -> None:
    assert len(refusal(loaded, SUPPORT_CHANNEL_ID="12\n34").splitlines()) == 1


@pytest.mark.parametrize("token", ["hunter2", "hunter2.abc.def", "hunter2==.abc.def"])
def test_a_wrong_token_is_not_quoted(loaded: Load, token: str) -> None:
    assert "hunter2" not in refusal(loaded, DISCORD_TOKEN=token, SUPPORT_CHANNEL_ID="x")


def test_the_token_is_in_no_text_of_the_settings(loaded: Load) -> None:
    settings = loaded()

    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
