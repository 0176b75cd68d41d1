"""What nobody knows of the real Google Sheets, each as a switch: the product must be right in every position.

The default is what was measured or is most likely. `SheetsServer.behaviour` may be exchanged at any moment and holds
from the next request on.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Any, Self


class UnderFilter(Enum):
    """What a request does about rows that the tab's filter hides."""

    ALL_ROWS = auto()
    """It takes no notice of the filter."""

    VISIBLE_CLOSED_UP = auto()
    """It skips hidden rows, and what comes next goes to the next visible row."""

    VISIBLE_WITH_GAPS = auto()
    """It skips hidden rows, and what was meant for them is lost."""


class StrictValidation(Enum):
    """What becomes of a value that breaks a rule of its cell which rejects such input."""

    WRITTEN = auto()
    """It is written; the rule binds people only."""

    DROPPED = auto()
    """The cell keeps its old value, and nobody hears of it."""

    REFUSED = auto()
    """The whole batch is refused."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the service behaves where it is doubtful how the real one does."""

    value_ranges_reversed: bool = False
    """Whether `values:batchGetByDataFilter` answers in the opposite order.

    By default in the order measured (by the authors of the PyPI package backlot): by tab, column and row.
    """

    grid_blocks_reversed: bool = False
    """Whether the blocks of cells of a tab (`data`) come in the opposite order.

    By default in the order the ranges were asked for, as the package backlot has it from its measurements.
    """

    zeros_left_out: bool = False
    """Whether an `ExtendedValue` of 0, false or an empty text is an empty object.

    As proto3 writes other fields at their default; a cell with a value of these has been published by nobody.
    """

    unreadable_formulas_written: bool = False
    """Whether a formula that cannot be read in the spreadsheet's locale is written into its cell, which shows an error.

    By default it is refused, as it is for certain in conditions. One report has such cells:
    https://github.com/googleapis/google-api-nodejs-client/issues/1994
    """

    most_parts: int | None = None
    """How many ranges, data filters or requests a call can hold at most; None is no limit.

    The description of the API knows none.
    """

    strict_validation: StrictValidation = StrictValidation.WRITTEN
    """What becomes of a value that `updateCells`, `appendCells`, `repeatCell` or `copyPaste` write against a rule.

    Or against the type of a table's column.

    In the editor and in Apps Script it is refused; nobody has published it of the API.
    """

    copied_text_becomes_formula: bool = False
    """Whether a text that begins with `=` is a formula once it was copied with its formulas or as a whole.

    `copyPaste` is said to copy literals as they are; that no text from strangers may compute makes it worth a doubt.
    """

    copy_under_filter: UnderFilter = UnderFilter.ALL_ROWS
    """What `copyPaste` does about rows that a filter hides in its source.

    The editor copies visible rows only, and closes the gaps.
    """

    append_under_filter: UnderFilter = UnderFilter.ALL_ROWS
    """What `appendCells` does about hidden rows, both when it looks for the last row with data and when it writes.

    Other ways of appending did overwrite rows under a filter
    (https://github.com/theoephraim/node-google-spreadsheet/issues/321).
    """

    update_under_filter: UnderFilter = UnderFilter.ALL_ROWS
    """What `updateCells` does about hidden rows where it writes.

    `pasteData`, a request like it, did hit another row
    (https://github.com/googleapis/google-api-php-client-services/issues/329).
    """

    unknown_protection_ignored: bool = False
    """Whether `deleteProtectedRange` of an id that is not there is carried out as if it were.

    It is refused according to https://github.com/googleapis/google-api-python-client/issues/1064, whose reporter was
    not sure of it.
    """

    response_ranges_judged_before: bool = False
    """Whether `responseRanges` are understood before the batch is carried out, and not after.

    Then a range that begins past the old grid, or on a tab that the batch adds, is refused with the whole batch, and
    one that ends past the old grid is cut there. Google's description says nothing of it.
    """

    @classmethod
    def drawn(cls, random: Random) -> Self:
        """Every switch in a position drawn at random."""
        default = cls()
        choices: dict[str, list[Any]] = {each.name: [getattr(default, each.name)] for each in dataclasses.fields(cls)}
        for deviation in SWITCHES.values():
            for name, positions in choices.items():
                if getattr(deviation, name) not in positions:
                    positions.append(getattr(deviation, name))
        return cls(**{name: random.choice(positions) for name, positions in choices.items()})


SWITCHES: dict[str, Behaviour] = {
    "value ranges come in the opposite order": Behaviour(value_ranges_reversed=True),
    "blocks of cells come in the opposite order": Behaviour(grid_blocks_reversed=True),
    "zero, false and empty texts are left out": Behaviour(zeros_left_out=True),
    "formulas that cannot be read are written": Behaviour(unreadable_formulas_written=True),
    "a call holds 100 parts at most": Behaviour(most_parts=100),
    "values that break strict rules are dropped": Behaviour(strict_validation=StrictValidation.DROPPED),
    "values that break strict rules are refused": Behaviour(strict_validation=StrictValidation.REFUSED),
    "a copied text that begins with = becomes a formula": Behaviour(copied_text_becomes_formula=True),
    "copies leave out filtered rows and close up": Behaviour(copy_under_filter=UnderFilter.VISIBLE_CLOSED_UP),
    "copies leave out filtered rows and keep gaps": Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS),
    "appended rows pass over filtered rows": Behaviour(append_under_filter=UnderFilter.VISIBLE_CLOSED_UP),
    "appended rows are lost in filtered rows": Behaviour(append_under_filter=UnderFilter.VISIBLE_WITH_GAPS),
    "updated rows pass over filtered rows": Behaviour(update_under_filter=UnderFilter.VISIBLE_CLOSED_UP),
    "updated rows are lost in filtered rows": Behaviour(update_under_filter=UnderFilter.VISIBLE_WITH_GAPS),
    "an unknown protected range is deleted without a word": Behaviour(unknown_protection_ignored=True),
    "response ranges are judged before the change": Behaviour(response_ranges_judged_before=True),
}
"""Every single deviation from the default, by what it does."""
