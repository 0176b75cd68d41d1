"""Quick rows of `./scripts/bench`, with sizes so small that their figures say nothing, but with all that they start."""

from __future__ import annotations

from collections.abc import Coroutine

from tracker.sandbox.bench.__main__ import ROWS
from tracker.sandbox.bench.figures import Figure
from tracker.sandbox.bench.rows import burst, events, freshness, growth, idle, memory, outage, start


async def measured(row: Coroutine[None, None, list[Figure]]) -> dict[str, Figure]:
    return {figure.what: figure for figure in await row}


def targets(figures: dict[str, Figure]) -> dict[str, tuple[str, float]]:
    """What is asked of the figures of which anything is."""
    at_most = {what: ("at most", each.at_most) for what, each in figures.items() if each.at_most is not None}
    return at_most | {what: ("at least", e.at_least) for what, e in figures.items() if e.at_least is not None}


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
