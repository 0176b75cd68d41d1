"""Figures are what a plain count finds, written when they change, and cheap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.support.figures_desk import DAY, HOUR, NOON, FiguresDesk, answered, dashboard_of, happened
from tests.support.histories import VIEW as HISTORIES
from tests.support.histories import World, expected, play
from tracker.sandbox.sheets import faults
from tracker.sheet.dashboard.cells import ANSWERERS, FIGURES, HISTORY, LATEST, TEAMS, TYPES


async def test_the_tab_shows_the_figures_of_the_tickets(desk: FiguresDesk) -> None:
    desk.have(
        *(answered(number, NOON - DAY - number * HOUR, HOUR / 2) for number in range(4)),
        answered(4, NOON - 2 * DAY, 3 * HOUR, by="zoe"),
        happened(5, NOON - 8 * DAY, missed=True),
        answered(6, NOON - 100 * DAY, HOUR),
    )

    async with desk.delivering():
        await desk.shown()

    assert desk.block(LATEST) == [
        ["Opened", 5, 1, None, None],
        ["Resolved", 5, 0, None, None],
        ["Median first response", 1 / 48, None, None, None],
        ["SLA kept", 0.8, None, None, None],
        ["Reopened", 0, None, None, None],
        ["Waiting", 1, 1, None, None],
    ]
    weeks = desk.block(HISTORY)
    assert [len(weeks), weeks[-1]] == [13, ["2026-02-09", 5, 5, 0.5, 0.8]]
    assert weeks[-2] == ["2026-02-02", 1, 0, None, None]
    assert desk.block(TEAMS) == [["Unassigned", 6, 5, 0.5, 4 / 6]]
    assert desk.block(TYPES) == [["no type", 6, 5, 0.5, 4 / 6]]
    assert desk.block(ANSWERERS) == [["ana", 4, 4, 0.5, None], ["zoe", 1, 1, 3, None]]


async def test_figures_are_written_when_they_change_and_each_time_with_a_look_and_one_write(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    desk.office.asked()
    async with desk.delivering():
        await desk.shown()
        # Three reads open the tab of tickets; two reads, a write and two reads that of figures. Then it is looked and
        # written.
        opened = [*["read"] * 2, "write", *["read"] * 2]
        assert desk.office.asked()[:10] == [*["read"] * 3, *opened, "read", "write"]
        await desk.quiet()

        desk.have(answered(2, desk.now - HOUR, HOUR / 2))
        await desk.shown()
        asked = desk.office.asked()
        assert (asked[:1], asked.count("write")) == (["read"], 1)
        await desk.quiet()


async def test_only_cells_that_differ_are_written(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    async with desk.delivering():
        await desk.shown()
        desk.now += timedelta(minutes=5)
        desk.have(happened(2, NOON - DAY))
        await desk.shown()

    written = sorted(desk.written())
    latest, week = LATEST.start + 1, HISTORY.stop - 1
    # Opened and waiting; of this week opened; Unassigned, no type; and the time of all that.
    assert written == [(1, 0), (latest, 1), (latest + 5, 1), (week, 1), (TEAMS.start + 1, 1), (TYPES.start + 1, 1)]


async def test_a_refresh_costs_the_same_however_many_tickets_there_are(desk: FiguresDesk) -> None:
    sizes = []
    for count in (100, 2_000):
        opened = [NOON - number * HOUR / 20 for number in range(count)]
        desk.have(*(answered(number, at, HOUR, by=f"ana {number % 30}") for number, at in enumerate(opened)))
        sizes.append(await request_size(desk))
    assert sizes[0] < sizes[1] < 1.1 * sizes[0] < 12_000


async def request_size(desk: FiguresDesk) -> int:
    """The bytes of the write of figures."""
    sizes: list[int] = []

    def weigh(request) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a hook of the local Google's
        sizes.append(int(request.headers.get("Content-Length", "0")))

    desk.office.sheets.before.append(weigh)
    desk.now += timedelta(minutes=1)
    for row in FIGURES:
        dashboard_of(desk.office).paste(row, 0, [["?"] * 5])
    async with desk.delivering():
        await desk.shown()
    desk.office.sheets.before.remove(weigh)
    return sizes[-1]


async def test_figures_of_which_the_answer_was_lost_are_written_again(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))

    async with desk.delivering():
        lost = faults.reset(path=":batchUpdate", applied=True, times=2)
        desk.office.sheets.faults += [faults.internal_error(times=4), lost]
        await desk.until(lambda: lost.times == 0)
        await desk.shown()

    assert desk.block(ANSWERERS) == [["ana", 1, 1, 1, None]]


async def test_what_stands_on_the_tab_equals_a_plain_count_through_restarts_and_a_lost_store(
    desk: FiguresDesk, tmp_path: Path
) -> None:
    world = World(folder=tmp_path / "store", store=desk.store)
    chance = Random(3)  # noqa: S311 - no secret
    whats = ["open", "open", "ana", "zoe", "mia", "tag", "delete", "restart"]
    desk.view = HISTORIES
    for what in ("later", "later", "lost"):
        if what == "lost":
            world.lose_store()
        else:
            play(world, [(chance.choice([60, 3_660, 90_000]), chance.choice(whats), n) for n in range(60)])
        desk.store, desk.now = world.store, world.now
        for row in desk.store.rows.pending(1_000):
            desk.store.rows.acknowledge(row.ticket.thread_id, row.revision, {})
        wanted = expected(world)
        assert wanted[LATEST.start + 1][1] != 0
        async with desk.delivering():
            await desk.until(lambda: desk.rows(wanted) == wanted)  # noqa: B023 - of this round
    world.store.close()


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_write_that_lands_after_it_was_given_up_leaves_no_old_figures(
    desk: FiguresDesk,
    restarted: bool,  # noqa: FBT001 - either
) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    late = faults.late(path=":batchUpdate")
    async with desk.delivering():
        await desk.shown()
        desk.office.sheets.faults.append(late)
        desk.have(answered(2, NOON - 2 * DAY, HOUR))
        await desk.until(lambda: late.times == 0)
        if not restarted:
            desk.have(answered(3, NOON - 2 * DAY, HOUR, by="zoe"))
            await desk.until(lambda: len(desk.block(ANSWERERS)) == 2)
            desk.office.sheets.land_late_writes()
            await desk.until(lambda: desk.block(LATEST)[0][1] == 3)
    if restarted:
        desk.have(answered(3, NOON - 2 * DAY, HOUR, by="zoe"))
        async with desk.delivering():
            await desk.until(lambda: len(desk.block(ANSWERERS)) == 2)
            desk.office.sheets.land_late_writes()
            await desk.until(lambda: desk.block(LATEST)[0][1] == 3)
