"""What every command makes of its arguments, before it reads a setting: of what it does not know one line, and 2."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tracker import __main__ as bot
from tracker import backfill, doctor, init_sheet

Main = Callable[[Sequence[str]], int]
COMMANDS: dict[str, Main] = {
    "tracker": bot.main,
    "tracker.doctor": doctor.main,
    "tracker.init_sheet": init_sheet.main,
    "tracker.backfill": backfill.main,
}
TOKEN = "MTQxNzYyODU5NDQ3MTczOTQzMg.Gabcde.s3cr3t-s3cr3t-s3cr3t-s3cr3t"  # noqa: S105 - of no bot
KEY = '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\\ns3cr3t\\n","client_email":"a@b"}'


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Calls a command in an empty folder; the one line that it prints."""
    monkeypatch.chdir(tmp_path)

    def call(module: str, *arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            COMMANDS[module](arguments)
        assert ended.value.code == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        assert "is not set" not in line
        assert os.listdir(tmp_path) == []  # noqa: PTH208 - blocks for no time
        return line

    return call


@pytest.mark.parametrize(
    ("module", "arguments", "line"),
    [
        ("tracker", ["docter"], 'nothing is known of "docter"; perhaps you mean: python -m tracker.doctor'),
        ("tracker", ["--hlep"], 'nothing is known of "--hlep"; perhaps you mean: python -m tracker --help'),
        ("tracker", ["DOCTOR"], 'nothing is known of "DOCTOR"; perhaps you mean: python -m tracker.doctor'),
        (
            "tracker.doctor",
            ["--version"],
            'nothing is known of "--version"; what there is: python -m tracker.doctor --help',
        ),
        ("tracker", ["xyz"], 'nothing is known of "xyz"; what there is: python -m tracker --help'),
        (
            "tracker.doctor",
            ["--send"],
            'nothing is known of "--send"; perhaps you mean: python -m tracker.doctor --send-test',
        ),
        (
            "tracker.doctor",
            ["--send_test"],
            'nothing is known of "--send_test"; perhaps you mean: python -m tracker.doctor --send-test',
        ),
        (
            "tracker.doctor",
            ["--json=yes"],
            "argument --json: ignored explicit argument 'yes'; what there is: python -m tracker.doctor --help",
        ),
        (
            "tracker.init_sheet",
            ["--dryrun"],
            'nothing is known of "--dryrun"; perhaps you mean: python -m tracker.init_sheet --dry-run',
        ),
        (
            "tracker.init_sheet",
            ["--dashbord"],
            'nothing is known of "--dashbord"; perhaps you mean: python -m tracker.init_sheet --dashboard',
        ),
        (
            "tracker.backfill",
            ["--sinse=2026-01-31"],
            'nothing is known of "--sinse=2026-01-31"; perhaps you mean: python -m tracker.backfill --since',
        ),
        (
            "tracker.backfill",
            ["--since", "31.1.2026"],
            (
                'argument --since: "31.1.2026" is not a day; write it as 2026-01-31; what there is: '
                "python -m tracker.backfill --help"
            ),
        ),
    ],
)
def test_what_a_command_does_not_know_is_one_line_with_what_was_perhaps_meant(
    refused: Callable[..., str], module: str, arguments: list[str], line: str
) -> None:
    assert refused(module, *arguments) == line


@pytest.mark.parametrize("module", COMMANDS)
@pytest.mark.parametrize("secret", [TOKEN, KEY, f"--token={TOKEN}", f"see {TOKEN}"])
def test_a_secret_among_the_arguments_is_not_quoted(refused: Callable[..., str], module: str, secret: str) -> None:
    assert "s3cr3t" not in refused(module, secret)


@pytest.mark.parametrize("secret", [TOKEN, KEY, "aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC"])
@pytest.mark.parametrize(
    ("module", "option"), [("tracker.backfill", "--since="), ("tracker.doctor", "--json="), ("tracker", "--help=")]
)
def test_a_secret_as_an_options_value_is_not_quoted(
    refused: Callable[..., str], module: str, option: str, secret: str
) -> None:
    line = refused(module, f"{option}{secret}")
    assert "s3cr3t" not in line
    assert "aB3d" not in line


@pytest.mark.parametrize("module", COMMANDS)
def test_no_command_in_the_help_is_broken_over_lines(capsys: pytest.CaptureFixture[str], module: str) -> None:
    with pytest.raises(SystemExit) as ended:
        COMMANDS[module](["--help"])
    assert ended.value.code == 0
    for line in capsys.readouterr().out.splitlines():
        if " -m tracker" in line:
            assert line.startswith("usage: ") or line.strip() in {f"python -m {name}" for name in COMMANDS}


@pytest.fixture
def log() -> Iterator[None]:
    """The log is what it was before, once the command has ended."""
    root = logging.getLogger()
    handlers, level, own = root.handlers[:], root.level, logging.getLogger("tracker").level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("tracker").setLevel(own)


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Calls a command where this line stands in .env; what it prints."""

    def call(module: str, line: str) -> str:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("SHEET_NAME", raising=False)
        settings = [f"DISCORD_TOKEN={TOKEN}", "SUPPORT_CHANNEL_ID=1417628594471739432", "WEBHOOK_URL=https://x.example"]
        sheet = ["SPREADSHEET_ID=1AbCdEfGhIjKlMnOpQrStUvWxYz", line]
        (tmp_path / ".env").write_text("\n".join([*settings, *sheet]))
        assert COMMANDS[module]([]) == 2
        return capsys.readouterr().err

    return call


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("SHEET_NAME=Tickets #1", 'SHEET_NAME="Tickets #1"'),
        ("SHEET_NAME='Tickets'!A1", "Write SHEET_NAME=value there"),
        ("SHEET_NAME: Tickets", "Write SHEET_NAME=value there"),
    ],
)
@pytest.mark.parametrize("module", ["tracker.init_sheet", "tracker.backfill"])
def test_a_command_that_writes_refuses_a_name_that_is_cut_off_or_unread_and_says_what_else_is_odd(
    refusing: Callable[..., str], module: str, line: str, said: str
) -> None:
    printed = refusing(module, line)
    assert said in printed
    assert "WEBHOOK_URL in .env is no setting" in printed
