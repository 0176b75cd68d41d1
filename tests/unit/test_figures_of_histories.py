"""Every figure on the tab equals a plain count over random histories, through restarts and a lost store."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import times
from tests.support.histories import VIEW, World, expected, play, steps
from tracker.domain.figures import Sla, sla_of
from tracker.domain.overview import first_moment, overview_now
from tracker.sheet.dashboard.cells import FIGURES, LATEST, figures
from tracker.store import Store


@given(steps, st.booleans())
@times(0.625)
def test_every_figure_equals_a_plain_count(happened: list[tuple[int, str, int]], loses_store: bool) -> None:  # noqa: FBT001 - either
    with TemporaryDirectory() as folder:
        world = World(folder=Path(folder), store=Store.open(Path(folder)))
        try:
            play(world, happened)
            if loses_store:
                world.lose_store()
            shown_as = {
                each.id: sla_of(found) for each in world.threads if (found := world.store.tickets.find(each.id))
            }
            known = list(world.store.tickets.since(first_moment(world.now, VIEW)))
        finally:
            world.store.close()
    for each in world.threads:
        assert shown_as[each.id] in ({each.verdict} if each.verdict else {None, Sla.RUNNING})
    assert len({each.thread_id for each in known}) == len(known)
    shown = dict(zip(FIGURES, figures(overview_now(lambda _: known, world.now, VIEW)), strict=True))
    wanted = expected(world)
    if loses_store and any(each.reopened and each.answered is None for each in world.threads):
        del wanted[LATEST.start + 6]  # that it was resolved for a while, and did not wait then, no row shows
    assert {row: shown[row] for row in wanted} == wanted
