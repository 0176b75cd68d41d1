"""Tabs of tickets in the orders of columns that people make, for the judge to serve and the product to read."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from tests.support.backlot.workbook import Row, Sheet
from tracker.domain.cells import Cells, CellValue
from tracker.sheet.table.columns import KEY, LINK, NAMES
from tracker.sheet.table.layout import HEADER_SEARCH

WORKBOOK = "Tickets in every order"
Header = tuple[str | None, ...]


def _ticket(number: int, **cells: CellValue) -> Cells:
    """A row with everything in it, but for the cells given."""
    thread_id = 1417628594471739432 + number
    full: Cells = {
        KEY: str(thread_id),
        "title": f"Ticket {number}",
        "type": "bug, question",
        "raised_by": "mia",
        "date_created": 46057.5 + number,
        "first_responded_by": "ben",
        "time_to_first_response": "2h 5m",
        "time_to_resolution": "1d 4h",
        "resolution_date": 46058.25 + number,
        LINK: f"https://discord.com/channels/1417628594471739000/{thread_id}",
        "team": "Engineering",
        "outside_business_hours": True,
        "reopen_count": number,
        "warning_message_id": "1417628594471739999",
    }
    assert tuple(full) == NAMES
    return full | cells


TICKETS: dict[int, Cells] = {
    int(str(cells[KEY])): cells
    for cells in (
        _ticket(1),
        _ticket(2, title="=1+1", outside_business_hours=False, reopen_count=0, date_created=46059),
        _ticket(3, **dict.fromkeys(name for name in NAMES if name not in (KEY, LINK))),
        _ticket(4, title="two\nlines", type=None, raised_by="+49 30", team=" padded ", warning_message_id="007"),
        _ticket(5, title="TRUE", time_to_resolution=None, resolution_date=None, outside_business_hours=None),
    )
}
"""By thread id. Blanks, false, zero, dates as serials, texts that look like formulas, numbers and booleans."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One tab: its columns from the left (None for one without a name), and the row its header stands in."""

    title: str
    header: Header
    header_row: int = 0

    @property
    def names(self) -> set[str]:
        """Those of the tracker's columns that it has."""
        return {name for name in self.header if name in NAMES}

    @property
    def columns(self) -> dict[str, int]:
        """Where each of them stands."""
        return {name: self.header.index(name) for name in NAMES if name in self.header}

    @property
    def sheet(self) -> Sheet:
        """The tab: above the header what people write there, below it the tickets with a blank row among them."""
        above: list[Row] = [["Our support desk", None, 2019.0, True][: len(self.header)]] * min(1, self.header_row)
        above += [[None]] * (self.header_row - len(above))
        first, *others = (self._row(cells) for cells in TICKETS.values())
        return Sheet(title=self.title, rows=[*above, self.header, first, [None], *others])

    def _row(self, cells: Cells) -> Row:
        seen: set[str] = set()
        row: list[CellValue] = []
        for name in self.header:
            mine = name in NAMES and name not in seen
            row.append(cells[name] if mine and name else name and f"{name} of others")
            seen.add(name or "")
        return row


def _shuffled(number: int) -> Header:
    """An order that looks like chance and is the same every time."""
    return tuple(sorted(NAMES, key=lambda name: crc32(f"{number} {name}".encode())))


def _between(names: Header, *others: str | None) -> Header:
    """The names with strangers' columns between them, in turns."""
    return tuple(each for at, name in enumerate(names) for each in (name, *others[at % 3 : at % 3 + 1]))


_LAST_FIRST = tuple(reversed(NAMES))
_REST = tuple(name for name in NAMES if name not in (KEY, LINK))

ORDERS = (
    Order(title="link before the key", header=(LINK, KEY, *_REST)),
    Order(title="link far before the key", header=(LINK, *_REST, KEY)),
    Order(title="as init_sheet makes it", header=NAMES),
    Order(title="the other way round", header=_LAST_FIRST),
    Order(title="by the alphabet", header=tuple(sorted(NAMES))),
    Order(title="the key last", header=(*_REST, LINK, KEY)),
    Order(title="others between", header=_between(NAMES, "Notes", None, "Owner")),
    Order(title="others between and turned", header=_between(_LAST_FIRST, None, "Owner", "Notes"), header_row=1),
    Order(title="a column without a name first", header=(None, None, LINK, *_REST, KEY)),
    Order(title="below a title", header=(*_REST, LINK, KEY), header_row=3),
    Order(title="at the end of the search", header=_LAST_FIRST, header_row=HEADER_SEARCH - 1),
    Order(title="names that stand twice", header=(LINK, KEY, *_REST, KEY, "title", LINK)),
    Order(title="key and link only", header=(LINK, KEY)),
    Order(title="without a link", header=(*_REST, KEY), header_row=2),
    Order(title="the key only", header=(KEY,)),
    Order(title="up to the last column", header=(LINK, *[None] * 12, *_REST, KEY)),
    Order(title="A1", header=_shuffled(100)),
    Order(title="R1C1", header=_shuffled(101), header_row=1),
    Order(title="Bob's \N{PARTY POPPER} (2026)!", header=_shuffled(102)),
    *(Order(title=f"shuffled {each}", header=_shuffled(each), header_row=each % 5) for each in range(9)),
    *(
        Order(title=f"shuffled with others {each}", header=_between(_shuffled(50 + each), "Notes", None, "Owner"))
        for each in range(4)
    ),
)
"""The first one's tab has the `sheetId` 0."""
