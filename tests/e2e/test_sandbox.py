"""`./scripts/sandbox` as a person meets it in the terminal: one address, Ctrl-C, what is kept, the tour's verdict."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession
from dotenv import dotenv_values

from tests.support.sandbox_command import sandbox_command


def left_in(folder: Path) -> set[str]:
    """The names of what is in a folder."""
    return {path.name for path in folder.iterdir()}


def processes_in(folder: Path) -> list[int]:
    """The processes that work in a folder or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = (process / "cwd").readlink()
        except OSError:
            continue
        if folder in (place, *place.parents):
            found.append(int(process.name))
    return found


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the person's browser was given to open, a line each."""
    file = tmp_path.with_name(f"{tmp_path.name}-opened")
    browser = tmp_path.with_name(f"{tmp_path.name}-browser")
    browser.write_text(f'#!/bin/sh\necho "$1" >>"{file}"\n', encoding="utf-8")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    return lambda: file.read_text(encoding="utf-8") if file.exists() else ""


async def test_the_page_opens_in_the_browser_and_a_stop_ends_every_process_and_leaves_nothing_behind(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with sandbox_command(tmp_path, f"--port={taken}", browser=True) as command:
            await command.until_open()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", command.address)
            assert taken < int(command.address.rstrip("/").rpartition(":")[2]) < taken + 100
            async with asyncio.timeout(60):
                while not opened():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.02)
            assert opened() == f"{command.address}\n"
            assert len(processes_in(tmp_path)) == 2, "the sandbox and the bot"
            command.process.send_signal(signal.SIGINT)  # an impatient person presses Ctrl-C twice
            assert await command.stop() == 0
            assert processes_in(tmp_path) == []
            assert left_in(tmp_path) == set()
            async with ClientSession() as session:
                with pytest.raises(ClientError):
                    await session.get(command.address)


async def test_what_is_kept_is_in_a_folder_of_its_own_and_no_browser_opens_where_none_is_wanted(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    kept = tmp_path / "kept"
    async with sandbox_command(tmp_path, "--port=0", "--no-browser", f"--keep={kept}", browser=True) as command:
        await command.until_open()
        command.process.send_signal(signal.SIGTERM)
        assert await command.stop(signal.SIGTERM) == 0
        assert processes_in(tmp_path) == []
    assert opened() == ""
    assert left_in(kept) == {".env", "credentials.json", "bot.log", "data"}
    assert "Logged in" in (kept / "bot.log").read_text(encoding="utf-8")
    assert dotenv_values(kept / ".env")["SLA_TIMEOUT"] == "1m"
    assert left_in(tmp_path) == {"kept"}

    async with sandbox_command(tmp_path, "--port=0", f"--keep={kept}") as again:
        assert await again.ended() == 2
    assert again.output == f"--keep {kept}: the folder is not empty; name a new one.\n"


async def test_a_start_that_cannot_be_says_its_reason(tmp_path: Path) -> None:
    for arguments, code, says in (
        (["--port=70000"], 2, 'a number from 0 (any free port) to 65535 is needed, not "70000"'),
        (["--prot=5"], 2, 'nothing is known of "--prot=5"; perhaps you mean: ./scripts/sandbox --port'),
        (["--sla=soon"], 2, '--sla: "soon" is not a time span. Example: 1m30s'),
    ):
        async with sandbox_command(tmp_path, *arguments, encoding="ascii") as command:
            assert await command.ended() == code
        assert says in command.output
        assert left_in(tmp_path) == set()


async def test_the_tour_shows_the_day_and_the_cells_that_changed_and_ends_well(tmp_path: Path) -> None:
    async with sandbox_command(tmp_path, "--tour") as command:
        assert await command.ended() == 0
    assert "16/20  The manager gives the column its name back." in command.output
    assert re.search(r"first_responded_by +sam", command.output)
    assert re.search(r"type +Engineering → Engineering, resolved", command.output)
    assert "For a tab of charts" not in command.output
    *_, verdict, broken, own = command.output.splitlines()
    assert verdict == "✓ Everything happened as it should."
    assert broken == "Break it yourself, on a page in the browser: ./scripts/sandbox"
    assert own == 'Set it up, with a forum and a sheet of your own: README.md, "Set it up"'
