"""Where a write's misplaced cells are now, and what to write to put back what they covered. Pure.

By compare-and-set: only where every one of the cells still holds exactly what was written, in the one row of which that
can be said: in its place, or in a row that has the same id by now. Anything else would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tracker.sheet.table.cells import Line, may_be, value_of
from tracker.sheet.table.columns import ALL_BUT_KEY, KEY, NAMES, UNSHOWN, unshown_under
from tracker.sheet.table.survey import thread_id_of
from tracker.sheet.write.plan import Kept, Misplaced, Outcome, Target, WritePlan


def _key_now(misplaced: Misplaced) -> int | None:
    """The id in the column in which the row is looked for: the one it had, unless just that was written over."""
    row = {**(misplaced.before or {}), **misplaced.cells}
    return thread_id_of(value_of(row.get(misplaced.identifying[0], {}))) if misplaced.identifying else None


def where_columns_are(misplaced: Misplaced, header: Line) -> Misplaced | None:
    """The same with its columns where the header has them by now; None where it does not name one of them, or twice.

    A column without a name, or whose name is gone, is where it was, if all others are. Where there is no header to be
    found, or it is itself to be put back, columns are taken to be where they were: one that comes into sight only now
    says what the cells hold of which nothing was shown.
    """
    row = misplaced.before
    if row is not None and header and not misplaced.header:
        seen = {c: unshown_under(header.get(c, {})) if content == UNSHOWN else content for c, content in row.items()}
        return replace(misplaced, before=seen)
    before = {column: value_of(content) for column, content in misplaced.header.items() if content}
    after = {column: value_of(content) for column, content in header.items() if content}
    stayed = all(after.get(column) == name or name not in after.values() for column, name in before.items())
    if stayed or not after or is_header(misplaced):
        return misplaced
    places = {column: [c for c, other in after.items() if other == name] for column, name in before.items()}
    moved = {column: found[0] for column, found in places.items() if len(found) == 1}
    if not moved.keys() >= misplaced.cells.keys() | set(misplaced.identifying):
        return None
    return replace(
        misplaced,
        cells={moved[column]: content for column, content in misplaced.cells.items()},
        before=None if row is None else {moved[c]: content for c, content in row.items() if c in moved},
        identifying=tuple(moved[column] for column in misplaced.identifying),
    )


def is_header(misplaced: Misplaced) -> bool:
    """Whether the row is the header, some names of which were written over."""
    return any(value_of(content) == KEY for content in (misplaced.before or {}).values()) and misplaced.key is None


def targets_for(
    misplaced: Mapping[int, Misplaced],
    rows: Mapping[int, Line],
    rows_of: Mapping[int, Sequence[int]],
    header_row: int | None,
    width: int,
) -> tuple[Target, ...]:
    """What to write now: for each of the misplaced (by number) that can be placed, the cells as they were.

    `rows` are the rows that may be theirs, as they are shown now; `rows_of` are the rows that have an id by now, and
    `header_row` is where the header is, if it can be found. A header goes first and alone: the others are known by its
    names. Where an id was written itself (and stands in its own ticket's row, too), where several rows hold what was
    written, or where just blanks were written that nothing tells from others, a row is known by everything else in it,
    in all `width` columns, also at the moment of the write. So nothing is taken from what people wrote beside it since.
    """
    found: list[Target] = []
    headers_first = sorted(misplaced.items(), key=lambda numbered: not is_header(numbered[1]))
    for number, each in headers_first:
        if found and is_header(misplaced[found[0].puts_back or 0]) and not is_header(each):
            break
        named = rows_of.get(_key_now(each) or 0, ())
        places = {each.row, *named} if header_row is None or not is_header(each) else {each.row, header_row}
        fitting = [row for row in places if _holds(rows.get(row, {}), each, as_a_whole=False)]
        is_id_lost = not is_header(each) and not each.cells.keys().isdisjoint(each.identifying[:1])
        as_a_whole = is_id_lost or len(fitting) > 1 or not _is_told_by_cells(each)
        if as_a_whole:
            fitting = [row for row in fitting if _holds(rows.get(row, {}), each, as_a_whole=True)]
        if len(fitting) == 1 and fitting[0] not in {target.row for target in found} and _can_be_written(each):
            shown = rows.get(fitting[0], {})
            proved_by = {*each.cells, *each.identifying, *(range(width) if as_a_whole else ())}
            proof = {column: dict(shown.get(column, {})) for column in proved_by}
            found.append(Target(row=fitting[0], cells=each.overwritten, proof=proof, puts_back=number))
    return tuple(found)


def rows_named(keys: Iterable[tuple[int, object]], wanted: Iterable[Misplaced]) -> dict[int, list[int]]:
    """The rows with the ids by which the misplaced are found; `keys` are key cells by row."""
    ids = {_key_now(each) for each in wanted} - {None}
    rows: dict[int, list[int]] = {}
    for row, value in keys:
        thread_id = thread_id_of(value) if isinstance(value, str) else None
        if thread_id is not None and thread_id in ids:
            rows.setdefault(thread_id, []).append(row)
    return rows


def given_up(plan: WritePlan, address: str, reason: str = "") -> Outcome:
    """The misplaced are kept at this address (""; Google refused that, for this reason) and stay where they are.

    Cells of tickets' rows that they cover are written again: what belongs there is known from Discord. So are all cells
    of a ticket whose id was put into another row: that may be the first with the id, which is its own from now on.
    """
    unknown: dict[int, frozenset[str]] = {}
    for each in plan.misplaced:
        names = {str(value_of(each.header.get(column, {}))) for column in each.cells} if each.header else NAMES
        for thread_id in each.ids:
            unknown[thread_id] = unknown.get(thread_id, frozenset()) | ALL_BUT_KEY.intersection(names)
        if KEY in names and (put_there := _key_now(each)) is not None:
            unknown[put_there] = ALL_BUT_KEY
    return Outcome(unknown=unknown, kept=Kept(rows=len(plan.misplaced), address=address, reason=reason))


def _holds(shown: Line, misplaced: Misplaced, *, as_a_whole: bool) -> bool:
    """Whether the row is the one that was overwritten, and nobody has changed those cells since, or anything in it."""
    if misplaced.before is None:
        return False
    seen = {column for column in shown if misplaced.width is None or column < misplaced.width}
    columns = {*misplaced.before, *seen} if as_a_whole else misplaced.identifying
    meant = {column: misplaced.before.get(column, {}) for column in columns} | misplaced.cells
    return all(may_be(shown.get(column, {}), content) for column, content in meant.items())


def _is_told_by_cells(misplaced: Misplaced) -> bool:
    """Whether what was written, or whose the row is, tells it from others: of blanks, at least the id beside them."""
    known = misplaced.identifying if misplaced.header or is_header(misplaced) else ()
    meant = {column: (misplaced.before or {}).get(column, {}) for column in known} | misplaced.cells
    return not all(may_be({}, content) for content in meant.values())


def _can_be_written(misplaced: Misplaced) -> bool:
    """Whether what was there were values: an error that a formula came to cannot be entered."""
    return all(not content or value_of(content) is not None for content in misplaced.overwritten.values())
