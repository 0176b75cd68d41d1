"""SheetRepository: finds and writes rows by `thread_id`, whatever people do to the tab meanwhile.

For any program: `find`, `rows` and `upsert`. For the bot, which keeps in its own store what it is about to do, a write
goes in steps. `plan` looks at just the rows about to be written and gives the difference, as a value that is complete
before anything is sent. `apply` sends it as one atomic change and gives what its answer proves. `recover` finds out
what became of a plan without an answer. `plan_put_back` plans how to put back what a write covered as people moved
rows or columns. Between two writes nothing is kept here but one snapshot of the tab, every belief of which is checked
when it is used.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tracker.domain.cells import Cells
from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.sheet.api.answer import PLACE_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.dashboard.tab import DashboardTab
from tracker.sheet.recovery.images import ImageTab, fence_ids
from tracker.sheet.recovery.landing import found_out, refused
from tracker.sheet.recovery.placing import given_up
from tracker.sheet.recovery.putting_back import plan_put_back
from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.columns import ALL_BUT_KEY, ALL_NAMES, KEY
from tracker.sheet.table.layout import grid_range, runs
from tracker.sheet.table.rows import Row
from tracker.sheet.write import fence
from tracker.sheet.write.batch import fields_of, formats_lacking, requests_of, shown_by
from tracker.sheet.write.fence import new_id
from tracker.sheet.write.plan import Kept, Misplaced, OpenWrite, Outcome, WritePlan
from tracker.sheet.write.planning import Planned, moved, planned
from tracker.sheet.write.reader import TabReader
from tracker.sheet.write.room import hidden_tab, with_room
from tracker.sheet.write.snapshot import Snapshot
from tracker.sheet.write.verify import Evidence, is_proved, unshown_in, verify

ROWS_A_WRITE = 200
"""About as many rows as go into one write: nobody has described how many ranges and requests Google takes in one."""

_ATTEMPTS = 4
"""How often it is planned again at once when people change the tab meanwhile."""

_NO_ROOM = ("sheet.cells", "sheet.tabs")
"""What keeps Google from adding a tab, and need not keep rows from being written."""

_ROUNDS = 6
"""So many writes one after another may hit wrong rows before those are kept for a person to look at."""


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
        self._reader = TabReader(sheet, sheet_name)
        self._writer = writer or secrets.token_hex(4)
        self._has_written = False
        self._snapshot: Snapshot | None = None
        self._open = OpenWrite()

    # For any program

    def find(self, thread_id: int) -> Cells | None:
        """What the ticket's row shows in the bot's columns, by name; None where it has no row."""

        def read() -> Cells | None:
            snapshot = self._surveyed()
            row = snapshot.positions.get(thread_id)
            if row is None:
                return None
            return self._reader.rows(snapshot, ALL_NAMES, range(row, row + 1)).get(thread_id)

        return self._reader.at_rest(read)

    def rows(self, names: Collection[str] = ALL_NAMES) -> dict[int, Cells]:
        """What the rows of all tickets show in these columns, as far as the header names them, by thread id.

        A row that mixes two tickets shows nothing of either that could be trusted, and is left out.
        """
        return self._reader.at_rest(lambda: self._reader.all_rows(self._surveyed(), names))

    def upsert(self, rows: Mapping[int, Cells]) -> Outcome:
        """Make the tickets' rows show these cells, by thread id and column name; those without a row get one.

        Cells that are not named stay as they are. A program that calls this needs no store: what the rows hold is read
        before. If the answer of a write is lost, `SheetUnavailable` is raised, and the next call finds out first what
        became of it. What could not be put back after a race is `kept`; of several times the last is given.
        """
        found_out = self.recover(self._open) if self._open.plan else Outcome(misplaced=self._open.misplaced)
        strange = sorted({name for cells in rows.values() for name in cells}.difference(ALL_NAMES))
        if strange:
            raise ValueError(f"These are no columns of the tracker's: {', '.join(strange)}.")
        wanted = [Row(thread_id=i, cells={KEY: str(i), **cells}, known={}) for i, cells in rows.items()]
        outcome = Outcome(kept=self._settle_alone(found_out))
        for start in range(0, len(wanted), ROWS_A_WRITE):
            outcome = outcome.followed_by(self._upsert(wanted[start : start + ROWS_A_WRITE]))
        return outcome

    def _upsert(self, wanted: Sequence[Row]) -> Outcome:
        refused: dict[int, str] = {}
        kept: Kept | None = None
        reason, failures = "", 0
        while failures < _ROUNDS:
            shown = self.rows()
            rows = [row for row in wanted if row.thread_id not in refused]
            plan = self.plan([replace(row, known=shown.get(row.thread_id, {})) for row in rows])
            if not plan.is_needed:
                columns = frozenset(plan.columns)
                return Outcome(
                    known=plan.unchanged, not_taken=refused, kept=kept, columns=columns, doubled=plan.doubled
                )
            self._open = OpenWrite(plan=plan)
            outcome = self.apply(plan)
            kept = self._settle_alone(outcome) or kept
            is_done = not (outcome.races or outcome.refused)
            if is_done and not plan.writes_ids_back:
                return Outcome(known=plan.unchanged, not_taken=refused, kept=kept).followed_by(outcome)
            # Rows whose ids were just written back follow, and so do the others where one was refused.
            is_nearer = (
                outcome.not_taken.keys() - refused.keys() if outcome.refused else is_done and not outcome.not_taken
            )
            failures += not is_nearer
            refused |= outcome.not_taken if outcome.refused else {}
            reason = outcome.refused
        raise SheetUnavailable(f"The tab is being changed faster than it can be written. {reason}".rstrip())

    def _settle_alone(self, outcome: Outcome) -> Kept | None:
        """Put back what a write covered, where no store keeps what is about to be done; or what is kept of it."""
        self._open = OpenWrite(misplaced=outcome.misplaced)
        kept = outcome.kept
        for last in (*[False] * _ROUNDS, True):
            if not self._open.misplaced:
                break
            plan = self.plan_put_back(self._open.misplaced, give_up=last)
            self._open = OpenWrite(plan=plan, misplaced=plan.misplaced)
            put_back = self.apply(plan)
            kept = put_back.kept or kept
            self._open = OpenWrite(misplaced=put_back.misplaced)
        return kept

    # For the bot

    @property
    def address(self) -> str:
        """Where a person opens the tab."""
        return self._sheet.address if self.tab_id is None else self._sheet.address_of(self.tab_id)

    @property
    def address_of_waiting(self) -> str:
        """Where a person sees the tickets that wait: the tab, in the filter view for that where there is one."""
        view = self._reader.waiting_view
        return self.address if view is None else f"{self.address}&fvid={view}"

    @property
    def dashboard(self) -> DashboardTab | None:
        """The tab of figures beside the tab; None where there was none at the last look, or nobody looked yet."""
        dashboard = None if self.tab_id is None else DashboardTab(self._sheet, self.tab_id)
        return dashboard if dashboard and dashboard.id in self._reader.tab_ids else None

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
        return self._reader.tab_id

    @property
    def time_zone(self) -> str:
        """Google's name of the spreadsheet's own time zone; empty until the tab was opened."""
        return self._reader.time_zone

    def remember(self, *, tab_id: int | None, has_written: bool) -> None:
        """The tab had this number in an earlier run, to be found by it where no tab has its name any more.

        `has_written`: this store has written there before.
        """
        self._reader.former_tab_id = tab_id
        self._has_written = has_written

    def open(self) -> Tab:
        """Find the tab, its header and the rows it has.

        Raises:
            SheetSetupError: also when the tab or its header is missing.
        """

        def look() -> Tab:
            described = self._reader.described()
            snapshot = self._snapshot = self._reader.survey(described)
            return Tab(
                spreadsheet=described["properties"]["title"],
                title=snapshot.title,
                address=self.address,
                thread_ids=frozenset(snapshot.positions),
            )

        return self._reader.at_rest(look)

    def thread_ids(self, *, now: bool = False) -> frozenset[int]:
        """The tickets that had a row at the last look, or have one `now`."""
        snapshot = None if now else self._snapshot
        return frozenset((snapshot or self._reader.at_rest(self._surveyed)).positions)

    def plan(self, rows: Sequence[Row]) -> WritePlan:
        """What to write so that these rows are up to date. Looks; changes nothing but the room that is needed.

        A row that is not where it was at the last look is left out, where a second look does not find it either.
        """

        def attempt() -> WritePlan:
            try:
                return self._plan(rows)
            except StaleRequest:
                self._snapshot = None
                raise

        return self._reader.at_rest(attempt)

    def apply(self, plan: WritePlan, along: Sequence[Json] = ()) -> Outcome:
        """Send the plan, and find what its answer proves.

        Requests that go `along` land in the same moment, and nothing of them is proved. If Google refuses the whole,
        the plan goes once more without them.

        Raises:
            SheetUnavailable: nobody knows whether it has landed, or will: `recover` finds out.
        """
        snapshot, self._snapshot = self._snapshot, None
        requests = requests_of(plan)
        try:
            answer, left_out = self._sent(plan, [request for request, _ in requests], along)
        except StaleRequest as refusal:
            return refused(plan, [target for _, target in requests], refusal)
        except SheetSetupError as error:
            if plan.keep_as is not None and error.check in _NO_ROOM:
                return given_up(plan, "", str(error))
            if plan.misplaced and error.check == "sheet.protected":
                return Outcome(misplaced=plan.misplaced, refused=str(error))
            raise
        self._has_written = True
        if plan.keep_as is not None:
            return given_up(plan, self._sheet.address_of(plan.keep_as))
        shown, images = Shown(answer, plan.tab_id), Shown(answer, plan.images_id)
        evidence = Evidence(
            header=images.line(0),
            images=tuple(images.line(number) for number in range(1, len(plan.targets) + 1)),
            rows={row: shown.line(row) for row in shown.rows},
            at_once=True,
            hidden=shown.filtered_out,
            resized=shown.row_count != plan.height,
        )
        if not is_proved(plan, evidence):
            return replace(verify(plan, self._with_whole_rows(plan, evidence)), left_out=left_out)
        outcome = replace(verify(plan, evidence), left_out=left_out)
        if snapshot is not None and not plan.misplaced:
            self._snapshot = snapshot.after(plan, outcome)
            if formats := formats_lacking(plan, shown):
                with suppress(StaleRequest):  # it is tried again with the next date
                    self._sheet.change(formats)
        return outcome

    def recover(self, open_write: OpenWrite) -> Outcome:
        """Find out what became of a write whose answer was lost, and see that it does not land later."""
        self._snapshot = None
        if open_write.plan is None:
            return Outcome(misplaced=open_write.misplaced)
        return found_out(self._sheet, self._reader, open_write.plan)

    def plan_put_back(
        self, misplaced: Sequence[Misplaced], *, give_up: bool = False, at_once: int = ROWS_A_WRITE
    ) -> WritePlan:
        """What to write to put back what an earlier write covered by mistake, `at_once` rows at most.

        Where nothing can be put back, or with `give_up`, it is kept in a tab of its own.
        """
        own = (self._sheet, self._reader, self._writer)
        return self._reader.at_rest(lambda: plan_put_back(*own, misplaced, give_up=give_up, at_once=at_once))

    # How

    def _surveyed(self) -> Snapshot:
        self._snapshot = self._reader.survey()
        return self._snapshot

    def _plan(self, rows: Sequence[Row]) -> WritePlan:
        thread_ids = [row.thread_id for row in rows]
        for _ in range(_ATTEMPTS):
            snapshot = self._snapshot
            # Of several rows with one id the first counts, which only a look at all of them shows.
            surveyed = snapshot is None or not snapshot.doubled.isdisjoint(thread_ids)
            if snapshot is None or surveyed:
                snapshot = self._surveyed()
            answer = self._reader.look(snapshot, thread_ids)
            shown, images = Shown(answer, snapshot.tab_id), ImageTab.find(answer["sheets"], snapshot.tab_id)
            left_out = moved(snapshot, shown, thread_ids, surveyed=surveyed)
            if left_out is None or (left_out and not surveyed) or fence_ids(images) != snapshot.fences:
                self._snapshot = None
                continue
            snapshot = replace(snapshot, title=shown.title, column_count=shown.column_count, images=images)
            found = planned(snapshot, shown, rows, left_out)
            if found.targets or found.without_place:
                self._see_that_nobody_else_is_at_work(images)
            self._snapshot = with_room(self._sheet, snapshot, shown, found)
            if self._snapshot is snapshot:
                return self._as_plan(snapshot, shown, found, rows)
        raise StaleRequest("The rows were elsewhere at each look.")

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

    def _as_plan(self, snapshot: Snapshot, shown: Shown, found: Planned, rows: Sequence[Row]) -> WritePlan:
        images, layout = snapshot.images, snapshot.layout
        others = snapshot.unknown.difference(row.thread_id for row in rows)
        if found.targets:
            images = hidden_tab(self._sheet, images, snapshot.tab_id, len(found.targets), snapshot.column_count)
        self._snapshot = replace(snapshot, unknown=frozenset(), images=images)
        header = shown.line(layout.header_row)
        own = set(layout.columns.values())
        return WritePlan(
            fence=new_id(),
            replaces=() if images is None else images.fences_due,
            writer=self._writer,
            tab_id=snapshot.tab_id,
            title=snapshot.title,
            images_id=0 if images is None else images.id,
            images_title="" if images is None else images.title,
            width=snapshot.column_count,
            height=snapshot.row_count,
            header_row=layout.header_row,
            header={column: content for column, content in header.items() if column in own},
            columns=dict(layout.columns),
            targets=found.targets,
            anchor=snapshot.end - 1,
            anchor_key=shown.line(snapshot.end - 1).get(layout.key, {}),
            unchanged=found.unchanged,
            doubled=snapshot.doubled,
            unknown=dict.fromkeys(others, ALL_BUT_KEY),
        )

    def _sent(self, plan: WritePlan, own: list[Json], along: Sequence[Json]) -> tuple[Json, SheetError | None]:
        """Google's answer, and why what was to go along was left out, if it was."""
        refusal: SheetError | None = None
        if along:
            try:
                return self._sheet.change([*own, *along], shown_by(plan), fields_of(plan)), None
            except (StaleRequest, SheetSetupError) as error:
                refusal = error
        return self._sheet.change(own, shown_by(plan), fields_of(plan)), refusal

    def _with_whole_rows(self, plan: WritePlan, evidence: Evidence) -> Evidence:
        """The same, with whole rows: the images of header and targets, and the targets that a filter hides."""
        rows = range(len(plan.targets) + 1)
        hidden = [target.row for target in plan.targets if target.row in evidence.hidden]
        ranges = [grid_range(plan.images_id, rows), *(grid_range(plan.tab_id, block) for block in runs(hidden))]
        try:
            answer = self._sheet.look(PLACE_FIELDS, ranges)
            shown, now = Shown(answer, plan.images_id), Shown(answer, plan.tab_id)
            header, *images = map(shown.line, rows)
            is_seen = KEY in map(value_of, header.values())
            after = {} if is_seen else self._reader.header_if_unmoved(plan)
        except StaleRequest as error:
            raise SheetUnavailable(f"What a write covered could not be read ({error.what}).") from error
        there = {row: now.line(row) for row in hidden}
        unshown = unshown_in(plan, shown)
        return replace(evidence, header=header, header_after=after, images=tuple(images), there=there, unshown=unshown)
