"""What the trial finds, a sentence for each question that Google's description leaves open. Pure.

Where Google does otherwise than the bot takes for likely, the sentence says what the bot does about it. Only what takes
away what the bot's promises rest on is a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tracker.checks import Finding, Group, Level
from tracker.cli.invocation import command
from tracker.sheet.api.answer import Shown
from tracker.sheet.setup import trial_tab as cell
from tracker.sheet.table.cells import Json, content_of

SEND = f"Send to the makers of the tracker what this prints: {command('doctor', '--send-test', '--json')}"

_good = partial(Finding, group=Group.SHEET, level=Level.GOOD)
_warning = partial(Finding, group=Group.SHEET, level=Level.WARNING)
_failed = partial(Finding, group=Group.SHEET, level=Level.FAILED, fix=SEND)


def order(places: list[tuple[int, ...]]) -> Finding:
    """`places` are where the ranges of an answer start (tab, column, row), in the order in which they came."""
    if places == sorted(places):
        text = "Google answers for ranges in the order of their places in the tab"
    else:
        text = "Google does not answer for ranges in the order of their places: the bot knows each by its place"
    return _good(id="sheet.trial.order", text=text)


def blocks(asked: list[tuple[int, ...]], came: list[tuple[int, ...]]) -> Finding:
    """Where the blocks of cells start (row, column) that were asked for, and those that came."""
    if came == asked:
        text = "Google shows blocks of cells in the order in which they are asked for"
    else:
        text = (
            "Google shows blocks of cells in an order of its own: the bot knows each by the cell with which it starts"
        )
    return _good(id="sheet.trial.blocks", text=text)


def change(reason: str | None) -> Finding:
    """`reason` is why the changed row is not proved; None where it is."""
    if reason is None:
        return _good(
            id="sheet.trial.change", text="A row was changed, and Google's answer proves that it was the right one"
        )
    return _failed(
        id="sheet.trial.change", text=f"The bot cannot see from Google's answer that it changed a row: {reason}."
    )


def new_row(reason: str | None) -> Finding:
    """The same of a row that was added."""
    if reason is None:
        return _good(id="sheet.trial.new_row", text="A row was added, and Google's answer proves it")
    return _failed(
        id="sheet.trial.new_row", text=f"The bot cannot see from Google's answer that it added a row: {reason}."
    )


def filter_copies(*, copied: bool) -> Finding:
    """Whether a row that a filter hides was copied before it was written."""
    if copied:
        text = "Rows that a filter hides are copied like others: the bot keeps what they held before it writes"
    else:
        text = (
            "Google does not copy rows that a filter hides: the bot then knows by the row's own id and link that it "
            "wrote the right one; what it covers there when rows are moved in that very moment cannot be put back"
        )
    return _good(id="sheet.trial.filter_copies", text=text)


def filter_writes(not_taken: Mapping[int, str]) -> Finding:
    """The tickets in rows that a filter hid which Google did not write."""
    missed = [what for ticket, what in ((cell.HIDDEN, "changed"), (cell.NEW, "added")) if ticket in not_taken]
    if not missed:
        return _good(id="sheet.trial.filter_writes", text="Rows that a filter hides are written like others")
    return _warning(
        id="sheet.trial.filter_writes",
        text=f"Google does not write rows that a filter hides ({' or '.join(missed)}): the bot sees that, tries again, "
        "and after three times tells the alert channels.",
        fix="Data > Remove filter. A filter view (Data > Change view) shows a choice of rows to whoever wants it.",
    )


def zeros(shown: Mapping[int, Json]) -> Finding:
    """How the cells of the row look that were set to 0 and false."""
    if all(shown.get(cell.LAYOUT.columns[name]) == content_of(value) for name, value in cell.ZEROS.items()):
        text = "Google shows cells that hold 0 or false"
    else:
        text = "Google leaves out what cells hold if it is 0 or false: the bot takes these cells for what it wrote"
    return _good(id="sheet.trial.zeros", text=text)


def copied_text(shown: Shown, refused: str | None) -> Finding:
    """What became of a text that looks like a formula where it was copied."""
    if refused is not None:
        return _failed(id="sheet.trial.copied_text", text=f"Google does not let the bot copy cells: {refused}")
    if shown.value(cell.COPIED_VALUE, cell.PROBES) != cell.LIKE_A_FORMULA:
        text = "A text that begins with = does not stay a text where the bot copies it."
        return _failed(id="sheet.trial.copied_text", text=text)
    text = "A text that begins with = stays a text where it is copied"
    if shown.is_computed(cell.COPIED_WHOLE, cell.PROBES):
        text += " as a value, which is all that the bot does; copied as a whole it becomes a formula"
    return _good(id="sheet.trial.copied_text", text=text)


def formula(shown: Shown, refused: str | None, locale: str) -> Finding:
    """What became of the formula whose arguments are parted by semicolons, in a spreadsheet of this locale."""
    what = f"A formula with ; between its arguments, in this spreadsheet's locale ({locale}),"
    of_the_views = "the bot writes no formulas, but a filter view of init_sheet may be missing"
    if refused is not None:
        text = f"{what} is refused: {of_the_views} (Google says: {refused})"
    elif shown.value(cell.FORMULA, cell.PROBES) == cell.COMPUTED:
        text = f"{what} is computed"
    else:
        text = f"{what} is not computed: {of_the_views}"
    return _good(id="sheet.trial.formula", text=text)


def strict(shown: Shown, refused: str | None) -> Finding:
    """What became of a value that the cell's rule rejects."""
    if refused is not None:
        text = f"is refused: the bot writes all other rows, and tells of this one (Google says: {refused})"
    elif shown.value(cell.STRICT, cell.PROBES) == cell.FORBIDDEN:
        text = "is written all the same: such rules bind people only"
    else:
        text = (
            "is dropped without a word: the bot sees that, tries again, and after three times tells the alert channels"
        )
    return _good(id="sheet.trial.strict", text=f"A value that a cell's data validation rejects {text}")


