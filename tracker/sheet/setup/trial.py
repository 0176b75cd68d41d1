"""The trial: a ticket's whole life, played by the bot's own repository on a hidden tab in the real spreadsheet.

It answers, for this spreadsheet, what nobody has described of Google; `trial_findings.py` has the sentences. It costs
at most 30 requests, waits only where its tab cannot be deleted at once, and leaves nothing behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tracker.checks import Finding, Group, Level
from tracker.domain.cells import Cells
from tracker.errors import SheetError, SheetUnavailable
from tracker.secrecy import HiddenText
from tracker.sheet.api.answer import Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.recovery.images import title_for
from tracker.sheet.repository import SheetRepository
from tracker.sheet.setup import trial_findings as findings
from tracker.sheet.setup.checks import as_finding
from tracker.sheet.setup.recording import Record
from tracker.sheet.setup.trial_tab import (
    HIDDEN,
    LATER,
    NEW,
    SHOWN,
    SHOWN_ROW,
    ZEROS,
    TrialTab,
    cells,
)
from tracker.sheet.table.cells import Json
from tracker.sheet.table.rows import Row
from tracker.sheet.write import fence
from tracker.sheet.write.plan import Misplaced, OpenWrite, Outcome, WritePlan

_PAUSES = (0, 5, 20, 35)
"""Seconds before each attempt to delete the tab: in all a minute, after which a used-up quota is there again."""

_AGAIN = "Run the doctor again in a minute."
_NOTHING = "spreadsheetId"
"""The field mask of an answer that nobody needs."""

_SHOWN_FIELDS = (
    "updatedSpreadsheet(properties.locale,"
    "sheets(properties.sheetId,data(startRow,startColumn,rowData.values(userEnteredValue,effectiveValue))))"
)
_BATCH, _LOOK, _VALUES = ":batchUpdate", ":getByDataFilter", "/values:batchGetByDataFilter"
_GONE = {True: "was removed again", False: "is not there; if it comes late, View > Hidden sheets has it"}
_COPIES, _FORMULA, _STRICT, _TABLE, _SORT, _RANGE = "copies", "formula", "strict", "table", "sort", "range"

_WRITES: dict[int, Cells] = {
    HIDDEN: cells(HIDDEN, team="changed"),
    SHOWN: cells(SHOWN, **ZEROS),
    NEW: cells(NEW),
}
_KNOWN: dict[int, Cells] = {HIDDEN: cells(HIDDEN), SHOWN: cells(SHOWN), NEW: {}, LATER: {}}

_good = partial(Finding, group=Group.SHEET, level=Level.GOOD)
_failed = partial(Finding, group=Group.SHEET, level=Level.FAILED)


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """What the trial is played with and on."""

    sheet: GoogleSheet
    record: Record
    repository: SheetRepository
    tab: TrialTab


def play(
    *,
    key_file: Path | HiddenText,
    spreadsheet_id: str,
    base_url: str,
    record: Record,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Finding]:
    """Play the trial, and yield what Google does; `record` hears all of it. Blocks while Google answers."""
    try:
        sheet = GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id, base_url=base_url, listener=record.hear)
    except SheetError as error:
        yield as_finding(error, error.fix or _AGAIN)
        return
    record.keep_secret(spreadsheet_id, sheet.account, sheet.project)
    tab = TrialTab.new()
    stage = _Stage(sheet=sheet, record=record, repository=SheetRepository(sheet, tab.title, "trial"), tab=tab)
    may_be_there = True
    try:
        may_be_there = yield from _made(stage)
        if may_be_there:
            yield from _played(stage)
    except SheetError as error:
        yield as_finding(error, error.fix or _AGAIN)
    finally:
        removed = _removed(stage, sleep) if may_be_there else None
    if removed is not None:
        yield removed


def _made(stage: _Stage) -> Generator[Finding, None, bool]:
    """Make the tab; whether it is there.

    Raises:
        SheetUnavailable: nobody knows.
    """
    try:
        stage.sheet.change(stage.tab.requests, fields=_NOTHING)
    except SheetUnavailable:
        raise
    except SheetError as error:
        yield as_finding(error, error.fix or _AGAIN)
        return False
    return True


def _played(stage: _Stage) -> Iterator[Finding]:
    known = yield from _under_a_filter(stage)
    table_refused = yield from _single_cells(stage)
    if known is None:
        return
    wanted = {**_WRITES, HIDDEN: {**_WRITES[HIDDEN], "type": "changed"}, LATER: cells(LATER)}
    plan = stage.repository.plan([_row(ticket, row, known) for ticket, row in wanted.items()])
    # As an attempt at the same write that was planned before.
    holds = _is_kept_out(stage, replace(plan, fence=fence.new_id()))
    yield findings.the_fence(holds=holds)
    if not holds:
        return
    not_moved = yield from _rows_moved(stage)
    outcome = stage.repository.apply(plan)
    reason = _unproved(outcome, LATER)
    yield findings.new_row(reason)
    if outcome.refused:
        return
    found = stage.repository.recover(OpenWrite(plan=plan))  # as after a lost answer
    yield findings.lost_answer(found=LATER in found.known)
    last = next((target.row for target in plan.targets if target.thread_id == LATER), 0)
    yield findings.table(table_refused, row=last, end=_end_of_table(stage))
    if not_moved is None:
        noticed = bool(outcome.misplaced and found.misplaced)
        yield findings.race(noticed=noticed, put_back=noticed and _put_back(stage, found.misplaced))
    else:
        yield findings.no_race(not_moved)
    yield findings.unknown_fence(_refusal(stage.sheet, [fence.delete(fence.new_id())]))


def _under_a_filter(stage: _Stage) -> Generator[Finding, None, Mapping[int, Cells] | None]:
    """Change a row that a filter hides and one that it does not, and add one.

    What the rows are known to hold then; None where not even the row in sight is proved, on which all else rests.
    """
    plan = stage.repository.plan([_row(ticket, row, _KNOWN) for ticket, row in _WRITES.items()])
    yield findings.order(_places_of_ranges(stage))
    yield findings.blocks(*_starts_of_blocks(stage))
    outcome = stage.repository.apply(plan)
    reason = _unproved(outcome, SHOWN)
    yield findings.change(reason)
    if not outcome.refused:
        answer = stage.record.last_answer(_BATCH).get("updatedSpreadsheet", {})
        images, rows = Shown(answer, stage.tab.images_id), Shown(answer, stage.tab.id)
        place = next((n for n, target in enumerate(plan.targets, start=1) if target.thread_id == HIDDEN), 0)
        yield findings.filter_copies(copied=bool(images.line(place)))
        yield findings.filter_writes(outcome.not_taken)
        yield findings.zeros(rows.line(SHOWN_ROW))
    return {**_KNOWN, **outcome.known} if reason is None else None


def _single_cells(stage: _Stage) -> Generator[Finding, None, str | None]:
    """Take the filter away and try out single cells; why Google made no table, or None."""
    tab = stage.tab
    questions = {_COPIES: tab.copies, _FORMULA: tab.formula, _STRICT: tab.strict, _TABLE: tab.table}
    answer, refused = _asked(stage.sheet, [tab.unfiltered, *tab.text], questions, [tab.probes])
    shown = Shown(answer, tab.id)
    yield findings.copied_text(shown, refused.get(_COPIES))
    yield findings.formula(shown, refused.get(_FORMULA), answer.get("properties", {}).get("locale", ""))
    yield findings.strict(shown, refused.get(_STRICT))
    return refused.get(_TABLE)


def _is_kept_out(stage: _Stage, plan: WritePlan) -> bool:
    """Give up a plan that was never sent, and send it late."""
    stage.repository.recover(OpenWrite(plan=plan))
    return bool(stage.repository.apply(plan).refused)


def _rows_moved(stage: _Stage) -> Generator[Finding, None, str | None]:
    """Sort the rows, or drag one where they cannot be sorted; why Google let nobody move them, or None."""
    tab = stage.tab
    _, refused = _asked(stage.sheet, [tab.longer], {_SORT: tab.sort}, [tab.probes], beyond=tab.added_row)
    yield findings.answer_ranges(refused.get(_RANGE))
    return _refusal(stage.sheet, tab.move) if _SORT in refused else None


def _put_back(stage: _Stage, misplaced: Sequence[Misplaced]) -> bool:
    plan = stage.repository.plan_put_back(misplaced)
    if plan.keep_as is not None:
        return False
    outcome = stage.repository.apply(plan)
    return outcome.put_back == len(misplaced) and not outcome.misplaced


def _asked(
    sheet: GoogleSheet,
    always: Sequence[Json],
    questions: Mapping[str, Sequence[Json]],
    show: Sequence[str],
    beyond: str = "",
) -> tuple[Json, dict[str, str]]:
    """Ask several questions in one request; one that Google refuses is taken out, and the others are asked again.

    `beyond` is a range to be shown that is there only afterwards: a question, too. Returns the answer, and by question
    why it was refused.

    Raises:
        StaleRequest: Google refuses what should always be possible.
    """
    refused: dict[str, str] = {}
    while True:
        asked = [("", each) for each in always]
        asked += [(name, each) for name, several in questions.items() if name not in refused for each in several]
        ranges = [*show, beyond] if beyond and _RANGE not in refused else show
        try:
            return sheet.change([request for _, request in asked], ranges, _SHOWN_FIELDS), refused
        except StaleRequest as refusal:
            number = refusal.request
            at_fault = _RANGE if number is None or number >= len(asked) else asked[number][0]
            if not at_fault or (at_fault == _RANGE and (not beyond or _RANGE in refused)):
                raise
            refused[at_fault] = refusal.reason or refusal.what


def _refusal(sheet: GoogleSheet, requests: Sequence[Json]) -> str | None:
    """Why Google refuses these requests, or None where it carried them out."""
    try:
        sheet.change(requests, fields=_NOTHING)
    except StaleRequest as refusal:
        return refusal.reason or refusal.what
    return None


def _removed(stage: _Stage, sleep: Callable[[float], object]) -> Finding:
    """Delete the tab and the bot's hidden tab for it, with several attempts."""
    tab, reason = stage.tab, ""
    for seconds in _PAUSES:
        if seconds:
            sleep(seconds)
        try:
            there = _delete(stage)
        except SheetError as error:
            reason = error.what
            continue
        return _good(id="sheet.trial.removed", text=f'The hidden tab of the trial, "{tab.title}", {_GONE[there]}')
    text = f'The hidden tab of the trial, "{tab.title}", could not be removed again: {reason}'
    fix = f'View > Hidden sheets: show it, and "{title_for(tab.id)}"; right-click the name of each > Delete.'
    return _failed(id="sheet.trial.removed", text=text, fix=fix)


