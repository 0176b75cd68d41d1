"""What stands on the tab of figures: formulas that another engine computes in two locales, and charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import ironcalc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import times
from tracker.domain.figures import Sla, Status
from tracker.sheet.dashboard.cells import (
    ANSWERERS,
    BEHIND_ROW,
    FIGURES,
    HISTORY,
    LATEST,
    NOW,
    ROWS,
    TEAMS,
    TYPES,
    WIDTH,
    Ids,
    as_of,
    headings,
    live,
)
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.table.columns import ALL_NAMES, NAMES
from tracker.sheet.table.layout import Layout

TITLE = "Ana's Tickets"
LAYOUT = Layout(header_row=0, columns={name: number for number, name in enumerate(ALL_NAMES)})
BLOCKS = (NOW, LATEST, HISTORY, TEAMS, TYPES, ANSWERERS)
rows = st.lists(st.tuples(st.sampled_from([*Status, "", "unknown"]), st.sampled_from([*Sla, ""])), max_size=30)


def counted(tickets: list[tuple[str, str]], locale: str) -> list[object]:
    """The four live cells over these tickets, each with its status and sla, as an engine with this locale has them."""
    model = ironcalc.create("desk", locale, "UTC", "en")
    model.add_sheet(TITLE)
    for column, name in enumerate(ALL_NAMES, start=1):
        model.update_cell_with_text(1, 1, column, name)
    for row, (status, sla) in enumerate(tickets, start=2):
        model.update_cell_with_text(1, row, LAYOUT.columns["status"] + 1, status)
        model.update_cell_with_text(1, row, LAYOUT.columns["sla"] + 1, sla)
    for (row, column), content in live(TITLE, LAYOUT).items():
        text = next(iter(content.values()))
        # Google takes `;` in every locale, this engine only where it is the locale's own.
        model.set_user_input(0, row + 1, column + 1, text if locale == "de" else text.replace(";", ","))
    model.evaluate()
    return [model.get_cell_value(0, row + 1, 2) for row in NOW[1:]]


@pytest.mark.parametrize("locale", ["de", "en"])
@given(rows)
@times(0.5)
def test_the_live_cells_equal_a_plain_count_in_every_locale(locale: str, tickets: list[tuple[str, str]]) -> None:
    waits = [sla for status, sla in tickets if status == Status.WAITING]

    assert counted(tickets, locale) == [
        len(waits),
        sum(status == Status.OPEN for status, _ in tickets),
        waits.count(Sla.RUNNING),
        waits.count(Sla.MISSED),
    ]


def test_formulas_have_no_literals_and_name_whole_columns() -> None:
    formulas = [content["formulaValue"] for content in live(TITLE, LAYOUT).values() if "formulaValue" in content]

    assert len(formulas) == 4
    assert not any(sign in text for text in formulas for sign in ',"{}')
    assert all(text.count("'Ana''s Tickets'!$") == text.count(":$") for text in formulas)


def test_where_a_column_is_missing_nothing_is_counted() -> None:
    without = Layout(header_row=0, columns={name: number for number, name in enumerate(NAMES)})

    assert [live(TITLE, without)[row, 1] for row in NOW[1:]] == [{}] * 4


def test_blocks_neither_overlap_nor_leave_the_tab() -> None:
    taken = [row for block in BLOCKS for row in block]

    assert len(taken) == len(set(taken))
    assert max(taken) == ROWS - 1
    assert not {row for row, _ in live(TITLE, LAYOUT)} & set(FIGURES)
    assert all(column < WIDTH for _, column in headings())
    assert min(taken) > BEHIND_ROW
    assert headings()[BEHIND_ROW, 0] == {
        "stringValue": "The numbers behind the charts, as written by the support tracker"
    }


def sources(part: object) -> Iterator[dict[str, int]]:
    if isinstance(part, dict):
        yield from part.get("sources", ())
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from sources(each)


def test_every_chart_shows_cells_of_one_block_with_numbers_of_its_own() -> None:
    ids = Ids.beside(7)
    drawn: dict[int, Any] = charts(ids)

    assert len(drawn) == 11
    assert not {ids.tab, ids.protection} & drawn.keys()
    assert not drawn.keys() & charts(Ids.beside(8)).keys()
    for chart in drawn.values():
        assert chart["spec"]["altText"]
        for source in sources(chart["spec"]):
            assert source["sheetId"] == ids.tab
            shown = range(source["startRowIndex"], source["endRowIndex"])
            assert any(block.start <= shown.start and shown.stop <= block.stop for block in BLOCKS)


def test_the_tab_says_of_when_the_figures_are_and_how_times_are_reckoned() -> None:
    line = as_of(datetime(2026, 2, 4, 5, tzinfo=UTC), ZoneInfo("Asia/Kolkata"), business=True)

    assert line == "As of 2026-02-04 10:30 (Asia/Kolkata); times are business time. Written by the support tracker."
