"""What the tab's two filter views show: the tickets that wait for an answer, and those that are open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.figures import Status
from tracker.sheet.api.requests import condition
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import STATUS, WAITING_VIEW
from tracker.sheet.table.layout import Layout, column_letters

OPEN_VIEW = "Open"


def filter_specs(layout: Layout, resolved_tags: Sequence[str]) -> dict[str, list[Json]]:
    """The `FilterSpec`s of each view, by its title.

    Google reads a formula in the spreadsheet's locale: `;` between arguments is right in all of them, a comma in some.
    """
    waiting, is_open = _by_status(layout) if STATUS in layout.columns else _by_tags(layout, resolved_tags)
    return {WAITING_VIEW: waiting, OPEN_VIEW: is_open}


def _by_status(layout: Layout) -> tuple[list[Json], list[Json]]:
    """What the two views show, by the column that says it."""
    column = layout.columns[STATUS]
    waiting = {"columnIndex": column, "filterCriteria": condition("TEXT_EQ", Status.WAITING)}
    is_open = {"columnIndex": column, "filterCriteria": {"hiddenValues": [Status.RESOLVED, Status.DELETED]}}
    return [waiting], [is_open]


def _by_tags(layout: Layout, resolved_tags: Sequence[str]) -> tuple[list[Json], list[Json]]:
    """The same where no column says it."""
    tags = "|".join(re.escape(tag.casefold()).replace('"', '""') for tag in resolved_tags)
    first = f"${column_letters(layout.columns['type'])}{layout.header_row + 2}"
    not_resolved = {
        "columnIndex": layout.columns["type"],
        "filterCriteria": condition("CUSTOM_FORMULA", f'=NOT(REGEXMATCH(LOWER({first});"(^|, ?)({tags})(,|$)"))'),
    }
    unanswered = {"columnIndex": layout.columns["first_responded_by"], "filterCriteria": condition("BLANK")}
    return [unanswered, not_resolved], [not_resolved]
