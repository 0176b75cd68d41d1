"""SheetRepository: finds and writes rows by `thread_id`, whatever people do to the tab meanwhile.

For any program: `find`, `rows` and `upsert`.

For the bot, which keeps in its own store what it is about to do, a write goes in steps: `plan` looks at just the rows
about to be written and tells the difference, as a value that is complete before anything is sent; `apply` sends it as
one atomic change and tells what its answer proves; `recover` finds out what became of a plan without an answer;
`plan_put_back` plans what mends a write that people's own moves led astray. Nothing is kept here between two writes
but one snapshot of the tab, every belief of which is checked when it is used.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.api.answer import PLACE_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.requests import add_rows, extend_table, format_columns
from tracker.sheet.api.tab import find_layout, find_tab, read_columns
from tracker.sheet.recovery.images import ImageTab, fence_ids, made_ready
from tracker.sheet.recovery.placing import given_up, is_header, rows_named, targets_for, where_columns_are
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import ALL_BUT_KEY, KEY, KIND, LINK, NAMES, Kind
from tracker.sheet.table.layout import HEADER_SEARCH, Layout, grid_range, runs
from tracker.sheet.table.rows import Row
from tracker.sheet.table.survey import Survey, claims_of
from tracker.sheet.write import fence
from tracker.sheet.write.batch import FIELDS, requests_of, shown_by, shut
from tracker.sheet.write.fence import fences_of, new_id
from tracker.sheet.write.plan import Misplaced, OpenWrite, Outcome, Target, WritePlan
from tracker.sheet.write.planning import Planned, moved, planned, ranges_to_look_at, window
from tracker.sheet.write.snapshot import Snapshot
from tracker.sheet.write.verify import Evidence, is_proved, verify

ROWS_A_WRITE = 200
"""About as many rows as go into one write: nobody has described how many ranges and requests Google takes in one."""

_ROWS_A_READ = 2000
"""Rows of all columns that are read at once: an answer of about half a megabyte."""

_GROWTH = 3000
"""More rows than go into many writes: it costs few requests even where thousands of them wait."""

_TAB_FIELDS = (
    "properties(title,timeZone),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,description))"
)
_ATTEMPTS = 4
"""How often it is looked or planned again at once when people change the tab meanwhile."""

_ROUNDS = 6
"""So many writes one after another may go astray before their rows are kept for a person to look at."""

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The tab as people see it: the spreadsheet's title, the tab's title, its address, and the threads with a row."""

    spreadsheet: str
    title: str
    address: str
    thread_ids: frozenset[int]


