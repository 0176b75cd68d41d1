"""What a write turned out to have done, found from what is shown of the tab and of the images. Pure.

A ticket's row counts as written only where its image has the key and link that were read before, in the columns that
the header names so. Cells that are proved to have gone anywhere else are `Misplaced`. An image that shows nothing
proves nothing (a filter may have hidden the row from the copy): then the row itself says whose it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tracker.sheet.api.answer import Shown
from tracker.sheet.table.cells import Json, Line, alike, is_blank, may_be, value_of
from tracker.sheet.table.columns import ALL_BUT_KEY, KEY, LINK, unshown_under
from tracker.sheet.table.survey import thread_id_of
from tracker.sheet.write.plan import Misplaced, Outcome, Target, WritePlan

_IN_SILENCE = "Google did not change {} as it was asked to, and did not say why"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is shown of a write.

    `header` is the header's row at the moment of the write; where that was another row, as people moved rows,
    `header_after` is the header as it was found just after, if columns had not moved. `images` are the images of the
    targets' rows in their order, `unshown` the columns, by the target's row, in which those hold something that is not
    shown: nobody knows whether Google shows 0 and false. `rows` are the rows of the tab by number, `hidden` those of
    them that a filter hides. `at_once`: the rows are shown as they were right after the write; otherwise people may
    have worked there since, and the rows are those in which the tickets are now; `moved` are the rows whose ticket is
    elsewhere by now. `resized`: rows have been inserted or deleted since the look. `there` are rows of the tab as they
    were found later, whole: what stands in a target's place by then, whatever ticket that is. All rows by column.
    """

    header: Line
    images: tuple[Line, ...]
    rows: Mapping[int, Line]
    at_once: bool
    header_after: Line = field(default_factory=dict)
    unshown: Mapping[int, Collection[int]] = field(default_factory=dict)
    hidden: Collection[int] = ()
    moved: Collection[int] = ()
    resized: bool = False
    there: Mapping[int, Line] = field(default_factory=dict)


def unshown_in(plan: WritePlan, images: Shown) -> dict[int, set[int]]:
    """`Evidence.unshown`, as these images of the plan's rows show it."""
    return {target.row: images.unshown(number) for number, target in enumerate(plan.targets, start=1)}


def is_proved(plan: WritePlan, evidence: Evidence) -> bool:
    """Whether every target was the row that it was meant for; of images no more need to be shown than proofs."""
    return all(
        _right(plan, target, image, evidence) == target.cells.keys()
        for target, image in zip(plan.targets, evidence.images, strict=True)
    )


def verify(plan: WritePlan, evidence: Evidence) -> Outcome:
    """What the plan did, where it has landed; of what is not proved, the images are to be shown whole."""
    known, unknown = dict(plan.unchanged), dict(plan.unknown)
    not_taken: dict[int, str] = {}
    wrong: list[Misplaced] = []
    left = dict(enumerate(plan.misplaced))
    for target, image in zip(plan.targets, evidence.images, strict=True):
        right = _right(plan, target, image, evidence)
        wrong += _misplaced(plan, target, right, image, evidence)
        if target.puts_back is not None:
            if right:
                left.pop(target.puts_back)
        elif target.is_new and target.thread_id is not None and not right:
            # What was known was of a row that is gone; where this write has made one all the same, it is found later.
            unknown[target.thread_id] = ALL_BUT_KEY
        elif target.thread_id is not None and right:
            taken = {column: target.cells[column] for column in right if _took(plan, target, column, image, evidence)}
            missed = [name for name, column in plan.columns.items() if column in right - taken.keys()]
            if missed:  # where the rest did not take, a zero that is not shown is not believed
                shown = evidence.rows.get(target.row, {})
                taken = {column: content for column, content in taken.items() if alike(shown.get(column, {}), content)}
            if missed and evidence.at_once:
                not_taken[target.thread_id] = _IN_SILENCE.format(", ".join(missed))
            if target.known is not None and KEY not in missed:
                sure = {name: value for name, value in target.known.items() if name not in missed}
                known[target.thread_id] = {**sure, **plan.names(taken)}
    return Outcome(
        known=known,
        unknown=unknown,
        not_taken=not_taken,
        misplaced=(*left.values(), *wrong),
        races=len(wrong),
        put_back=len(plan.misplaced) - len(left),
        columns=frozenset(plan.columns),
        doubled=plan.doubled,
    )


