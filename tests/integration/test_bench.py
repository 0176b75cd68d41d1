"""Quick rows of `./scripts/bench`, with sizes so small that their figures say nothing, but with all that they start."""

from __future__ import annotations

from collections.abc import Coroutine

from scripts.tools.bench.__main__ import ROWS
from scripts.tools.bench.figures import Figure
from scripts.tools.bench.past import KIND
from scripts.tools.bench.rows import burst, dashboard, discord, events, freshness, growth, idle, memory, outage, start
from tests.support.quick_desk import QuickDesk


async def measured(row: Coroutine[None, None, list[Figure]]) -> dict[str, Figure]:
    KIND.set(QuickDesk)
    return {figure.what: figure for figure in await row}


def targets(figures: dict[str, Figure]) -> dict[str, tuple[str, float]]:
    """What is asked of the figures of which anything is."""
    at_most = {what: ("at most", each.at_most) for what, each in figures.items() if each.at_most is not None}
    return at_most | {what: ("at least", e.at_least) for what, e in figures.items() if e.at_least is not None}


async def test_a_burst_is_counted_beside_the_naive_bots() -> None:
    size = burst.Size(tickets=2, peers_tickets=1, rounds=1, settling=0.0, patience=30.0)
    figures = await measured(burst.measure(size))
    assert targets(figures) == {
        "Sheets requests of the bot": ("at most", 15),
        "from the last event until the sheet is right": ("at most", 15),
        "Sheets requests with all figures": ("at most", 15),
        "until it is right with all figures": ("at most", 15),
        "times fewer requests than over gspread": ("at least", 300.0),
        "times fewer requests than over gspread-asyncio": ("at least", 100.0),
    }
    assert 2 <= figures["Sheets requests of the bot"].value <= 15
    assert figures["requests a ticket, naive bot over gspread"].value > 10


async def test_freshness_and_answered_bytes_are_taken_beside_the_naive_bot() -> None:
    case = freshness.Case(rows=3, latency=0.05, most_times=1.1)
    figures = await measured(freshness.measure(freshness.Size(cases=(case,), events=1, rounds=1)))
    assert targets(figures) == {
        "bot / naive bot (3 rows, 50 ms away)": ("at most", 1.1),
        "bytes that come back for a changed cell": ("at most", 4_000),
    }
    # A round trip for the look, and half of one until the write is carried out.
    assert figures["event to cell, bot (3 rows, 50 ms away)"].value > 75
    assert figures["event to cell, naive bot (3 rows, 50 ms away)"].value > 75
    assert figures["bytes that come back for a changed cell"].value > 0


async def test_an_outage_is_followed_until_all_that_waited_is_written() -> None:
    figures = await measured(outage.measure(outage.Size(tickets=4, changed=2, rounds=1)))
    assert targets(figures) == {
        "used / fewest": ("at most", 1.2),
        "largest answer": ("at most", 1.0),
        "largest answer that says where all rows are": ("at most", 1.0),
        "requests over the quota": ("at most", 0.0),
        "from Google's return until all is written": ("at most", 120.0),
    }
    assert figures["looks and writes"].value == figures["the fewest possible"].value == 2
    assert figures["largest answer"].value > 0


async def test_cpu_per_event_is_taken_beside_hikari_alone() -> None:
    figures = await measured(events.measure(events.Size(events=200, rounds=3)))
    assert targets(figures) == {"bot / hikari alone": ("at most", 2.0)}
    alone = figures["an event: hikari with empty listeners"].value
    assert 0 < alone < figures["an event: translate, apply, commit"].value


async def test_a_flush_is_taken_for_each_size_of_the_sheet() -> None:
    figures = await measured(growth.measure(growth.Size(rows=(20, 400), flushes=1, rounds=1)))
    assert targets(figures) == {
        "time with 400 rows / smallest": ("at most", 1.2),
        "bytes with 400 rows / smallest": ("at most", 1.2),
    }
    assert figures["a flush of 10 changes, 20 rows"].value > 0
    assert figures["bytes on the wire"].value > 0
    assert figures["bytes with 400 rows / smallest"].reached


async def test_a_refresh_of_the_dashboard_is_taken_for_each_number_of_tickets() -> None:
    figures = await measured(dashboard.measure(dashboard.Size(tickets=(5, 50))))
    assert targets(figures) == {
        "bytes with 50 tickets / fewest": ("at most", 1.2),
        "requests": ("at most", 2.0),
        "live formulas": ("at most", 8.0),
    }
    assert figures["bytes with 50 tickets / fewest"].reached
    assert (figures["requests"].value, figures["live formulas"].value) == (2, 4)


async def test_a_start_is_taken_with_a_past_and_with_none() -> None:
    figures = await measured(start.measure(start.Size(tickets=2, waiting=1, rounds=1)))
    assert targets(figures) == {
        "CPU until it listens": ("at most", 2.0),
        "most memory": ("at most", 150.0),
        "Sheets requests until what waited is written": ("at most", 5.0),
    }
    assert figures["of that, with nothing in store and sheet"].value > 0
    assert 2 <= figures["Sheets requests until what waited is written"].value <= 5


async def test_an_idle_bot_is_watched_for_its_cpu_and_its_requests() -> None:
    figures = await measured(idle.measure(idle.Size(tickets=1, settling=0.0, rounds=2, seconds=0.1)))
    assert targets(figures) == {
        "of a core": ("at most", 0.5),
        "Sheets requests in all that time": ("at most", 0.0),
    }
    assert len(figures["of a core"].rounds) == 2
    assert len(figures["Sheets requests in all that time"].rounds) == 1


def test_the_table_has_all_rows() -> None:
    titles = {row.TITLE for row in (burst, dashboard, discord, events, freshness, growth, idle, memory, outage, start)}
    assert {title for title, _ in ROWS.values()} == titles


async def test_what_is_asked_of_discord_under_limits_and_refusals_is_counted() -> None:
    size = discord.Size(limited=1, messages=3, waiting=2, seconds=0.1, missed=1, rounds=1)
    figures = await measured(discord.measure(size))
    assert targets(figures) == {
        "requests within a limit over all of 2 s": ("at most", 3),
        "look-ups for 3 messages of three people": ("at most", 3),
        "most refusals in a minute, 2 tickets lack a permission": ("at most", 10),
    }
    assert all(figure.value > 0 for figure in figures.values())
