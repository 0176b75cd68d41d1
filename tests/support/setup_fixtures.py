"""A whole set-up for tests that break one thing in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prepared import prepare_sheet
from tests.support.setups import SetUp, desk_in_a_thread
from tracker.settings import Settings


@pytest.fixture
def set_up(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[SetUp]:
    """A whole set-up in the working directory, with nothing wrong."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    for name in ("NETRC", "http_proxy", "https_proxy", "no_proxy", "ws_proxy", "wss_proxy"):  # which commands set
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    with desk_in_a_thread(tmp_path) as desk:
        asyncio.run(prepare_sheet(desk))
        desk.book.time_zone = "Asia/Calcutta"  # as Google calls the zone of TIMEZONE
        yield SetUp(desk=desk, capsys=capsys, caplog=caplog)
        assert desk.discord.problems == []
        assert desk.sheets.problems == []
        assert desk.discord.token not in caplog.text


@pytest.fixture
def everything_allowed(set_up: SetUp) -> SetUp:
    """A set-up in which there is nothing at all to mention."""
    set_up.desk.world.grant("VIEW_AUDIT_LOG", "MANAGE_THREADS")
    (set_up.desk.folder / "credentials.json").chmod(0o600)
    set_up.desk.settings["SUPPORT_NAME"] = "The Desk"
    return set_up