def _delete(stage: _Stage) -> bool:
    """Whether there was something to delete."""
    tab = stage.tab
    with suppress(StaleRequest):
        stage.sheet.change(tab.removal(), fields=_NOTHING)
        return True
    sheets = stage.sheet.describe("sheets.properties.sheetId").get("sheets", [])
    there = {each["properties"].get("sheetId", 0) for each in sheets} & {tab.id, tab.images_id}
    if there:
        stage.sheet.change(tab.removal(*sorted(there)), fields=_NOTHING)
    return bool(there)


def _row(ticket: int, wanted: Cells, known: Mapping[int, Cells]) -> Row:
    return Row(thread_id=ticket, cells=wanted, known=known[ticket])


def _unproved(outcome: Outcome, ticket: int) -> str | None:
    """Why the ticket's row is not proved to be as it was meant to be; None where it is."""
    if outcome.refused:
        return outcome.refused
    if ticket in outcome.not_taken:
        return outcome.not_taken[ticket]
    return None if ticket in outcome.known else "it shows another row"


def _places_of_ranges(stage: _Stage) -> list[tuple[int, ...]]:
    """Where the ranges of the last read start (tab, column, row), in the order in which they came."""
    ranges = stage.record.last_answer(_VALUES).get("valueRanges", [])
    filters = (each.get("dataFilters", [{}])[0].get("gridRange", {}) for each in ranges)
    starts = ("sheetId", "startColumnIndex", "startRowIndex")
    return [tuple(each.get(name, 0) for name in starts) for each in filters]


