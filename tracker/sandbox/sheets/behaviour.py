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


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the service behaves where it is doubtful how the real one does."""

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
