"""The sandbox as its own process, and a browser that has its page open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import chromium
from tests.support.chromium import Page
from tests.support.sandbox_command import SandboxCommand, sandbox_command

SLA = "4s"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium.installed() is None:
        reason = f"no browser is installed: none of {', '.join(chromium.NAMES)} is on the PATH"
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The browser that all tests open their pages in."""
    with chromium.running(tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture
async def blank(devtools: str) -> AsyncIterator[Page]:
    """A page that nothing is open in yet. It may ask nobody but this machine, and nothing may go wrong in it."""
    async with Page(devtools) as page:
        yield page
        hosts = {urlsplit(address).hostname for address in page.requests if address != "about:blank"}
        assert hosts == {"127.0.0.1"}
        assert page.errors == []


@pytest.fixture
def beginning() -> tuple[str, ...]:
    """How the desk begins: with the few tickets that people find."""
    return ()


@pytest.fixture
async def sandbox(tmp_path: Path, beginning: tuple[str, ...]) -> AsyncIterator[SandboxCommand]:
    """The sandbox, started on a free port with a short SLA; `tmp_path / "desk"` has its log and its store."""
    async with sandbox_command(
        tmp_path, "--port=0", f"--sla={SLA}", *beginning, f"--keep={tmp_path / 'desk'}"
    ) as command:
        await command.until_open()
        yield command
        assert "Traceback" not in (tmp_path / "desk" / "bot.log").read_text(encoding="utf-8")


@pytest.fixture
async def page(blank: Page, sandbox: SandboxCommand) -> AsyncIterator[Page]:
    """The sandbox's page, open and alive."""
    await blank.open(sandbox.address)
    await blank.until("document.querySelectorAll('#grid .names').length === 1")
    await blank.until("document.querySelector('#bot-state').textContent.endsWith(')')")
    yield blank
    await blank.open("about:blank")  # the sandbox ends before the browser: its page must not ask for it any more
