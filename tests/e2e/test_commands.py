"""The shipped commands from their first moment: what they know, refuse and print, whatever terminal they meet."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from itertools import product
from pathlib import Path
from shlex import quote

import pytest

from tests.support.fork_server import Fork
from tracker.sandbox.desk import LocalDesk

ROOT = Path(__file__).parents[2]
COMMANDS = ("tracker", "tracker.doctor", "tracker.init_sheet", "tracker.backfill")


def plain(**environment: str) -> dict[str, str]:
    """An environment without settings, and this in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | environment


async def start(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    """Start Python itself in the folder; all that it prints comes in one stream."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=plain(**environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def ended(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """How it ended and all it printed."""
    process = await start(folder, *arguments, **environment)
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(environment.get("PYTHONIOENCODING", "utf-8"))


async def forked(folder: Path, module: str, *arguments: str) -> tuple[int, str]:
    """How a command ended and all it printed, where it does not matter that Python itself starts."""
    printed = folder.with_name(f"{folder.name} printed")
    printed.write_bytes(b"")
    command = Fork(module, *arguments, folder=folder, environment=plain(), output=printed)
    return await command.wait(), printed.read_text(encoding="utf-8")


async def test_a_command_shows_its_help_and_refuses_what_it_does_not_know_before_it_reads_a_setting(
    tmp_path: Path,
) -> None:
    for module in COMMANDS:
        code, output = await forked(tmp_path, module, "--help")
        assert code == 0
        assert output.startswith("usage: ")
        assert f"-m {module}" in output
        assert "is not set" not in output
        code, output = await forked(tmp_path, module, "--no-such-thing")
        assert code == 2
        assert "--no-such-thing" in output
        assert "is not set" not in output
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - blocks for no time


async def test_one_command_starts_each_of_the_four(tmp_path: Path) -> None:
    for name, word in {
        "run": "Run the bot",
        "doctor": "whole set-up",
        "init-sheet": "tab",
        "backfill": "archived",
    }.items():
        code, output = await forked(tmp_path, "tracker", name, "--help")
        assert (code, word in output) == (0, True), output
    code, output = await forked(tmp_path, "tracker", "doctr")
    assert code == 2
    assert "perhaps you mean" in output
    assert "-m tracker.doctor" in output


@pytest.mark.parametrize(("module", "imported"), [("tracker", "tracker"), ("tracker.doctor", "asyncio.events")])
async def test_ctrl_c_in_the_first_second_is_one_line(tmp_path: Path, module: str, imported: str) -> None:
    process = await start(tmp_path, "-X", "importtime", "-m", module)
    assert process.stdout is not None
    async for line in process.stdout:
        if line.split()[-1] == imported.encode():
            break
    process.send_signal(signal.SIGINT)
    output, _ = await process.communicate()
    printed = [line for line in output.decode().splitlines() if not line.startswith("import time:")]
    assert printed == ["Stopped."]
    assert process.returncode == -signal.SIGINT  # as shells expect of what Ctrl-C has ended


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
async def test_a_full_disk_where_a_command_prints_is_one_line(tmp_path: Path) -> None:
    command = f"{quote(sys.executable)} -m tracker.doctor > /dev/full"
    process = await asyncio.create_subprocess_shell(
        command, cwd=tmp_path, env=plain(), stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode() == (
        "The disk is full: no room for what the command prints. Make room there and run it again.\n"
    )


async def test_a_python_without_the_packages_is_one_line_and_2(tmp_path: Path) -> None:
    code, output = await ended(tmp_path, "-S", "-m", "tracker.doctor")
    assert code == 2
    (line,) = output.splitlines()
    assert "lacks the package " in line


async def test_a_terminal_without_the_signs_gets_them_spelt(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SPREADSHEET_ID=нет 🧵\nSHEET_NAME=Café 🧵\n", encoding="utf-8")
    code, output = await ended(tmp_path, "-m", "tracker.doctor", PYTHONIOENCODING="ascii")
    assert code == 1
    assert "x DISCORD_TOKEN is not set." in output
    assert "-> Example: DISCORD_TOKEN=" in output
    value = r"\u043d\u0435\u0442 \ud83e\uddf5"
    assert f'SPREADSHEET_ID "{value}" is neither a spreadsheet\'s id nor its address.' in output
    assert "Traceback" not in output


async def test_a_crash_and_a_wrong_place_show_no_secret_in_any_command(tmp_path: Path) -> None:
    token = "MTQxNzYyODU5NDQ3MTczOTQzMg.Gabcde.s3cr3t-s3cr3t-s3cr3t-s3cr3t"  # noqa: S105 - of no bot
    key = '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\\ns3cr3t\\n","client_email":"a@b"}'
    for module, form in product(COMMANDS, ("text", "json")):
        (tmp_path / ".env").write_text(
            f"DISCORD_TOKEN={key}\nSUPPORT_CHANNEL_ID={token}\nSPREADSHEET_ID={token}\nLOG_FORMAT={form}\n"
            f"GOOGLE_APPLICATION_CREDENTIALS={token}\nSHEET_NAME={key}\nDATA_DIR={token}\n",
            encoding="utf-8",
        )
        code, output = await forked(tmp_path, module)
        assert code == (1 if module == "tracker.doctor" else 2), output
        assert "s3cr3t" not in output
        assert "SPREADSHEET_ID seems to hold a bot token, which belongs in DISCORD_TOKEN" in output
    crash = f"import sys; sys.argv = ['support-tracker']; import tracker; raise ValueError({token!r})"
    code, output = await ended(tmp_path, "-c", crash)
    assert code == 1
    assert "ValueError" in output
    assert "s3cr3t" not in output


async def test_the_keys_json_as_the_setting_is_as_good_as_its_file(desk: LocalDesk) -> None:
    key = desk.folder / "credentials.json"
    text = key.read_text(encoding="utf-8")
    key.unlink()
    desk.settings["GOOGLE_APPLICATION_CREDENTIALS"] = f"'{' '.join(text.split())}'"
    code, output = await desk.run("tracker.init_sheet")
    assert code == 0, output
    assert "Nothing to do" in output
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "By a key without a file")
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert await desk.stop_bot() == 0
