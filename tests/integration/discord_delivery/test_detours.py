"""Pages of a proxy or of a network's sign-in, which stand between the bot and Discord, are no answers of Discord."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk
from tracker.discord.connection import close, connect, new_bot
from tracker.errors import DiscordSetupError
from tracker.sandbox.service import Fault


def page(status: int, path: str, method: str) -> Fault:
    """Once, instead of Discord's answer."""
    return Fault(
        path=path,
        method=method,
        applied=False,
        times=1,
        outcome=lambda: web.Response(status=status, text="<html>Not here</html>", content_type="text/html"),
    )


@pytest.mark.parametrize("status", [403, 404, 408, 429])
async def test_a_message_is_not_given_up_for_a_page(desk: DiscordDesk, status: int) -> None:
    thread = desk.open()
    desk.resolve(thread)
    desk.discord.faults.append(page(status, "/messages$", "POST"))

    async with desk.delivering():
        await desk.all_done()

    assert len(desk.messages(thread)) == 1


async def test_a_thread_is_not_taken_for_deleted_for_a_page(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    desk.discord.faults.append(page(404, f"/{thread.id}/messages$", "GET"))

    async with desk.delivering():
        await desk.all_done()

    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert not ticket.deleted
    assert len(desk.messages(desk.alerts[0])) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda: web.json_response({}), "an answer it cannot read (KeyError: 'session_start_limit')"),
        (lambda: web.Response(text="{", content_type="application/json"), "an answer it cannot read (JSONDecodeError"),
        (
            lambda: web.Response(text="<html>Sign in</html>", content_type="text/html"),
            "something on the way to Discord answered in its place, with a page",
        ),
        (
            lambda: web.Response(status=403, text="<html>Not now</html>", content_type="text/html"),
            "something on the way to Discord refused it (HTTP 403)",
        ),
    ],
    ids=["no-answer-of-discord-s", "garbled", "page", "cloudflare"],
)
async def test_connecting_goes_on_until_the_answer_is_discord_s_and_the_log_says_why(
    desk: DiscordDesk, answer: Callable[[], web.Response], says: str
) -> None:
    desk.discord.faults.append(Fault(path="/gateway/bot$", method="GET", times=1, outcome=answer))
    bot = new_bot(desk.discord.token, desk.discord.rest_url)
    await connect(bot, lambda _: None)
    await close(bot)
    (line,) = desk.lines("Waiting for Discord")
    assert says in line
    assert "next attempt in" in line
    assert not any(record.exc_info for record in desk.log.records)


async def test_a_token_that_is_refused_when_connecting_ends_it(desk: DiscordDesk) -> None:
    refused = Fault(
        path="/gateway/bot$",
        method="GET",
        times=1,
        outcome=lambda: web.json_response({"message": "401: Unauthorized", "code": 0}, status=401),
    )
    desk.discord.faults.append(refused)
    bot = new_bot(desk.discord.token, desk.discord.rest_url)
    with pytest.raises(DiscordSetupError, match="DISCORD_TOKEN"):
        await connect(bot, lambda _: None)
