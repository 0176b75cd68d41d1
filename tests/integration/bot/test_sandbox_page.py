"""The page's server: whom it serves, and what it answers to what it cannot do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.page.server import Page


@pytest.fixture
async def address(desk: LocalDesk) -> AsyncIterator[str]:
    """Where the page of a desk is served whose bot does not run."""
    page = Page(desk)
    yield await page.start(0)
    await page.stop()


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def ask(socket: ClientWebSocketResponse, **action: object) -> str | None:
    """Ask for an action; why it could not be done, None where it was."""
    await socket.send_json({"number": 7, **action})
    while True:
        message: dict[str, Any] = await socket.receive_json()
        if "answer" in message:
            assert message["answer"] == 7
            return message.get("error")


async def test_the_page_allows_no_script_but_its_own(address: str, client: ClientSession) -> None:
    async with client.get(address) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert (
        re.findall(r"<script(?! type=.module. src=./static/page\.js.>)|<style|\s(?:on\w+|style)=|//[\w.]+/", page) == []
    )


async def test_set_it_up_leads_to_the_readme_and_on_to_each_section_and_file_that_it_links_to(
    address: str, client: ClientSession
) -> None:
    async with client.get(f"{address}set-it-up", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/README.md#set-it-up"
    async with client.get(f"{address}README.md") as answer:
        page = await answer.text()
    links = {each for each in re.findall(r'(?:href|src)="([^"]+)"', page) if "://" not in each}
    assert "tracker/docs/operations.md#pm2" in links
    for link in links:
        async with client.get(f"{address}{'README.md' if link.startswith('#') else ''}{link.lstrip('/')}") as answer:
            assert answer.status == 200, link
            section = link.partition("#")[2]
            assert not section or f'id="{section}"' in await answer.text(), link


@pytest.mark.parametrize("path", ["tracker/docs/secret.md", "tracker/..%2f.env.md", "tracker/docs/.md", "scripts/test"])
async def test_no_other_file_is_served_as_a_page(address: str, client: ClientSession, path: str) -> None:
    async with client.get(f"{address}{path}") as answer:
        assert answer.status == 404


async def test_nobody_else_is_served_and_no_other_page_may_act(address: str, client: ClientSession) -> None:
    live = address.replace("http", "ws") + "live"
    async with client.get(address, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403
    for origin in ("http://evil.example", "null", None):
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(live, headers={"Origin": origin} if origin else {})
        assert refused.value.status == 403
    async with client.ws_connect(live, headers={"Origin": address.rstrip("/")}) as socket:
        assert "threads" in (await socket.receive_json())["picture"]


async def test_what_cannot_be_done_is_answered_with_its_reason(
    address: str, client: ClientSession, desk: LocalDesk
) -> None:
    mia = str(desk.customer.id)
    live = address.replace("http", "ws") + "live"
    async with client.ws_connect(live, headers={"Origin": address.rstrip("/")}) as socket:
        assert await ask(socket, do="dance") == "Nobody knows how to dance."
        assert await ask(socket, do="open", by=mia, title="  ", text="Hello") == "The title is empty."
        long = "x" * 101
        answer = await ask(socket, do="open", by=mia, title=long, text="Hello")
        assert answer == "The title has 101 characters; Discord takes 100."
        assert await ask(socket, do="reply", by=mia, thread="12", text="Hello") == "There is no 12 (any more)."
        assert await ask(socket, do="reply", by=mia, thread="x", text="Hello") is not None
        assert await ask(socket, do="enter", row=5000, column=0, text="x") == "The sheet has no such cell any more."
        assert await ask(socket, do="enter", row=1, column=0, text="x" * 50_001) is not None
        assert desk.world.threads == {}
        assert await ask(socket, do="open", by=mia, title="Login fails", text="Hello", tags=["billing"]) is None
        assert await ask(socket, do="later", hours=-8) == "The clock is not put forward by -8 hours."
        before = desk.world.now()
        assert await ask(socket, do="later", hours=8) is None
        assert timedelta(hours=8) <= desk.world.now() - before < timedelta(hours=8, minutes=1)
    (thread,) = desk.world.threads.values()
    assert (thread.name, thread.owner, [tag.name for tag in thread.tags]) == ("Login fails", desk.customer, ["billing"])


async def test_secrets_are_not_shown(address: str, client: ClientSession, desk: LocalDesk) -> None:
    live = address.replace("http", "ws") + "live"
    async with client.ws_connect(live, headers={"Origin": address.rstrip("/")}) as socket:
        picture = await socket.receive_str()
    assert desk.settings["SUPPORT_CHANNEL_ID"] in picture
    assert desk.discord.token not in picture
    assert "PRIVATE KEY" not in picture


async def test_the_tab_of_figures_is_shown_with_its_charts_until_it_is_deleted(
    address: str, client: ClientSession, desk: LocalDesk
) -> None:
    await desk.prepare_sheet(dashboard=True)
    live = address.replace("http", "ws") + "live"
    async with client.ws_connect(live, headers={"Origin": address.rstrip("/")}) as socket:
        shown = (await socket.receive_json())["picture"]["dashboard"]
        assert len(shown["charts"]) == 11
        waiting = next(row for row in shown["rows"] if row and row[0] and row[0]["text"] == "waiting")
        assert waiting[1] == {"text": "0", "number": 0.0}
        desk.tab.paste(1, desk.tab.values()[0].index("status"), [["waiting"]])
        waiting = next(row for row in (await changed(socket))["rows"] if row and row[0] and row[0]["text"] == "waiting")
        assert waiting[1]["text"] == "1"
        desk.book.delete_tab(desk.book.tab("Support Dashboard"))
        assert await changed(socket) is None


async def changed(socket: ClientWebSocketResponse) -> Any:  # noqa: ANN401 - the page's own JSON
    """The tab of figures as it is shown after its next change."""
    while True:
        picture = (await socket.receive_json())["picture"]
        if "dashboard" in picture:
            return picture["dashboard"]


async def test_only_what_changed_is_sent_again(address: str, client: ClientSession, desk: LocalDesk) -> None:
    live = address.replace("http", "ws") + "live"
    async with client.ws_connect(live, headers={"Origin": address.rstrip("/")}) as socket:
        assert len((await socket.receive_json())["picture"]) > 8
        desk.world.open_thread(desk.forum, desk.customer, "Login fails")
        assert list((await socket.receive_json())["picture"]) == ["threads"]
