"""What became of a write without an answer, or of one that Google refused."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tracker.errors import SheetUnavailable
from tracker.sheet.api.answer import HIDDEN_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.recovery.placing import given_up
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KEY
from tracker.sheet.table.layout import grid_range, runs
from tracker.sheet.table.survey import thread_id_of
from tracker.sheet.write.batch import shut
from tracker.sheet.write.fence import fences_of
from tracker.sheet.write.plan import Outcome, Target, WritePlan
from tracker.sheet.write.reader import TabReader
from tracker.sheet.write.verify import Evidence, unshown_in, verify

_ATTEMPTS = 4
"""How often it is looked whether a write has landed while the gate is closed to it."""


def found_out(sheet: GoogleSheet, reader: TabReader, plan: WritePlan) -> Outcome:
    """What became of the plan; if it has not landed, see that it never does.

    Raises:
        SheetUnavailable: it cannot be found out now.
    """
    for _ in range(_ATTEMPTS):
        sheets = {each["properties"]["sheetId"]: each for each in reader.described()["sheets"]}
        if plan.images_id not in sheets or plan.tab_id not in sheets:
            return _unknown(plan)
        fences = {each.id: each for each in fences_of(sheets[plan.images_id].get("protectedRanges", []))}
        if plan.fence in fences:
            if fences[plan.fence].closed:
                return Outcome(misplaced=plan.misplaced)
            return _landed(sheet, plan, sheets[plan.tab_id])
        # Whoever has written since has deleted the fence, if there was one.
        by_others = any(each.writer != plan.writer for each in fences.values())
        is_sure = not by_others and (not plan.replaces or not fences.keys().isdisjoint(plan.replaces))
        with suppress(StaleRequest):  # it has landed just now
            sheet.change([shut(plan)])
            return Outcome(misplaced=plan.misplaced) if is_sure else _unknown(plan)
    raise SheetUnavailable("What became of the last write cannot be found out: its tabs change all the time.")


def refused(plan: WritePlan, targets: Sequence[Target | None], refusal: StaleRequest) -> Outcome:
    """Google applied nothing of the plan, and never will; it may have said which request it refuses."""
    reason = refusal.reason or refusal.what
    if plan.keep_as is not None:
        return given_up(plan, "", reason)
    number = refusal.request
    target = targets[number] if number is not None and number < len(targets) else None
    named = {} if target is None or target.thread_id is None else {target.thread_id: reason}
    return Outcome(misplaced=plan.misplaced, not_taken=named, refused=reason)


def _unknown(plan: WritePlan) -> Outcome:
    """Somebody deleted the tab that would show it, or another bot has written since: what was covered is not known."""
    columns = {
        target.thread_id: frozenset(plan.names(target.cells)) - {KEY}
        for target in plan.targets
        if target.thread_id is not None
    }
    return Outcome(unknown=plan.unknown | columns, misplaced=plan.misplaced, never_known=tuple(columns))


def _landed(sheet: GoogleSheet, plan: WritePlan, tab: Json) -> Outcome:
    """What a plan did that has landed some time ago: people may have worked in the tab since."""
    if plan.keep_as is not None:
        return given_up(plan, sheet.address_of(plan.keep_as))
    height = tab["properties"]["gridProperties"]["rowCount"]
    now = _rows_now(sheet, plan)
    places = [now.get(target.thread_id or 0, target.row) for target in plan.targets]
    wanted = {plan.header_row, plan.anchor, *places, *(target.row for target in plan.targets)}
    ranges = [grid_range(plan.tab_id, block) for block in runs(row for row in wanted if 0 <= row < height)]
    ranges.append(grid_range(plan.images_id, range(len(plan.targets) + 1)))
    answer = sheet.look(HIDDEN_FIELDS, ranges)
    shown, images = Shown(answer, plan.tab_id), Shown(answer, plan.images_id)
    evidence = Evidence(
        header=images.line(0) or shown.line(plan.header_row),
        images=tuple(images.line(number) for number in range(1, len(plan.targets) + 1)),
        unshown=unshown_in(plan, images),
        rows={
            plan.anchor: shown.line(plan.anchor),
            **{target.row: shown.line(place) for target, place in zip(plan.targets, places, strict=True)},
        },
        at_once=False,
        hidden=shown.filtered_out,
        resized=height != plan.height,
        moved={target.row for target, place in zip(plan.targets, places, strict=True) if place != target.row},
        there={target.row: shown.line(target.row) for target in plan.targets},
    )
    # The look at the tab's columns and copies is as old as the plan.
    return replace(verify(plan, evidence), columns=None, doubled=None)


def _rows_now(sheet: GoogleSheet, plan: WritePlan) -> dict[int, int]:
    """The first row of each ticket by now, as the key column shows, if it is where the plan had it."""
    if plan.key is None:
        return {}
    column = {"sheetId": plan.tab_id, "startColumnIndex": plan.key, "endColumnIndex": plan.key + 1}
    (read,) = sheet.read([column], by_column=True)
    keys = map(thread_id_of, next(iter(read.get("values", [])), []))
    rows = [(thread_id, row) for row, thread_id in enumerate(keys) if thread_id is not None]
    return dict(reversed(rows))
