"""A tab that was prepared without the columns of figures, and gets them later: its filter views and its colours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.sheet_office import TITLE, Office, open_office
from tracker.sheet.setup.plan import carry_out, make_plan
from tracker.sheet.table.columns import ALL_NAMES, NAMES

WAITING, OPEN, LATE = "Waiting for a first response", "Open", "Late"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, watched=True) as office:
        yield office


async def prepare(office: Office, *, figures: bool = True) -> list[str]:
    """Prepare the tab again; what was done."""
    plan = await asyncio.to_thread(make_plan, office.google, TITLE, ["resolved"], figures=figures)
    assert await asyncio.to_thread(carry_out, office.google, plan) is None
    return plan.steps


def views(office: Office) -> dict[str, Any]:
    return {view["title"]: view for view in office.tab.views.filter_views.values()}


def columns(view: dict[str, Any]) -> list[str]:
    """The columns by which a view chooses."""
    return [ALL_NAMES[spec.get("columnIndex", 0)] for spec in view["filterSpecs"]]


def coloured(office: Office) -> list[tuple[str, str]]:
    """Each column that has colours, with each text that has one."""
    header = office.tab.shown()[0]
    return sorted(
        (
            header[rule["ranges"][0]["startColumnIndex"]],
            rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"],
        )
        for rule in office.tab.views.conditional_formats
    )


COLOURED = [
    *(("sla", "met"), ("sla", "missed"), ("sla", "running")),
    *(("status", "deleted"), ("status", "resolved"), ("status", "waiting")),
]


async def test_the_filter_views_that_the_bot_made_go_by_the_status_once_there_is_one(office: Office) -> None:
    assert list(map(columns, views(office).values())) == [["first_responded_by", "type"], ["type"]]
    ids = [view["filterViewId"] for view in views(office).values()]

    steps = await prepare(office)

    now = views(office)
    assert {title: columns(view) for title, view in now.items()} == {
        WAITING: ["status"],
        OPEN: ["status"],
        LATE: ["status", "sla"],
    }
    assert {view["range"]["endColumnIndex"] for view in now.values()} == {len(ALL_NAMES)}
    assert [now[title]["filterViewId"] for title in (WAITING, OPEN)] == ids
    assert f'have the filter view "{OPEN}" go by the status' in steps
    assert await prepare(office) == []


async def test_a_filter_view_that_people_changed_is_left_alone(office: Office) -> None:
    mine = views(office)[WAITING]
    mine["filterSpecs"].pop()
    before = dict(mine)

    await prepare(office)

    now = views(office)
    assert now[WAITING] == before
    assert columns(now[OPEN]) == ["status"]


async def test_figures_that_people_named_by_hand_are_coloured_once(office: Office) -> None:
    office.tab.insert_columns(office.tab.column_count, 2)
    office.tab.paste(0, len(NAMES), [["sla", "status"]])
    assert await prepare(office, figures=False) == [
        *(f'have the filter view "{title}" go by the status' for title in (WAITING, OPEN)),
        f'add the filter view "{LATE}"',
    ]
    assert coloured(office) == []

    await prepare(office)
    assert coloured(office) == COLOURED

    office.tab.views.conditional_formats.pop()
    assert await prepare(office) == []  # they took a colour away