class SheetRepository:
    """The tab of one spreadsheet. Synchronous; to be used from one thread.

    `writer` names the store on whose behalf rows are written: a word of letters and digits. One that has not written
    there before takes over from whoever did.

    Every method may raise `SheetUnavailable` (Google did not do it this time; whether a write was applied is unknown)
    or `SheetSetupError` (a person has to change something).
    """

    def __init__(self, sheet: GoogleSheet, sheet_name: str, writer: str = "") -> None:
        self._sheet = sheet
        self._sheet_name = sheet_name
        self._writer = writer or secrets.token_hex(4)
        self._has_written = False
        self._tab_id: int | None = None
        self._former_tab_id: int | None = None
        self._snapshot: Snapshot | None = None
        self._open = OpenWrite()
        self.time_zone = ""
        """Google's name of the spreadsheet's own time zone; empty until the tab was opened."""

    # For any program

    def find(self, thread_id: int) -> Cells | None:
        """What the ticket's row shows in the bot's columns, by name; None where it has no row."""

        def read() -> Cells | None:
            snapshot = self._survey()
            row = snapshot.positions.get(thread_id)
            if row is None:
                return None
            return self._read_rows(snapshot, NAMES, range(row, row + 1)).get(thread_id)

        return self._at_rest(read)

    def rows(self, names: Collection[str] = NAMES) -> dict[int, Cells]:
        """What the rows of all tickets show in these columns, as far as the header names them, by thread id.

        A row that mixes two tickets shows nothing of either that could be trusted, and is left out.
        """
        return self._at_rest(lambda: self._all_rows(names))

    def upsert(self, rows: Mapping[int, Cells]) -> Outcome:
        """Make the tickets' rows show these cells, by thread id and column name; those without a row get one.

        Cells that are not named stay as they are. A program that calls this needs no store: what the rows hold is read
        before. If the answer of a write is lost, `SheetUnavailable` is raised, and the next call finds out first what
        became of it.
        """
        self._settle_alone(self.recover(self._open) if self._open.plan else Outcome(misplaced=self._open.misplaced))
        wanted = [Row(thread_id=i, cells={KEY: str(i), **cells}, known={}) for i, cells in rows.items()]
        outcome = Outcome()
        for start in range(0, len(wanted), ROWS_A_WRITE):
            outcome = _both(outcome, self._upsert(wanted[start : start + ROWS_A_WRITE]))
        return outcome

    def _upsert(self, wanted: Sequence[Row]) -> Outcome:
        for _ in range(_ROUNDS):
            shown = self.rows()
            plan = self.plan([replace(row, known=shown.get(row.thread_id, {})) for row in wanted])
            if not plan.is_needed:
                return Outcome(known=plan.unchanged, columns=frozenset(plan.columns), doubled=plan.doubled)
            self._open = OpenWrite(plan=plan)
            outcome = self.apply(plan)
            self._settle_alone(outcome)
            if not (outcome.races or outcome.refused):
                return _both(Outcome(known=plan.unchanged), outcome)
        raise SheetUnavailable("The tab is being changed faster than it can be written.")

    def _settle_alone(self, outcome: Outcome) -> None:
        """Put back what a write led astray, where no store keeps what is about to be done."""
        self._open = OpenWrite(misplaced=outcome.misplaced)
        for last in (*[False] * _ROUNDS, True):
            if not self._open.misplaced:
                return
            plan = self.plan_put_back(self._open.misplaced, give_up=last)
            self._open = OpenWrite(plan=plan, misplaced=plan.misplaced)
            self._open = OpenWrite(misplaced=self.apply(plan).misplaced)

    # For the bot

    @property
    def address(self) -> str:
        """Where a person opens the tab."""
        return self._sheet.address if self._tab_id is None else self._address_of(self._tab_id)

    @property
    def tab_fact(self) -> str:
        """A name under which to remember `tab_id` from one run to the next."""
        return f"tab {self._sheet.address} {self._sheet_name}"

    @property
    def written_fact(self) -> str:
        """A name under which to remember that this store has written there."""
        return f"written {self._sheet.address} {self._sheet_name}"

    @property
    def tab_id(self) -> int | None:
        """Google's number of the tab, which stays when people rename it; None until it was opened."""
        return self._tab_id

    def remember(self, *, tab_id: int | None, has_written: bool) -> None:
        """The tab had this number in an earlier run, to be found by it where no tab has its name any more.

        `has_written`: this store has written there before.
        """
        self._former_tab_id = tab_id
        self._has_written = has_written

    def open(self) -> Tab:
        """Find the tab, its header and the rows it has.

        Raises:
            SheetSetupError: also when the tab or its header is missing.
        """

        def look() -> Tab:
            described = self._described()
            snapshot = self._survey(described)
            return Tab(
                spreadsheet=described["properties"]["title"],
                title=snapshot.title,
                address=self.address,
                thread_ids=frozenset(snapshot.positions),
            )

        return self._at_rest(look)

    def thread_ids(self, *, now: bool = False) -> frozenset[int]:
        """The tickets that had a row at the last look, or have one `now`."""
        snapshot = None if now else self._snapshot
        return frozenset((snapshot or self._at_rest(self._survey)).positions)

    def plan(self, rows: Sequence[Row]) -> WritePlan:
        """What to write so that these rows are up to date. Looks; changes nothing but the room that is needed.

        A row that is not where it was at the last look is left out, where a second look does not find it either.
        """
        return self._at_rest(lambda: self._plan(rows))

    def apply(self, plan: WritePlan) -> Outcome:
        """Send the plan, and tell what its answer proves.

        Raises:
            SheetUnavailable: nobody knows whether it has landed, or will: `recover` finds out.
        """
        snapshot, self._snapshot = self._snapshot, None
        requests = requests_of(plan)
        try:
            answer = self._sheet.change([request for request, _ in requests], shown_by(plan), FIELDS)
        except StaleRequest as refusal:
            return self._refused(plan, [target for _, target in requests], refusal)
        self._has_written = True
        if plan.keep_as is not None:
            return given_up(plan, self._address_of(plan.keep_as))
        shown, images = Shown(answer, plan.tab_id), Shown(answer, plan.images_id)
        evidence = Evidence(
            header=images.line(0),
            images=tuple(images.line(number) for number in range(1, len(plan.targets) + 1)),
            rows={row: shown.line(row) for row in shown.rows},
            at_once=True,
        )
        if not is_proved(plan, evidence):
            header, *rows = self._images(plan)
            return verify(plan, replace(evidence, header=header, images=tuple(rows)))
        outcome = verify(plan, evidence)
        if snapshot is not None and not plan.misplaced:
            self._snapshot = self._formatted(snapshot.after(plan, outcome), plan, shown)
        return outcome

    def recover(self, open_write: OpenWrite) -> Outcome:
        """Find out what became of a write whose answer was lost, and see that it does not land later."""
        plan, self._snapshot = open_write.plan, None
        if plan is None:
            return Outcome(misplaced=open_write.misplaced)
        for _ in range(_ATTEMPTS):
            sheets = {each["properties"]["sheetId"]: each for each in self._described()["sheets"]}
            if plan.images_id not in sheets or plan.tab_id not in sheets:
                return self._unknown(plan)
            fences = {each.id: each for each in fences_of(sheets[plan.images_id].get("protectedRanges", []))}
            if plan.fence in fences:
                is_closed = fences[plan.fence].closed
                return Outcome(misplaced=plan.misplaced) if is_closed else self._landed(plan, sheets[plan.tab_id])
            with suppress(StaleRequest):  # it has landed just now
                self._sheet.change([shut(plan)])
                return Outcome(misplaced=plan.misplaced)
        raise SheetUnavailable("What became of the last write cannot be found out: its tabs change all the time.")

    def plan_put_back(self, misplaced: Sequence[Misplaced], *, give_up: bool = False) -> WritePlan:
        """What to write to put back what an earlier write covered by mistake.

        What can be put back is put back; where nothing can be, or with `give_up`, it is kept in a tab of its own.
        """
        return self._at_rest(lambda: self._plan_put_back(misplaced, give_up=give_up))

    # How

    def _at_rest(self, read: Callable[[], Read]) -> Read:
        """What several requests read, of a tab that people did not change in between.

        Raises:
            SheetUnavailable: they change it all the time, or Google refuses to read it for another reason.
        """
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                return read()
            except StaleRequest as error:
                self._snapshot = None
                reason = error.what
        raise SheetUnavailable(f"The tab is being changed faster than it can be read, or not as it was. {reason}")

    def _address_of(self, tab_id: int) -> str:
        return f"{self._sheet.address}/edit#gid={tab_id}"

    def _described(self) -> Json:
        described = self._sheet.describe(_TAB_FIELDS)
        self.time_zone = described["properties"].get("timeZone", "")
        return described

    def _tab(self, described: Json) -> Json:
        """The tab seen before, by its number; at first the one with the right name, or that of an earlier run."""
        tab = find_tab(self._sheet, described, self._sheet_name, number=self._tab_id, former=self._former_tab_id)
        self._tab_id = tab["sheetId"]
        return tab

    def _survey(self, described: Json | None = None) -> Snapshot:
        """A look at the whole columns of keys and links: whose all rows are. Up to three read requests."""
        described = self._described() if described is None else described
        tab = self._tab(described)
        layout = find_layout(self._sheet, tab)
        read = read_columns(self._sheet, tab["sheetId"], layout, (KEY, LINK))
        survey = Survey.of(read[KEY], read.get(LINK, []), layout.header_row)
        images = ImageTab.find(described["sheets"], tab["sheetId"])
        self._snapshot = Snapshot(
            tab_id=tab["sheetId"],
            title=tab["title"],
            row_count=tab["gridProperties"]["rowCount"],
            column_count=tab["gridProperties"]["columnCount"],
            layout=layout,
            positions=survey.positions,
            end=max(survey.end, layout.header_row + 1),
            rekeyed=survey.rekeyed,
            mixed=survey.mixed,
            doubled=survey.doubled,
            unknown=survey.mixed | survey.displaced,
            images=images,
            fences=fence_ids(images),
        )
        return self._snapshot

    def _all_rows(self, names: Collection[str]) -> dict[int, Cells]:
        snapshot = self._survey()
        found: dict[int, Cells] = {}
        for start in range(snapshot.layout.header_row + 1, snapshot.end, _ROWS_A_READ):
            found |= self._read_rows(snapshot, names, range(start, min(start + _ROWS_A_READ, snapshot.end)))
        if found.keys() != snapshot.positions.keys() - snapshot.mixed:
            raise StaleRequest("The rows were moved.")
        return found

    def _read_rows(self, snapshot: Snapshot, names: Collection[str], rows: range) -> dict[int, Cells]:
        """What those of these rows show that are where the snapshot has them. One read request."""
        owners = {row: i for i, row in snapshot.positions.items() if row in rows and i not in snapshot.mixed}
        read = read_columns(self._sheet, snapshot.tab_id, snapshot.layout, dict.fromkeys((KEY, LINK, *names)), rows)

        def value(name: str, row: int) -> CellValue:
            values = read.get(name, [])
            return values[row - rows.start] if row - rows.start < len(values) else None

        asked = [name for name in names if name in read]
        return {
            thread_id: {name: value(name, row) for name in asked}
            for row, thread_id in owners.items()
            if thread_id in {claimed for _, claimed in claims_of(value(KEY, row), value(LINK, row))}
        }

    def _plan(self, rows: Sequence[Row]) -> WritePlan:
        thread_ids = [row.thread_id for row in rows]
        for _ in range(_ATTEMPTS):
            snapshot = self._snapshot
            # Of several rows with one id the first counts, which only a look at all of them tells.
            surveyed = snapshot is None or not snapshot.doubled.isdisjoint(thread_ids)
            if snapshot is None or surveyed:
                snapshot = self._survey()
            answer = self._look(snapshot, thread_ids)
            shown, images = Shown(answer, snapshot.tab_id), ImageTab.find(answer["sheets"], snapshot.tab_id)
            left_out = moved(snapshot, shown, thread_ids, surveyed=surveyed)
            if left_out is None or (left_out and not surveyed) or fence_ids(images) != snapshot.fences:
                self._snapshot = None
                continue
            snapshot = replace(snapshot, title=shown.title, column_count=shown.column_count, images=images)
            found = planned(snapshot, shown, rows, left_out)
            if found.targets or found.without_place:
                self._see_that_nobody_else_is_at_work(images)
            self._snapshot = self._with_room(snapshot, shown, found)
            if self._snapshot is snapshot:
                return self._as_plan(snapshot, shown, found, rows)
        raise StaleRequest("The rows were elsewhere at each look.")

    def _look(self, snapshot: Snapshot, thread_ids: Sequence[int]) -> Json:
        """Where everything is that a write concerns. One read request."""
        ranges = ranges_to_look_at(snapshot, thread_ids)
        if snapshot.images is not None:
            ranges.append(grid_range(snapshot.images.id, range(1), range(1)))
        return self._sheet.look(PLACE_FIELDS, ranges)

    def _see_that_nobody_else_is_at_work(self, images: ImageTab | None) -> None:
        """One store writes to a tab at a time; one that never wrote before takes over, as it may follow a lost one."""
        others = [each for each in (images.fences if images else ()) if each.writer != self._writer]
        if self._has_written and any(each.is_at_work(fence.now()) for each in others):
            raise SheetSetupError(
                f"Another bot writes to {self.address}, with a store (DATA_DIR) of its own; so that no row is written "
                "twice, this one writes nothing.",
                "Stop one of the two. This one goes on by itself when the other has not written for 10 minutes.",
                check="sheet.other_bot",
            )

    def _with_room(self, snapshot: Snapshot, shown: Shown, found: Planned) -> Snapshot:
        """See that there is room for new rows: the same snapshot where there is, else one to look again with.

        The tab never grows in the write itself: nobody has described whether an answer may show what is so new.
        """
        if found.without_place:
            needed = len(found.targets) + found.without_place
            if window(snapshot, needed).stop < snapshot.row_count:
                return replace(snapshot, end=self._end_of_all(snapshot))
            return replace(snapshot, row_count=snapshot.row_count + self._grow(snapshot, found.without_place))
        last = 1 + max((target.row for target in found.targets), default=-1)
        for table in shown.sheet.get("tables", []):
            if _holds(table["range"], snapshot.layout) and table["range"].get("endRowIndex", last) < last:
                with suppress(StaleRequest):  # then the rows stand below the table
                    self._sheet.change([extend_table(table, last)])
        return snapshot

    def _hidden_tab(self, tab: ImageTab | None, tab_id: int, targets: int, width: int) -> ImageTab:
        """The hidden tab, made ready in a request of its own where it is not."""
        ready, needed = made_ready(tab, tab_id, targets, width)
        if needed:
            self._sheet.change(needed)
        return ready

    def _end_of_all(self, snapshot: Snapshot) -> int:
        """The row after the last one that holds anything: people have written much below the last ticket."""
        (below,) = self._sheet.read([{"sheetId": snapshot.tab_id, "startRowIndex": snapshot.end}])
        return snapshot.end + len(below.get("values", []))

    def _grow(self, snapshot: Snapshot, rows: int) -> int:
        """Add rows to the tab, many at once, with the formats of the bot's columns; how many."""
        kinds = {position: KIND[name] for name, position in snapshot.layout.columns.items()}
        formats = format_columns(snapshot.tab_id, snapshot.row_count, kinds)
        many = max(_GROWTH, rows)
        try:
            self._sheet.change([add_rows(snapshot.tab_id, many), *formats])
        except SheetSetupError:  # the spreadsheet has no room for so many
            self._sheet.change([add_rows(snapshot.tab_id, rows), *formats])
            return rows
        return many

    def _as_plan(self, snapshot: Snapshot, shown: Shown, found: Planned, rows: Sequence[Row]) -> WritePlan:
        images, layout = snapshot.images, snapshot.layout
        others = snapshot.unknown.difference(row.thread_id for row in rows)
        if found.targets:
            images = self._hidden_tab(images, snapshot.tab_id, len(found.targets), snapshot.column_count)
        self._snapshot = replace(snapshot, unknown=frozenset(), images=images)
        header = shown.line(layout.header_row)
        own = set(layout.columns.values())
        return WritePlan(
            fence=new_id(),
            replaces=() if images is None else tuple(each.id for each in images.fences if each.is_due(fence.now())),
            writer=self._writer,
            tab_id=snapshot.tab_id,
            title=snapshot.title,
            images_id=0 if images is None else images.id,
            images_title="" if images is None else images.title,
            width=snapshot.column_count,
            header_row=layout.header_row,
            header={column: content for column, content in header.items() if column in own},
            columns=dict(layout.columns),
            targets=found.targets,
            unchanged=found.unchanged,
            doubled=snapshot.doubled,
            unknown=dict.fromkeys(others, ALL_BUT_KEY),
        )

    def _refused(self, plan: WritePlan, targets: Sequence[Target | None], refusal: StaleRequest) -> Outcome:
        """Google applied nothing of the plan, and never will; it may have told which request it refuses."""
        reason = refusal.reason or refusal.what
        if plan.keep_as is not None:
            return given_up(plan, "", reason)
        number = refusal.request
        target = targets[number] if number is not None and number < len(targets) else None
        named = {} if target is None or target.thread_id is None else {target.thread_id: reason}
        return Outcome(misplaced=plan.misplaced, not_taken=named, refused=reason)

    def _images(self, plan: WritePlan) -> list[dict[int, Json]]:
        """The images of the header and of the plan's targets, whole."""
        rows = range(len(plan.targets) + 1)
        try:
            shown = self._rows_shown(plan.images_id, rows)
        except StaleRequest as error:
            raise SheetUnavailable(f"What a write covered could not be read ({error.what}).") from error
        return [shown.line(row) for row in rows]

    def _unknown(self, plan: WritePlan) -> Outcome:
        """Somebody deleted the tab that would tell; without it the write cannot land any more, either."""
        columns = {
            target.thread_id: frozenset(plan.names(target.cells)) - {KEY}
            for target in plan.targets
            if target.thread_id is not None
        }
        return Outcome(unknown=plan.unknown | columns, misplaced=plan.misplaced)

    def _landed(self, plan: WritePlan, sheet: Json) -> Outcome:
        """What a plan did that has landed some time ago: people may have worked in the tab since."""
        if plan.keep_as is not None:
            return given_up(plan, self._address_of(plan.keep_as))
        height = sheet["properties"]["gridProperties"]["rowCount"]
        rows = {row for row in (plan.header_row, *(target.row for target in plan.targets)) if row < height}
        ranges = [grid_range(plan.tab_id, block) for block in runs(rows)]
        ranges.append(grid_range(plan.images_id, range(len(plan.targets) + 1)))
        answer = self._sheet.look(PLACE_FIELDS, ranges)
        shown, images = Shown(answer, plan.tab_id), Shown(answer, plan.images_id)
        evidence = Evidence(
            header=images.line(0) or shown.line(plan.header_row),
            images=tuple(images.line(number) for number in range(1, len(plan.targets) + 1)),
            rows={row: shown.line(row) for row in shown.rows},
            at_once=False,
        )
        # The look at the tab's columns and copies is as old as the plan.
        return replace(verify(plan, evidence), columns=None, doubled=None)

    def _plan_put_back(self, misplaced: Sequence[Misplaced], *, give_up: bool) -> WritePlan:
        described = self._described()
        tab = self._tab(described)
        grid = tab["gridProperties"]
        images = ImageTab.find(described["sheets"], tab["sheetId"])
        images = self._hidden_tab(images, tab["sheetId"], len(misplaced), grid["columnCount"])
        top = self._rows_shown(tab["sheetId"], range(min(HEADER_SEARCH, grid["rowCount"])))
        layout = Layout.find([top.values(row) for row in range(min(HEADER_SEARCH, grid["rowCount"]))])
        header_row = 0 if layout is None else layout.header_row
        header = {} if layout is None else top.line(header_row)
        placed = {number: where_columns_are(each, header) for number, each in enumerate(misplaced)}
        here = {number: each for number, each in placed.items() if each is not None}
        targets = () if give_up else self._targets_for(here, tab["sheetId"], grid["rowCount"], header_row)
        return WritePlan(
            fence=new_id(),
            replaces=tuple(each.id for each in images.fences if each.is_due(fence.now())),
            writer=self._writer,
            tab_id=tab["sheetId"],
            title=tab["title"],
            images_id=images.id,
            images_title=images.title,
            width=grid["columnCount"],
            header_row=header_row,
            header={} if any(map(is_header, misplaced)) else header,
            columns={} if layout is None else dict(layout.columns),
            targets=targets,
            misplaced=tuple(misplaced),
            keep_as=None if targets else new_id(),
        )

    def _targets_for(
        self, misplaced: Mapping[int, Misplaced], tab_id: int, height: int, header_row: int
    ) -> tuple[Target, ...]:
        """What puts back those of the misplaced that can be placed, in their rows or where their ids are now."""
        rows_of: dict[int, list[int]] = {}
        for column in {each.identifying[0] for each in misplaced.values() if each.identifying}:
            whole = {"sheetId": tab_id, "startColumnIndex": column, "endColumnIndex": column + 1}
            (read,) = self._sheet.read([whole], by_column=True)
            theirs = [each for each in misplaced.values() if each.identifying[:1] == (column,)]
            rows_of |= rows_named(enumerate(next(iter(read.get("values", [])), [])), theirs)
        rows = {header_row, *(each.row for each in misplaced.values() if each.row < height)}
        rows |= {row for found in rows_of.values() for row in found}
        shown = self._rows_shown(tab_id, rows)
        return targets_for(misplaced, {row: shown.line(row) for row in shown.rows}, rows_of, header_row)

    def _rows_shown(self, tab_id: int, rows: Iterable[int]) -> Shown:
        """These rows in all columns. One read request."""
        return Shown(self._sheet.look(PLACE_FIELDS, [grid_range(tab_id, block) for block in runs(rows)]), tab_id)

    def _formatted(self, snapshot: Snapshot, plan: WritePlan, shown: Shown) -> Snapshot | None:
        """Where a date just written shows as a mere number, format the bot's columns from there on.

        An adopted tab may never have had any formats. It does no harm if people move rows meanwhile: only formats of
        the bot's own columns are set.
        """
        dates = {plan.columns[name] for name, kind in KIND.items() if kind is Kind.DATE_TIME and name in plan.columns}
        bare = [
            target.row
            for target in plan.targets
            for column in dates & target.cells.keys()
            if target.cells[column] and not shown.number_format(target.row, column).startswith("DATE")
        ]
        if bare:
            kinds = {position: KIND[name] for name, position in plan.columns.items()}
            with suppress(StaleRequest):  # it is tried again with the next date
                self._sheet.change(format_columns(plan.tab_id, min(bare), kinds))
        return snapshot


def _both(one: Outcome, other: Outcome) -> Outcome:
    """What is known after two writes to rows of different tickets."""
    return replace(
        other,
        known={**one.known, **other.known},
        unknown={**one.unknown, **other.unknown},
        not_taken={**one.not_taken, **other.not_taken},
    )


def _holds(table_range: Json, layout: Layout) -> bool:
    """Whether the header and the column of ids are in the range of a table."""
    top, left = table_range.get("startRowIndex", 0), table_range.get("startColumnIndex", 0)
    right = table_range.get("endColumnIndex", layout.key + 1)
    return bool(top <= layout.header_row and left <= layout.key < right)
