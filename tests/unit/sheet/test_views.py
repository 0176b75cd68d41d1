"""Which filter views the bot takes for its own older ones: in whatever form Google gives them back."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tracker.sheet.setup.views import filter_views, lacking_colours, outdated_views
from tracker.sheet.table.columns import ALL_NAMES, NAMES
from tracker.sheet.table.layout import Layout

BEFORE = Layout(header_row=0, columns={name: column for column, name in enumerate(NAMES)})
NOW = Layout(header_row=0, columns={name: column for column, name in enumerate(ALL_NAMES)})
TAGS = ["resolved", "won't fix"]


def made() -> list[dict[str, Any]]:
    """The filter views that the bot made when there were no columns of figures."""
    requests = [request["addFilterView"]["filter"] for _, request in filter_views(7, BEFORE, TAGS)]
    return [{**copy.deepcopy(view), "filterViewId": number} for number, view in enumerate(requests, start=1)]


def outdated(views: list[dict[str, Any]], tags: list[str] = TAGS, layout: Layout = NOW) -> list[int]:
    requests = [request["updateFilterView"]["filter"] for _, request in outdated_views(7, layout, tags, views)]
    return [view["filterViewId"] for view in requests]


def test_views_by_the_tags_are_outdated_once_there_is_a_status() -> None:
    assert outdated(made()) == [1, 2]
    assert outdated(made(), layout=BEFORE) == []


def test_the_form_in_which_google_gives_a_view_back_does_not_matter() -> None:
    views = made()
    for view in views:
        view["filterSpecs"].reverse()
        for spec in view["filterSpecs"]:
            condition = spec["filterCriteria"]["condition"]
            if not condition["values"]:
                del condition["values"]
            else:
                (value,) = condition["values"]
                value["userEnteredValue"] = value["userEnteredValue"].replace(';"', ',"')

    assert outdated(views) == [1, 2]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"title": "Ours"}, id="another-title"),
        pytest.param({"filterSpecs": []}, id="no-rule-left"),
        pytest.param({"filterSpecs": [*made()[1]["filterSpecs"], {"columnIndex": 2}]}, id="one-more-rule"),
        pytest.param(
            {"filterSpecs": [{**made()[1]["filterSpecs"][0], "filterCriteria": {"hiddenValues": ["bug"]}}]},
            id="another-rule",
        ),
    ],
)
def test_what_people_changed_is_theirs(changed: dict[str, Any]) -> None:
    waiting, is_open = made()

    assert outdated([waiting, {**is_open, **changed}]) == [1]


def test_a_view_by_other_tags_than_those_of_the_settings_is_left_alone() -> None:
    assert outdated(made(), tags=["done"]) == []


@pytest.mark.parametrize(
    ("area", "text", "lacking"),
    [
        ({"startColumnIndex": NOW.columns["sla"], "endColumnIndex": NOW.columns["sla"] + 1}, "met", ["status"]),
        ({"startColumnIndex": NOW.columns["sla"], "endColumnIndex": NOW.columns["sla"] + 1}, "ok", ["status", "sla"]),
        ({"startColumnIndex": 0, "endColumnIndex": 3}, "met", ["status", "sla"]),
        ({}, "waiting", ["sla"]),
    ],
)
def test_a_column_is_coloured_where_a_rule_colours_one_of_its_texts(
    area: dict[str, int], text: str, lacking: list[str]
) -> None:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
    rule = {"ranges": [{"sheetId": 7, **area}], "booleanRule": {"condition": condition}}

    assert lacking_colours(NOW, [rule, {"ranges": [{"sheetId": 7}], "gradientRule": {}}]) == lacking
    assert lacking_colours(BEFORE, [rule]) == []
