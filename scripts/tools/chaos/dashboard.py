"""People on the tab of figures, and what must stand on it: right numbers, whatever they did there before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from statistics import median

from aiohttp import web

from scripts.tools.chaos.model import Model, Ticket, Value
from scripts.tools.chaos.steps import DASHBOARD, DASHBOARD_TAB, SET_UP, Step
from scripts.tools.chaos.table import NoHeaderError, TablePeople
from tracker.errors import SheetSetupError
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.cells import CellError
from tracker.sandbox.sheets.computing import computed
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.errors import SheetsError

TITLE = "Support Dashboard"
FIGURES = (
    *("status", "first_response_date", "first_response", "resolution", "first_response_business"),
    *("resolution_business", "sla_due", "sla", "waiting_on", "staff_replies", "last_activity"),
)
"""The columns that come with the tab."""

_NOW, _LATEST, _TEAMS = "Now", "Latest", "Team, last 28 days"
_ANSWERERS = "First answer by, last 28 days"
_MOST_NAMES = 10
_PROTECTED = 9
_A_SECOND = 1 / 86_400


def status_of(ticket: Ticket) -> str:
    """How a ticket stands, as its row says it."""
    if ticket.deleted:
        return "deleted"
    if ticket.is_resolved:
        return "resolved"
    return "open" if ticket.first_answer else "waiting"


class DashboardPeople:
    """Managers with the tab of figures open; half of what they do happens just when the bot writes."""

    def __init__(self, desk: LocalDesk, model: Model, table: TablePeople) -> None:
        self._desk, self._model, self._table = desk, model, table
        self._tab: Tab | None = None
        self._places: dict[str, int] = {}
        self._is_harmed = False
        self._ambushes: deque[Step] = deque()
        self._harmless: dict[str, Callable[[Tab, Step], None]] = {
            "rename": lambda tab, step: tab.rename(f"{step.detail} {step.number}"),
            "move": self._move,
            "delete chart": self._delete_chart,
            "protect": self._protect,
            "unprotect": lambda tab, _: self._unprotect(tab),
        }
        self._harmful: dict[str, Callable[[Tab, Step], None]] = {
            "sort": lambda tab, step: tab.sort(step.number % 5, descending=step.number % 2 == 1),
            "insert row": lambda tab, step: tab.insert_rows(min(step.number * 3, tab.row_count)),
            "delete row": lambda tab, step: tab.delete_rows(min(step.number * 3, tab.row_count - 1)),
            "insert column": lambda tab, step: tab.insert_columns(step.number % 6),
            "delete column": lambda tab, step: tab.delete_columns(step.number % 6),
            "edit": lambda tab, step: tab.paste(
                min(60 + step.number, tab.row_count - 1), step.number % 3, [[step.detail]]
            ),
            "delete": lambda tab, _: self._desk.book.delete_tab(tab),
        }
        desk.sheets.before.append(self._ambush)

    async def set_up(self, names_needed: frozenset[str]) -> None:
        """Do what `init_sheet --dashboard` does, where the table has all its columns and nobody is kept out."""
        self._table.calm()
        self.calm()
        names: list[str] = []
        with suppress(NoHeaderError):
            names += self._table.header()[1]
        if not names_needed.issubset(names):
            return  # a race has overwritten the header, and it is still to be put back
        had = {tab.sheet_id for tab in self._desk.book.tabs}
        try:
            await self._desk.prepare_sheet(dashboard=True)
        except SheetSetupError:
            with suppress(NoHeaderError):
                if self._table.is_explained():
                    raise
            return  # a race has left something in a column, which looks like people's own for a moment
        new = [tab for tab in self._desk.book.tabs if tab.sheet_id not in had and TITLE in tab.title]
        if new:
            self._tab, self._is_harmed = new[0], False
            texts = [row[0] if row else None for row in new[0].values()]
            self._places = {name: texts.index(name) for name in (_NOW, _LATEST, _TEAMS, _ANSWERERS)}

    def act(self, step: Step) -> bool:
        """Do a step of a kind that is theirs, now or before the bot's next write; False for all others."""
        if step.kind not in DASHBOARD or step.kind == SET_UP:
            return False
        if step.number % 2:
            self._ambushes.append(step)
        else:
            self._do(step)
        return True

    def calm(self) -> None:
        """Nobody waits for the bot's next write any more, and the bot may write to the tab."""
        self._ambushes.clear()
        if self._tab is not None:
            self._unprotect(self._tab)

    def _ambush(self, request: web.Request) -> None:
        if request.path.endswith(":batchUpdate") and self._ambushes:
            self._do(self._ambushes.popleft())

    def _do(self, step: Step) -> None:
        tab, deed = self._tab, step.kind.removeprefix(f"{DASHBOARD_TAB} ")
        if tab is None or tab not in self._desk.book.tabs:
            return
        with suppress(SheetsError):  # as people are refused, too
            if deed in self._harmless:
                self._harmless[deed](tab, step)
            else:
                self._is_harmed = True
                self._harmful[deed](tab, step)

    def _move(self, tab: Tab, step: Step) -> None:
        others = [each for each in self._desk.book.tabs if each is not tab]
        others.insert(step.number % (len(others) + 1), tab)
        self._desk.book.tabs = others

    def _delete_chart(self, tab: Tab, step: Step) -> None:
        charts = tab.views.charts
        if charts:
            del charts[sorted(charts)[step.number % len(charts)]]

    def _protect(self, tab: Tab, _: Step) -> None:
        """Let nobody but themselves edit the tab: not the bot either."""
        kept = {"protectedRangeId": _PROTECTED, "range": {"sheetId": tab.sheet_id}, "editors": {"users": []}}
        tab.views.protected_ranges[_PROTECTED] = kept
        self._model.notices.add("🛠️ **The figures in the sheet cannot be written.**")

    def _unprotect(self, tab: Tab) -> None:
        tab.views.protected_ranges.pop(_PROTECTED, None)

    # -- what must stand there

    def live_differences(self) -> list[str]:
        """What is not right of what formulas count, on a tab on which nobody did harm since it was made."""
        return [] if self._is_harmed else [*self._live()]

    def differences(self) -> list[str]:
        """What is not right once the bot has begun anew and has written: whatever harm was done before."""
        return [*self._live(), *self._figures()]

    def _live(self) -> Iterator[str]:
        if self._tab is None or self._tab not in self._desk.book.tabs or self._table.header_is_kept:
            return
        if not {"status", "sla"} <= set(self._table.header()[1]):
            yield "the columns that the tab counts in are gone"
            return
        stands = self._column("status"), self._column("sla")
        waiting = [sla for status, sla in zip(*stands, strict=True) if status == "waiting"]
        counts = {
            "waiting": len(waiting),
            "open": stands[0].count("open"),
            "running": waiting.count("running"),
            "missed": waiting.count("missed"),
        }
        shown = computed(self._tab)
        for row, (word, count) in enumerate(counts.items(), self._places[_NOW] + 1):
            found = self._value(row, 0), shown.get((row, 1), self._value(row, 1))
            if found != (word, float(count)):
                yield f"the tab counts {found}, and there are {count} {word}"

    def _figures(self) -> Iterator[str]:
        """What the bot wrote. Where things may have happened unseen, nobody knows what it can know of them."""
        if self._tab is None or self._tab not in self._desk.book.tabs or self._model.may_miss:
            return
        tickets = self._model.tickets
        waits = [ticket.first_answer[1] - ticket.created_at for ticket in tickets if ticket.first_answer]
        resolved = sum(bool(ticket.resolutions) for ticket in tickets)
        for row, expected in enumerate((float(len(tickets)), float(resolved)), self._places[_LATEST] + 1):
            if self._value(row, 1) != expected:
                yield f"row {row + 1} of the tab says {self._value(row, 1)!r}, not {expected}"
        found = self._value(self._places[_LATEST] + 3, 1)
        wanted = median(wait / timedelta(days=1) for wait in waits) if waits else None
        is_right = found is None if wanted is None else isinstance(found, float) and abs(found - wanted) <= _A_SECOND
        if not is_right:
            yield f"the median is {found!r}, not {wanted!r}"
        teams = [ticket.cells()["team"] or "Unassigned" for ticket in tickets]
        yield from self._counted(_TEAMS, teams)
        yield from self._counted(_ANSWERERS, [ticket.first_answer[0] for ticket in tickets if ticket.first_answer])

    def _counted(self, block: str, names: Sequence[object]) -> Iterator[str]:
        """A block by name: each name with how many tickets were opened, ten at most."""
        top = self._places[block] + 1
        rows = [(self._value(row, 0), self._value(row, 1)) for row in range(top, top + _MOST_NAMES + 1)]
        found = {name: count for name, count in rows if name is not None}
        wanted = {name: float(names.count(name)) for name in set(names)}
        if len(wanted) <= _MOST_NAMES and found != wanted:
            yield f"{block}: {found}, not {wanted}"

    def _value(self, row: int, column: int) -> Value:
        assert self._tab is not None  # noqa: S101 - for the type checker
        value = self._tab.cell(row, column).effective
        return value.text if isinstance(value, CellError) else value

    def _column(self, name: str) -> list[Value]:
        """What stands in a column of the tickets' tab, above the header and below it."""
        column = self._table.header()[1].index(name)
        return [(row[column : column + 1] or [None])[0] for row in self._table.tab.values()]
