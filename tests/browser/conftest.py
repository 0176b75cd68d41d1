"""A browser that has the sandbox's page open."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from tests.support import chromium
from tests.support.chromium import Page
from tests.support.keys import private_key
from tests.support.quick_desk import QuickDesk
from tracker.sandbox.beginning import furnish, open_first_tickets
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.page.server import serve

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


@dataclass(frozen=True, kw_only=True)
class OpenDesk:
    """A desk whose page is served at this address."""

    desk: LocalDesk
    address: str


@pytest.fixture
def is_empty() -> bool:
    """Whether the desk begins without the few tickets that people find."""
    return False


@pytest.fixture
async def sandbox(tmp_path: Path, is_empty: bool) -> AsyncIterator[OpenDesk]:  # noqa: FBT001 - a fixture
    """What `./scripts/sandbox` opens, without a process of its own; with a short SLA."""
    printed = io.StringIO()
    async with QuickDesk(folder=tmp_path, private_key=private_key()) as desk:
        furnish(desk, sla=SLA)
        if not is_empty:
            open_first_tickets(desk)
        serving = asyncio.create_task(serve(Console(file=printed), desk, 0, browser=False))
        await desk.until("the page is served", lambda: serving.done() or "Ctrl-C" in printed.getvalue())
        assert not serving.done(), serving.exception()
        yield OpenDesk(desk=desk, address=re.findall(r"http://\S+", printed.getvalue())[0])
        assert not serving.done(), serving.exception()
        serving.cancel()
        await asyncio.wait([serving])
    assert "Traceback" not in desk.log


@pytest.fixture
async def page(blank: Page, sandbox: OpenDesk) -> AsyncIterator[Page]:
    """The sandbox's page, open and alive."""
    await open_page(blank, sandbox.address)
    yield blank
    await blank.open("about:blank")  # the sandbox ends before the browser: its page must not ask for it any more


async def open_page(page: Page, address: str) -> None:
    """Open the sandbox's page there and wait until it is alive."""
    await page.open(address)
    await page.until("document.querySelectorAll('#grid .names').length === 1")
    await page.until("document.querySelector('#bot-state').textContent.endsWith(')')")
