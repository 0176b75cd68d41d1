"""What a tab made by `init_sheet` begins with, and what of a tab shows what was changed in it."""

from __future__ import annotations

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.document import Tab

COLUMNS = [
    *("thread_id", "title", "type", "raised_by", "date_created", "first_responded_by", "time_to_first_response"),
    *("time_to_resolution", "resolution_date", "link", "team", "outside_business_hours", "reopen_count"),
    "warning_message_id",
]


def writes(desk: LocalDesk) -> int:
    """How many requests asked for a change, whatever became of them."""
    return len([request for request in desk.sheets.requests if request.path.endswith(":batchUpdate")])


def contents(tab: Tab) -> dict[tuple[int, int], object]:
    """All that was entered, by row and column."""
    cells = ((row, column) for row in range(len(tab.stored)) for column in range(len(tab.row(row))))
    return {place: tab.cell(*place).value for place in cells if tab.cell(*place).value is not None}
