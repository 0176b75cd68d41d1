"""What goes into one write."""

from __future__ import annotations

from tracker.domain.cells import Cells
from tracker.sheet.recovery.undo import UndoTab
from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.layout import Layout
from tracker.sheet.table.rows import Row
from tracker.sheet.write.body import fitting
from tracker.sheet.write.known import Known


def test_a_row_that_is_too_large_by_itself_is_written_by_itself() -> None:
    full: Cells = dict.fromkeys(NAMES, "🔥" * 25_000)
    rows = [Row(thread_id=number, cells=full, known={}) for number in (1, 2)]
    layout = Layout(header_row=0, columns={name: number for number, name in enumerate(NAMES)})
    known = Known(
        id=1,
        title="Support Tickets",
        row_count=1000,
        column_count=26,
        layout=layout,
        positions={1: 1},
        undo=UndoTab(id=2, of=1),
        end=2,
    )

    updates, appended = fitting(known, (), rows)

    assert ([each.thread_id for each in updates], appended) == ([1], [])
    assert fitting(known, (), rows[1:]) == ([], rows[1:])