def _right(plan: WritePlan, target: Target, image: Line, evidence: Evidence) -> set[int]:
    """The columns of the target that were written in the right row and stood where the header had them; or none.

    What is put back is right as a whole, or not at all; where the header was not known, as it had been overwritten
    itself, it is known by its cells alone.
    """
    columns = {*target.cells, *target.proof}
    stayed = {c for c in columns if alike(evidence.header.get(c, {}), plan.header.get(c, {}))}
    if target.puts_back is not None:
        if not all(_took(plan, target, column, image, evidence) for column in target.cells):
            return set()
        meant = {*target.cells, *_identifying(plan)}
        stayed = columns if is_blank(plan.header) else stayed if stayed >= meant & columns else set()
    elif plan.key not in stayed:
        stayed = set()
    if not stayed or not _is_the_row(plan, target, image, evidence, stayed):
        return set()
    return stayed & target.cells.keys()


def _is_the_row(plan: WritePlan, target: Target, image: Line, evidence: Evidence, stayed: set[int]) -> bool:
    """Whether the row that was written is the one that was meant; `stayed` are columns that can be compared."""
    moved = {} if target.puts_back is None else _columns_moved(plan, evidence, target.proof.keys() - stayed)
    proof = {moved.get(c, c): content for c, content in target.proof.items() if c in stayed or c in moved}
    if target.is_new and not set(filter(image.get, image)) <= set(target.filled_down):
        return False  # a person has written there just then
    if evidence.at_once and _is_below_its_like(plan, target, evidence):
        return False  # a copy has come to its place
    if is_blank(image):
        return _is_the_unseen_row(plan, target, proof, evidence)
    return all(alike(image.get(column, {}), content) for column, content in proof.items())


def _is_below_its_like(plan: WritePlan, target: Target, evidence: Evidence) -> bool:
    """Whether the row above is the same ticket's, so that what was written is a copy.

    What is put back may be meant for a copy: then the row above has to show all that was to be overwritten as well.
    """
    if plan.key is None:
        return False
    above = evidence.rows.get(target.row - 1, {})
    whose = target.thread_id or thread_id_of(value_of(target.proof.get(plan.key, {})))
    is_as_before = all(alike(above.get(column, {}), content) for column, content in target.proof.items())
    is_same = whose is not None and thread_id_of(value_of(above.get(plan.key, {}))) == whose
    return is_same and (target.puts_back is None or is_as_before)


def _is_the_unseen_row(plan: WritePlan, target: Target, proof: Line, evidence: Evidence) -> bool:
    """Whether it is, where its image shows nothing: nothing was there, or Google copies no rows that a filter hides.

    Then the row itself says whose it is.
    """
    is_hidden = target.row in evidence.hidden
    if is_blank(proof):  # nothing was there if no row has moved
        is_anchored = alike(evidence.rows.get(plan.anchor, {}).get(plan.key or 0, {}), plan.anchor_key)
        return not is_hidden or (is_anchored and not evidence.resized)
    is_here = evidence.at_once or (is_hidden and target.row not in evidence.moved)
    if not is_here or (target.puts_back is not None and evidence.resized):
        return False  # a copy may have come or gone
    shown = evidence.rows.get(target.row, {})
    unwritten = {column: content for column, content in proof.items() if column not in target.cells}
    is_known = any(unwritten.get(column) for column in _identifying(plan))  # people's words may stand in two rows
    return is_known and all(alike(shown.get(column, {}), content) for column, content in unwritten.items())


