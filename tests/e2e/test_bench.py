"""Each row of `./scripts/bench`, with sizes so small that its figures say nothing, but with all that it starts."""

from __future__ import annotations

from collections.abc import Coroutine

import pytest

from tracker.sandbox.bench.__main__ import ROWS
from tracker.sandbox.bench.figures import Figure
from tracker.sandbox.bench.rows import burst, events, freshness, growth, idle, memory, outage, start


async def measured(row: Coroutine[None, None, list[Figure]]) -> dict[str, Figure]:
    return {figure.what: figure for figure in await row}


def targets(figures: dict[str, Figure]) -> dict[str, tuple[str, float]]:
    """What is asked of the figures of which anything is."""
    at_most = {what: ("at most", each.at_most) for what, each in figures.items() if each.at_most is not None}
    return at_most | {what: ("at least", e.at_least) for what, e in figures.items() if e.at_least is not None}


async def test_a_burst_is_counted_for_the_bot_and_for_two_naive_ones() -> None:
    figures = await measured(burst.measure(burst.Size(tickets=3, peers_tickets=1, rounds=1, patience=15.0)))
    assert targets(figures) == {
        "from the last event until the sheet is right": ("at most", 15),
        "times fewer requests than over gspread": ("at least", 300),
        "times fewer requests than over gspread-asyncio": ("at least", 100),
    }
    # A new row; four times a row is found; nine cells of it are written.
    assert figures["requests a ticket, naive bot over gspread"].value == 14
    assert figures["requests a ticket, naive bot over gspread-asyncio"].value >= 14
    needed = figures["Sheets requests of the bot"].value
    assert 2 <= needed < 14
    assert figures["times fewer requests than over gspread"].value == pytest.approx(3 * 14 / needed)


async def test_freshness_is_taken_from_two_bots_at_the_same_distance_from_google() -> None:
    figures = await measured(freshness.measure(freshness.Size(events=1, rounds=1)))
    assert targets(figures) == {"bot / naive bot": ("at most", 1.0)}
    ours = figures["from event to cell, bot"].value
    naive = figures["from event to cell, naive bot over gspread"].value
    assert min(ours, naive) > 150  # ms: neither writes before a read has come back
    assert figures["bot / naive bot"].value == pytest.approx(ours / naive)


async def test_cpu_per_event_is_taken_beside_hikari_alone() -> None:
    figures = await measured(events.measure(events.Size(events=200, rounds=1)))
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


async def test_a_start_is_taken_with_a_past_and_with_none() -> None:
    figures = await measured(start.measure(start.Size(tickets=2, waiting=1, rounds=1)))
    assert targets(figures) == {
        "CPU until it listens": ("at most", 2.0),
        "most memory": ("at most", 150.0),
        "Sheets requests until what waited is written": ("at most", 5.0),
    }
    assert figures["of that, with nothing in store and sheet"].value > 0
    assert 2 <= figures["Sheets requests until what waited is written"].value <= 5


async def test_the_requests_after_an_outage_are_held_against_the_fewest() -> None:
    figures = await measured(outage.measure(outage.Size(tickets=2, changed=1, rounds=1)))
    assert targets(figures) == {"used / fewest": ("at most", 1.2)}
    assert (figures["reads and writes"].value, figures["the fewest possible"].value) == (2, 2)
    assert 0 < figures["largest body"].value < figures["largest answer"].value < 1


async def test_memory_is_taken_after_each_part_of_a_busy_hour() -> None:
    figures = await measured(memory.measure(memory.Size(tickets=2, parts=2, tickets_a_part=1)))
    assert targets(figures) == {
        "growth with each ticket that is done": ("at most", 1.0),
        "memory at the hour's end / a third into it": ("at most", 1.02),
    }
    assert len(figures["memory, 2 tickets"].rounds) == 2


async def test_an_idle_bot_is_watched_for_its_cpu_and_its_requests() -> None:
    figures = await measured(idle.measure(idle.Size(tickets=1, settling=0.0, rounds=2, seconds=0.1)))
    assert targets(figures) == {
        "of a core": ("at most", 0.5),
        "Sheets requests in all that time": ("at most", 0.0),
    }
    assert len(figures["of a core"].rounds) == 2
    assert len(figures["Sheets requests in all that time"].rounds) == 1


def test_the_table_has_all_rows() -> None:
    titles = {row.TITLE for row in (burst, events, freshness, growth, idle, memory, outage, start)}
    assert {title for title, _ in ROWS.values()} == titles
