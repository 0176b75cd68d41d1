"""Requests for a burst: many tickets, each opened, answered, retagged and resolved; quotas as Google's.

What the bot does in Discord comes back as more to write, for as long as Discord takes: the bot's own requests grow with
that time, so that a busy machine needs more of them. The same burst is taken once more where the sheet has all figures,
those of low priority, too. The peers are counted without quotas: with them, their requests would take hours.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with, requests_to_sheets
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

TITLE = "Requests for a burst"
_MOST_REQUESTS = 15
"""Of the bot, for as many tickets as `FULL` has."""

_PEERS = {
    "gspread": ("scripts.tools.bench.peers.naive_gspread", 300.0),
    "gspread-asyncio": ("scripts.tools.bench.peers.naive_gspread_asyncio", 100.0),
}
"""The module of each, and how many times fewer requests the bot has to need."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets, how many of them for the peers (whose requests grow with them exactly), how often.

    `settling` is how many seconds a bot is left to itself after its start: what it looks at then is no part of a burst.
    `patience` is how many it may take for its tickets.
    """

    tickets: int
    peers_tickets: int
    rounds: int
    settling: float
    patience: float


FULL = Size(tickets=500, peers_tickets=500, rounds=3, settling=2.0, patience=900.0)
QUICK = Size(tickets=500, peers_tickets=25, rounds=1, settling=2.0, patience=900.0)


async def measure(size: Size) -> list[Figure]:
    """Requests of the bot and of its peers, and how long the sheet was behind."""
    requests, behind, with_figures, behind_with_figures = [], [], [], []
    a_ticket: dict[str, list[float]] = {name: [] for name in _PEERS}
    for _ in range(size.rounds):
        counted, seconds = await _burst("tracker", size.tickets, size)
        requests.append(counted)
        behind.append(seconds)
        counted, seconds = await _burst("tracker", size.tickets, size, figures=True)
        with_figures.append(counted)
        behind_with_figures.append(seconds)
        for name, (module, _) in _PEERS.items():
            counted, _ = await _burst(module, size.peers_tickets, size, quota=False)
            a_ticket[name].append(counted / size.peers_tickets)
    figures = [
        Figure(what="Sheets requests of the bot", rounds=tuple(requests), at_most=_MOST_REQUESTS),
        Figure(what="from the last event until the sheet is right", rounds=tuple(behind), unit="s", at_most=15),
        Figure(what="Sheets requests with all figures", rounds=tuple(with_figures), at_most=_MOST_REQUESTS),
        Figure(what="until it is right with all figures", rounds=tuple(behind_with_figures), unit="s", at_most=15),
    ]
    for name, (_, least) in _PEERS.items():
        theirs = tuple(each * size.tickets for each in a_ticket[name])
        figures += [
            Figure(what=f"requests a ticket, naive bot over {name}", rounds=tuple(a_ticket[name])),
            Figure(what=f"times fewer requests than over {name}", rounds=ratios(theirs, requests), at_least=least),
        ]
    return figures


async def _burst(
    module: str, tickets: int, size: Size, *, quota: bool = True, figures: bool = False
) -> tuple[float, float]:
    """Let a bot take it; how many requests it needed, and how long after the last event the sheet was right."""
    async with desk_with(0, quota=quota, dashboard=figures) as desk:
        await desk.start_bot(module)
        await asyncio.sleep(size.settling)
        before = requests_to_sheets(desk)
        world = desk.world
        threads = [
            world.open_thread(desk.forum, desk.customer, f"Ticket {n}", tags=["billing"]) for n in range(tickets)
        ]
        for thread in threads:
            world.reply(thread, desk.staff, "On it")
        for thread in threads:
            world.retag(thread, ["Consulting"])
        for thread in threads:
            world.add_tag(thread, "resolved")
        over = time.monotonic()
        await desk.until("the sheet to be right", lambda: _is_right(desk, threads, figures=figures), size.patience)
        return requests_to_sheets(desk) - before, time.monotonic() - over


def _is_right(desk: LocalDesk, threads: list[Thread], *, figures: bool) -> bool:
    """Whether the sheet shows each thread with all that happened to it. Looks at the sheet no sooner than it can be."""
    if not all(desk.bot_messages(thread) for thread in threads):
        return False
    rows = desk.rows()
    for thread in threads:
        row = rows.get(thread.id, {})
        shown = (
            row.get("title"),
            row.get("type"),
            row.get("team"),
            row.get("raised_by"),
            row.get("first_responded_by"),
        )
        if shown != (thread.name, "Consulting, resolved", "Consulting", desk.customer.username, desk.staff.username):
            return False
        if not (row["time_to_resolution"] and row["resolution_date"] and row["warning_message_id"]):
            return False
        if figures and not (row["status"] == "resolved" and row["sla"] == "met" and row["resolution"] is not None):
            return False
    return True