def _columns_moved(plan: WritePlan, evidence: Evidence, columns: Collection[int]) -> dict[int, int]:
    """Where those of these columns that have a name were at the moment of the write."""
    places = {value_of(content): column for column, content in evidence.header.items()}
    names = {column: value_of(plan.header.get(column, {})) for column in columns}
    return {column: places[name] for column, name in names.items() if name is not None and name in places}


def _misplaced(plan: WritePlan, target: Target, right: set[int], image: Line, evidence: Evidence) -> list[Misplaced]:
    """What this target put where it does not belong; nothing, where the cells hold the same as before."""
    if evidence.at_once and _is_untouched(target, image, evidence.rows.get(target.row, {})):
        return []
    places = {str(value_of(content)): column for column, content in evidence.header.items()}
    header = dict(evidence.header if KEY in places else evidence.header_after)
    if KEY not in places:
        places = plan.columns
    identifying = tuple(places[name] for name in (KEY, LINK) if name in places)
    wrong = {column: content for column, content in target.cells.items() if column not in right}
    unshown = {column: unshown_under(header.get(column, {})) for column in evidence.unshown.get(target.row, ())}
    row = {**image, **unshown, **{column: target.cells[column] for column in right}}
    changed = {column: content for column, content in wrong.items() if not alike(row.get(column, {}), content)}
    before: dict[int, Json] | None = {column: content for column, content in row.items() if content}
    beside = _beside(target, wrong, evidence)
    is_unseen = is_blank(image) and (target.row in evidence.hidden or any(beside.get(c) for c in identifying))
    is_unseen &= not (target.is_new and right)  # else nothing was there
    if wrong and is_unseen:
        before, changed = None, wrong
    misplaced = Misplaced(
        row=target.row,
        cells=changed,
        before=before,
        identifying=identifying,
        header=header,
        beside=beside if before is None else {},
        width=plan.width,
    )
    return [misplaced] if changed else []


def _beside(target: Target, cells: Line, evidence: Evidence) -> dict[int, Json]:
    """What the row that was written shows beside these cells.

    The answer shows only a part of it. The whole row was looked at later: it counts if it still shows that part, or
    where there was no answer, what was written.
    """
    answered = evidence.rows.get(target.row, {}) if evidence.at_once else {}
    part = {column: answered.get(column, {}) for column in target.proof} if evidence.at_once else cells
    whole = evidence.there.get(target.row, {})
    is_the_same = all(may_be(whole.get(column, {}), content) for column, content in part.items())
    row = whole if is_the_same else answered
    return {column: content for column, content in row.items() if column not in cells}


def _is_untouched(target: Target, image: Line, shown: Line) -> bool:
    """Whether the row shows nothing of the write, which would be seen: Google may pass over hidden rows."""
    was = target.proof if is_blank(image) else image
    seen = {column: each for column, each in target.cells.items() if not may_be(was.get(column, {}), each)}
    return bool(seen) and not any(alike(shown.get(column, {}), content) for column, content in seen.items())


def _took(plan: WritePlan, target: Target, column: int, image: Line, evidence: Evidence) -> bool:
    """Whether the cell holds what was written, or what a person has written there since. Where nobody knows: no."""
    shown = evidence.rows.get(target.row, {})
    content = shown.get(column, {})
    if evidence.at_once or may_be(content, target.cells[column]):
        return may_be(content, target.cells[column])
    is_image = not is_blank(image) or is_blank(target.proof)
    return is_image and _is_still_there(plan, target, shown) and not alike(content, image.get(column, {}))


def _identifying(plan: WritePlan) -> list[int]:
    """The columns that say whose a row is, where the header named them."""
    return [plan.columns[name] for name in (KEY, LINK) if name in plan.columns]


def _is_still_there(plan: WritePlan, target: Target, shown: Line) -> bool:
    """Whether the row that is shown now is the one that was written then."""
    written = {**target.proof, **target.cells}
    identity = {column: written[column] for column in _identifying(plan) if column in written}
    return all(alike(shown.get(column, {}), content) for column, content in identity.items())
