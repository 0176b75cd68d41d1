"""The hidden tab on which the trial is played: what stands where, and the requests that act on it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Self

from tracker.domain.cells import Cells, CellValue
from tracker.sheet.api.requests import add_rows, format_columns, new_cells, write_cells
from tracker.sheet.recovery.images import made_ready
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import KEY, KIND, LINK, NAMES, Kind
from tracker.sheet.table.layout import Layout, a1, grid_range
from tracker.sheet.write.fence import new_id

HEADER = (LINK, KEY, *(name for name in NAMES if name not in (LINK, KEY)))
"""The links stand left of the ids, so that the bot asks for these two columns in another order than that of places."""

LAYOUT = Layout(header_row=0, columns={name: position for position, name in enumerate(HEADER)})

HIDDEN, SHOWN, NEW, LATER = 101, 102, 103, 104
"""The tickets: the first two stand in the tab from the start, of which the filter hides one; the others are added."""

ZEROS: Cells = {"outside_business_hours": False, "reopen_count": 0}
TICKETS_END = 4
"""The row after the first three tickets."""

SHOWN_ROW = 2
_ROWS, _COLUMNS = 60, 20
_SAMPLES: dict[Kind, CellValue] = {Kind.TEXT: "trial", Kind.DATE_TIME: 46000.5, Kind.NUMBER: 1, Kind.BOOLEAN: True}

PROBES = 16
"""The column beside the header's in which single cells are tried out, far below the tickets."""

TEXT, COPIED_VALUE, COPIED_WHOLE, FORMULA, STRICT = _PROBE_ROWS = range(50, 55)
LIKE_A_FORMULA = "=1+1"
COMPUTED = "yes"
ALLOWED, FORBIDDEN = "allowed", "forbidden"


def cells(ticket: int, **changed: CellValue) -> Cells:
    """A ticket's row."""
    filled = {name: _SAMPLES[KIND[name]] for name in HEADER}
    own = {KEY: str(ticket), LINK: f"https://discord.com/channels/1/{ticket}", "title": f"Trial {ticket}"}
    return {**filled, **own, **changed}


@dataclass(frozen=True, kw_only=True)
class TrialTab:
    """The tab and the bot's hidden tab for it, by their numbers, which are known before they are made."""

    id: int
    title: str
    images_id: int
    requests: tuple[Json, ...]
    """They make both, with a header, two tickets and a filter that hides the first, and blank rows."""

    @classmethod
    def new(cls) -> Self:
        """A tab that is not there yet."""
        number, title = new_id(), f"Support tracker: trial {secrets.token_hex(3)}"
        images, made = made_ready(None, number, 0, _COLUMNS)
        grid = {"rowCount": _ROWS, "columnCount": _COLUMNS}
        properties = {"sheetId": number, "title": title, "hidden": True, "gridProperties": grid}
        header = {position: content_of(name) for name, position in LAYOUT.columns.items()}
        lines = [header, *(new_cells(cells(ticket), LAYOUT) for ticket in (HIDDEN, SHOWN))]
        hidden_titles = [str(cells(HIDDEN)["title"]), ""]
        spec = {"columnIndex": LAYOUT.columns["title"], "filterCriteria": {"hiddenValues": hidden_titles}}
        area = grid_range(number, range(_PROBE_ROWS.start), range(len(HEADER)))
        return cls(
            id=number,
            title=title,
            images_id=images.id,
            requests=(
                {"addSheet": {"properties": properties}},
                *(request for row, line in enumerate(lines) for request in write_cells(number, row, line)),
                *format_columns(number, 1, {position: KIND[name] for name, position in LAYOUT.columns.items()}),
                *made,
                {"setBasicFilter": {"filter": {"range": area, "filterSpecs": [spec]}}},
            ),
        )

    @property
    def unfiltered(self) -> Json:
        """The request that takes the filter away."""
        return {"clearBasicFilter": {"sheetId": self.id}}

    @property
    def text(self) -> list[Json]:
        """The requests that write a text that looks like a formula."""
        return self._write(TEXT, content_of(LIKE_A_FORMULA))

    @property
    def copies(self) -> list[Json]:
        """The requests that copy that text, as a value and as a whole."""
        kinds = {COPIED_VALUE: "PASTE_VALUES", COPIED_WHOLE: "PASTE_NORMAL"}
        source = self._probe(TEXT)
        return [
            {"copyPaste": {"source": source, "destination": self._probe(row), "pasteType": kind}}
            for row, kind in kinds.items()
        ]

    @property
    def formula(self) -> list[Json]:
        """The requests that write a formula whose arguments are parted by semicolons."""
        return self._write(FORMULA, {"formulaValue": f'=IF(1=1;"{COMPUTED}";"no")'})

    @property
    def strict(self) -> list[Json]:
        """The requests that write what a rule of the cell rejects, over what it allows."""
        condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": ALLOWED}]}
        rule = {"condition": condition, "strict": True}
        return [
            *self._write(STRICT, content_of(ALLOWED)),
            {"setDataValidation": {"range": self._probe(STRICT), "rule": rule}},
            *self._write(STRICT, content_of(FORBIDDEN)),
        ]

    @property
    def table(self) -> list[Json]:
        """The requests that convert the header and the first three tickets to a table."""
        area = grid_range(self.id, range(TICKETS_END), range(len(HEADER)))
        return [{"addTable": {"table": {"name": self.title.rpartition(": ")[2].replace(" ", "_"), "range": area}}}]

    @property
    def sort(self) -> list[Json]:
        """The requests that sort the first three tickets upside down."""
        area = grid_range(self.id, range(1, TICKETS_END), range(len(HEADER)))
        order = {"dimensionIndex": LAYOUT.key, "sortOrder": "DESCENDING"}
        return [{"sortRange": {"range": area, "sortSpecs": [order]}}]

    @property
    def move(self) -> list[Json]:
        """The requests that drag the first ticket below the second."""
        source = {"sheetId": self.id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
        return [{"moveDimension": {"source": source, "destinationIndex": SHOWN_ROW + 1}}]

    @property
    def longer(self) -> Json:
        """The request that adds a row."""
        return add_rows(self.id, 1)

    @property
    def added_row(self) -> str:
        """That row in A1 notation."""
        return a1(self.title, range(_ROWS, _ROWS + 1), range(1))

    @property
    def probes(self) -> str:
        """The cells that are tried out, in A1 notation."""
        return a1(self.title, _PROBE_ROWS, range(PROBES, PROBES + 1))

    def removal(self, *numbers: int) -> list[Json]:
        """The requests that delete these tabs; both, where none is named."""
        return [{"deleteSheet": {"sheetId": number}} for number in numbers or (self.id, self.images_id)]

    def _probe(self, row: int) -> dict[str, int]:
        return grid_range(self.id, range(row, row + 1), range(PROBES, PROBES + 1))

    def _write(self, row: int, content: Json) -> list[Json]:
        return write_cells(self.id, row, {PROBES: content})
