"""Discord's limits and refusals, and the forum's return: what the shipped bot asks then, and how soon it knows all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from scripts.tools.bench.figures import Figure
from scripts.tools.bench.past import cells_in, desk_with
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.ticket import Ticket
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.faults import rate_limited
from tracker.store import Store

TITLE = "Discord's limits and refusals"
_MOST_REQUESTS, _LOOK_UPS, _MOST_REFUSALS = 3, 3, 10
_LIMIT_SECONDS = 2.0
_MINUTE_SECONDS = 60.0
_ANSWERED_LATE_SECONDS = 0.2
"""An answer that was on its way when the time was over may be so late."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much there is of each, and how often it is measured.

    `limited` posts are resolved while Discord takes no requests; `messages` are in the post that is looked through;
    `waiting` tickets lack a permission, and are looked at for so many `seconds`; `missed` posts were opened unseen.
    """

    limited: int
    messages: int
    waiting: int
    seconds: float
    missed: int
    rounds: int


FULL = Size(limited=20, messages=500, waiting=5_000, seconds=180.0, missed=50, rounds=3)
QUICK = Size(limited=20, messages=500, waiting=5_000, seconds=70.0, missed=50, rounds=1)


async def measure(size: Size) -> list[Figure]:
    """Requests, look-ups, refusals and seconds."""
    rounds = range(size.rounds)
    within = [await _within_a_limit(size.limited) for _ in rounds]
    look_ups = [await _look_ups(size.messages) for _ in rounds]
    refusals = [await _refusals_a_minute(size.waiting, size.seconds) for _ in rounds]
    returns = [await _seconds_from_return(size.missed) for _ in rounds]
    return [
        Figure(what="requests within a limit over all of 2 s", rounds=tuple(within), at_most=_MOST_REQUESTS),
        Figure(
            what=f"look-ups for {size.messages} messages of three people", rounds=tuple(look_ups), at_most=_LOOK_UPS
        ),
        Figure(
            what=f"most refusals in a minute, {size.waiting} tickets lack a permission",
            rounds=tuple(refusals),
            at_most=_MOST_REFUSALS,
        ),
        Figure(what=f"from the forum's return to the last of {size.missed} rows", rounds=tuple(returns), unit="s"),
    ]


async def _within_a_limit(count: int) -> float:
    """Requests of the bot while Discord takes none of anybody's, after the one that met the limit."""
    async with desk_with(0) as desk:
        await desk.start_bot()
        threads = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {n}") for n in range(count)]
        await _ticked(desk, threads)
        asked = len(desk.discord.requests)
        limit = rate_limited(scope="global", retry_after=_LIMIT_SECONDS, times=None)
        desk.discord.faults.append(limit)
        for thread in threads:
            desk.world.add_tag(thread, "resolved")
        await desk.until("the limit to be met", lambda: len(desk.discord.requests) > asked)
        met = desk.discord.requests[asked].answered
        await asyncio.sleep(_LIMIT_SECONDS - (time.monotonic() - met))
        desk.discord.faults.remove(limit)
        await desk.until("the messages", lambda: all(map(desk.bot_messages, threads)))
        until = met + _LIMIT_SECONDS - _ANSWERED_LATE_SECONDS
        return float(sum(request.answered < until for request in desk.discord.requests[asked:]))


async def _look_ups(count: int) -> float:
    """How often the bot asks who people are, to find the first answer in a long talk that it did not hear."""
    async with desk_with(0) as desk:
        desk.settings["SUPPORT_ROLE_IDS"] = str(desk.support.id)
        others = [desk.world.new_user(name) for name in ("ann", "bob")]
        thread = desk.world.open_thread(desk.forum, desk.customer, "Busy")
        for number in range(count - 1):
            desk.world.reply(thread, others[number % 2], "Me, too")
        desk.world.reply(thread, desk.staff, "Here is how")
        await desk.start_bot()
        await desk.until("the answer", lambda: desk.rows().get(thread.id, {}).get("first_responded_by"))
        people = {f"/members/{person.id}" for person in (*others, desk.staff, desk.customer)}
        return float(sum(any(request.path.endswith(each) for each in people) for request in desk.discord.requests))


async def _refusals_a_minute(count: int, seconds: float) -> float:
    """The most refusals in a minute, where so many posts wait for their ✅ and the bot may not react."""
    async with desk_with(0) as desk:
        desk.world.deny(desk.forum, "ADD_REACTIONS")
        threads = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {n}") for n in range(count)]
        _leave_unticked(desk, threads)
        await desk.start_bot()
        await desk.until("a refusal", lambda: _refusals(desk))
        await asyncio.sleep(seconds)
        times = _refusals(desk)
        return float(max(sum(0 <= each - first < _MINUTE_SECONDS for each in times) for first in times))


async def _seconds_from_return(count: int) -> float:
    """From when the bot may see the forum again, until the last post that was opened meanwhile has its row."""
    async with desk_with(0) as desk:
        await desk.start_bot()
        (known,) = [desk.world.open_thread(desk.forum, desk.customer, "Known")]
        await _ticked(desk, [known])
        desk.world.deny(desk.forum, "VIEW_CHANNEL")
        missed = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {n}") for n in range(count)]
        await asyncio.sleep(_LIMIT_SECONDS)
        back = time.monotonic()
        desk.world.allow(desk.forum, "VIEW_CHANNEL")
        await desk.until("all rows", lambda: desk.rows().keys() >= {thread.id for thread in missed}, 120.0)
        return time.monotonic() - back


async def _ticked(desk: LocalDesk, threads: Sequence[Thread]) -> None:
    await desk.until("✅", lambda: all(map(desk.is_ticked, threads)), 60.0)


def _refusals(desk: LocalDesk) -> list[float]:
    """When Discord refused something, in seconds."""
    return [request.answered for request in desk.discord.requests if request.status == HTTPStatus.FORBIDDEN]


def _leave_unticked(desk: LocalDesk, threads: Sequence[Thread]) -> None:
    """Leave what a bot that was stopped a moment ago would have: rows that are written, and posts without a ✅."""
    pattern = Ticket(
        thread_id=0,
        guild_id=desk.world.guild.id,
        author_id=desk.customer.id,
        author_name=desk.customer.username,
        title="",
        in_sheet=True,
    )
    tickets = [replace(pattern, thread_id=thread.id, title=thread.name) for thread in threads]
    now = datetime.now(UTC)
    with closing(Store.open(desk.folder / "data")) as store, store.transaction():
        store.facts.set("tracking_since", (now - timedelta(days=3650)).isoformat())
        store.facts.set("heard_until", now.isoformat())
        for ticket, cells in zip(tickets, cells_in(desk, tickets), strict=True):
            store.tickets.save(ticket)
            store.rows.acknowledge(ticket.thread_id, 1, cells)
            store.effects.enqueue(Effect(kind=EffectKind.REACT, thread_id=ticket.thread_id), now)
