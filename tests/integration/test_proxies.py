"""Behind a proxy: Discord's HTTP interface and gateway and Google are reached through it, as `.env` or a variable says.

The hosts of these tests exist behind the proxy only, so whatever would go past it finds nobody.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.keys import private_key
from tests.support.prepared import prepare_sheet
from tests.support.proxy import Proxy, proxy
from tests.support.quick_desk import QuickDesk
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault

DISCORD, GATEWAY, SHEETS = "discord.example", "gateway.discord.example", "sheets.example"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    async with QuickDesk(folder=tmp_path, private_key=private_key()) as desk:
        await prepare_sheet(desk)
        yield desk


@pytest.fixture
async def way_out(desk: LocalDesk) -> AsyncIterator[Proxy]:
    """The only way to Discord and Google."""
    names = {DISCORD: desk.discord.port, GATEWAY: desk.discord.port, SHEETS: desk.sheets.port}
    async with proxy(names) as way_out:
        yield way_out


def services_are_behind_it(desk: LocalDesk, scheme: str = "http", websocket: str = "ws") -> None:
    desk.settings |= {
        "DISCORD_API_URL": f"{scheme}://{DISCORD}/api/v10",
        "GOOGLE_SHEETS_URL": f"{scheme}://{SHEETS}",
    }
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    gateway = {"url": f"{websocket}://{GATEWAY}/gateway", "shards": 1, "session_start_limit": limit}
    answer = Fault(path="/gateway/bot$", outcome=lambda: web.json_response(gateway), times=None)
    desk.discord.faults.append(answer)


@pytest.mark.parametrize("by", ["settings", "environment"])
async def test_the_bot_works_where_a_proxy_is_the_only_way_to_discord_and_google(
    desk: LocalDesk, way_out: Proxy, by: str
) -> None:
    services_are_behind_it(desk)
    where = desk.settings if by == "settings" else desk.environment
    where["HTTP_PROXY"] = way_out.address.replace("http://", "http://mia:hush@")
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")
    await desk.until("the row is ticked", lambda: desk.is_ticked(thread))
    assert thread.id in desk.rows()
    assert {DISCORD, GATEWAY, SHEETS} <= way_out.hosts()
    # Each of them signs in at the proxy: hikari over HTTP and as websocket, gspread, and google-auth for its token.
    signed_in = f"Proxy-Authorization: Basic {base64.b64encode(b'mia:hush').decode()}"
    assert way_out.headers.count(signed_in) == len(way_out.asked)
    assert "hush" not in desk.log
    assert await desk.stop_bot() == 0


async def test_the_environment_wins_over_the_file_whatever_the_case_of_its_name(
    desk: LocalDesk, way_out: Proxy
) -> None:
    services_are_behind_it(desk)
    desk.settings["HTTP_PROXY"] = "http://127.0.0.1:9"
    desk.environment["http_proxy"] = way_out.address
    code, output = await desk.run("tracker.doctor")
    assert code == 0, output
    shown = way_out.address.removeprefix("http://")
    assert f"✓ http:// addresses are reached through the proxy {shown} (HTTP_PROXY)" in output
    assert {DISCORD, SHEETS} <= way_out.hosts()


async def test_hosts_of_no_proxy_are_reached_without_it(desk: LocalDesk, way_out: Proxy) -> None:
    desk.settings |= {"HTTP_PROXY": way_out.address, "NO_PROXY": "127.0.0.1"}
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")
    await desk.until("the row is ticked", lambda: desk.is_ticked(thread))
    assert way_out.asked == []


async def test_what_is_encrypted_goes_through_a_tunnel_of_the_proxy(desk: LocalDesk, way_out: Proxy) -> None:
    services_are_behind_it(desk, "https")
    desk.settings["HTTPS_PROXY"] = way_out.address
    code, output = await desk.run("tracker.doctor")
    assert code == 1
    assert "Discord could not be reached" in output
    assert "Traceback" not in output
    assert {f"CONNECT {DISCORD}:443", f"CONNECT {SHEETS}:443"} <= set(way_out.asked)


async def test_the_encrypted_gateway_goes_through_a_tunnel_of_the_proxy(desk: LocalDesk, way_out: Proxy) -> None:
    services_are_behind_it(desk, "http", "wss")
    desk.settings |= {"HTTP_PROXY": way_out.address, "HTTPS_PROXY": way_out.address}
    await desk.launch_bot()
    await desk.until("the gateway is asked for", lambda: f"CONNECT {GATEWAY}:443" in way_out.asked)
    assert desk.bot_runs


async def test_passwords_in_netrc_do_not_take_the_tokens_place(desk: LocalDesk, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login mia password hush\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    desk.environment["HOME"] = str(tmp_path)
    code, output = await desk.run("tracker.doctor")
    assert code == 0, output
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")
    await desk.until("the row is ticked", lambda: desk.is_ticked(thread))