def _starts_of_blocks(stage: _Stage) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Where the blocks start (row, column) that were asked of the tab at the last look, and those that came."""
    look = next((each for each in reversed(stage.record.exchanges) if each.path == _LOOK), None)
    if look is None:
        return [], []
    asked = [each.get("gridRange", {}) for each in look.body.get("dataFilters", [])]
    came = _of_the_tab(look.answer, stage.tab.id).get("data", [])
    return (
        [(each.get("startRowIndex", 0), each.get("startColumnIndex", 0)) for each in asked if _is_in(each, stage.tab)],
        [(each.get("startRow", 0), each.get("startColumn", 0)) for each in came],
    )


def _end_of_table(stage: _Stage) -> int | None:
    """The row after the last of the table, at the last look; None where there is none."""
    tables = _of_the_tab(stage.record.last_answer(_LOOK), stage.tab.id).get("tables", [])
    return next((each.get("range", {}).get("endRowIndex") for each in tables), None)


def _of_the_tab(answer: Json, number: int) -> Json:
    sheets: list[Json] = answer.get("sheets", [])
    return next((each for each in sheets if each.get("properties", {}).get("sheetId") == number), {})


def _is_in(grid_range: Json, tab: TrialTab) -> bool:
    return bool(grid_range.get("sheetId") == tab.id)