def answer_ranges(refused: str | None) -> Finding:
    """Whether an answer may show a row that the same request adds."""
    if refused is None:
        text = "An answer may show a row that the same request adds"
    else:
        text = f"No answer may show a row that the same request adds: the bot adds rows in a request before ({refused})"
    return _good(id="sheet.trial.answer_ranges", text=text)


def table(refused: str | None, *, row: int, end: int | None) -> Finding:
    """Whether the row that was added is in the table; `end` is the row after its last, None where it is not shown."""
    if refused is not None:
        text = f"Whether a table grows with the bot's rows could not be tried (Google says: {refused})"
    elif end is None:
        text = "Google does not show the table that it has made: new rows stand below tables"
    elif row < end:
        text = "A table (Format > Convert to table) grows with the rows that the bot adds"
    else:
        text = "Google does not let a table grow: the rows that the bot adds stand below it"
    return _good(id="sheet.trial.table", text=text)


def the_fence(*, holds: bool) -> Finding:
    """Whether a write that was given up was refused when it came late."""
    if holds:
        return _good(id="sheet.trial.fence", text="A write that was given up is kept out when it comes late")
    text = "A write that was given up landed when it came late: rows may be overwritten by older ones after an outage."
    return _failed(id="sheet.trial.fence", text=text)


def unknown_fence(refused: str | None) -> Finding:
    """Whether Google refuses to delete a protected range that is not there."""
    if refused is not None:
        text = "Google refuses to delete a protected range that is not there"
    else:
        text = (
            "Google does not mind that a protected range to be deleted is not there: a late write is kept out by the "
            "one that it adds"
        )
    return _good(id="sheet.trial.unknown_fence", text=text)


def lost_answer(*, found: bool) -> Finding:
    """Whether a write whose answer was thrown away was found to have landed."""
    if found:
        return _good(id="sheet.trial.lost_answer", text="A write whose answer was lost was found to have landed")
    text = "A write that landed was not found again after its answer was lost."
    return _failed(id="sheet.trial.lost_answer", text=text)


def race(*, noticed: bool, put_back: bool) -> Finding:
    """What became of a row that was moved between the bot's look and its write."""
    if noticed and put_back:
        text = "Rows that were moved in the very moment of a write were noticed, and what it covered was put back"
        return _good(id="sheet.trial.race", text=text)
    if noticed:
        text = (
            "Rows that were moved in the very moment of a write were noticed, but what it covered cannot be put back."
        )
        return _warning(id="sheet.trial.race", text=f"{text} The bot keeps it in a tab of its own.", fix=SEND)
    return _failed(id="sheet.trial.race", text="Rows that were moved in the very moment of a write were not noticed.")


def no_race(refused: str) -> Finding:
    """Google refused to move the rows."""
    text = f"What happens when rows are moved in the very moment of a write could not be tried (Google says: {refused})"
    return _good(id="sheet.trial.race", text=text)
