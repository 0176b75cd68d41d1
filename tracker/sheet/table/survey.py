"""Which row is whose, as the whole key column and the links beside it say.

A row says twice whose it is: by its `thread_id`, and by its `link`, whose address ends in the same id. Where both can
be read and differ, a person sorted or pasted over only a part of the columns. Such a row still is the row of its
`thread_id`, but nothing else in it can be trusted: it is to be written anew as a whole, and so are the rows of the
tickets whose cells stood there. That way no row mixes two tickets, and none is lost. Columns that the bot does not
own stay where the person put them.

Where `thread_id` is blank, or a number that has lost digits, the link alone says whose the row is, and the id is
written back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import zip_longest

from tracker.domain.cells import CellValue

_THREAD_LINK = re.compile(r"/channels/[0-9]+/([0-9]{1,19})/?\s*$")
_ID = re.compile(r"\s*([0-9]{1,19})\s*")
_LAST_ID = 2**63 - 1
"""Discord will not give greater ones this century, and the store could not keep them."""

_ROUNDING = 1e-14
"""Sheets keeps 15 digits of a number, relative to its size."""

_SHORTENED = re.compile(r"\s*([1-9])(?:[.,]([0-9]{1,16}))?E\+?([0-9]{1,2})\s*", re.IGNORECASE)
"""How Sheets writes out a long number: `1.41763E+18`."""


class Evidence(IntEnum):
    """What makes a row a ticket's, the best first."""

    BOTH = 1
    """`thread_id` and `link` agree."""

    ROUNDED = 2
    """`thread_id` lost its last digits, as a number or as the text of one; `link` has them."""

    KEY = 3
    """`thread_id` alone: there is no link to compare. As good as both, where several rows have the id."""

    CONTRADICTED = 4
    """`thread_id`, while `link` names another ticket."""

    LINK = 5
    """`link` alone, in a row without an id, or one that stands under the id of a ticket with a better row."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The rows of the tickets.

    `rekeyed` are tickets recognised by their link, whose `thread_id` has to be written; `mixed` those whose row
    holds cells of others, and `displaced` those whose cells stand in the row of another while they have none.
    `doubled` have several rows, of which `positions` names the first. `end` is the row after the last one that has
    anything in the key column or beside it in that of the links.
    """

    positions: dict[int, int]
    end: int
    rekeyed: frozenset[int]
    mixed: frozenset[int]
    displaced: frozenset[int]
    doubled: frozenset[int]

    @classmethod
    def of(cls, keys: Sequence[CellValue], links: Sequence[CellValue], first_row: int) -> Survey:
        """The survey of the key cells and links (blanks at their ends may be left out), beginning in `first_row`."""
        claims: list[tuple[Evidence, int, int]] = []
        linked_at: dict[int, int | None] = {}
        end = 0
        for row, (key, link) in enumerate(zip_longest(keys, links), start=first_row):
            linked_at[row] = thread_id_of_link(link)
            claims += [(evidence, row, thread_id) for evidence, thread_id in claims_of(key, link)]
            if key not in (None, "") or link not in (None, ""):
                end = row + 1
        positions: dict[int, int] = {}
        grounds: dict[int, Evidence] = {}
        taken: set[int] = set()
        left = []
        for evidence, row, thread_id in sorted(claims, key=_best_first):
            if thread_id not in positions and row not in taken:
                positions[thread_id], grounds[thread_id] = row, evidence
                taken.add(row)
            elif evidence is not Evidence.LINK:
                left.append((row, thread_id))
        mixed = {thread_id for thread_id, evidence in grounds.items() if evidence is Evidence.CONTRADICTED}
        displaced = {linked_at[positions[thread_id]] for thread_id in mixed}
        return cls(
            positions=positions,
            end=end,
            rekeyed=frozenset(i for i, evidence in grounds.items() if evidence in (Evidence.ROUNDED, Evidence.LINK)),
            mixed=frozenset(mixed),
            displaced=frozenset(i for i in displaced if i is not None and i not in positions),
            doubled=frozenset(thread_id for row, thread_id in left if row not in taken),
        )


def thread_id_of(key: CellValue) -> int | None:
    """The id in a key cell; None for anything that is no id as text."""
    found = _ID.fullmatch(key) if isinstance(key, str) else None
    return None if found is None or int(found[1]) > _LAST_ID else int(found[1])


def thread_id_of_link(link: CellValue) -> int | None:
    """The id at the end of a thread's address (`https://discord.com/channels/GUILD/THREAD`); None for anything else."""
    found = _THREAD_LINK.search(link) if isinstance(link, str) else None
    return None if found is None or int(found[1]) > _LAST_ID else int(found[1])


def _best_first(claim: tuple[Evidence, int, int]) -> tuple[Evidence, int]:
    evidence, row, _ = claim
    return Evidence.BOTH if evidence is Evidence.KEY else evidence, row


def claims_of(key: CellValue, link: CellValue) -> list[tuple[Evidence, int]]:
    """Whose a row with these cells may be."""
    keyed, linked = thread_id_of(key), thread_id_of_link(link)
    if linked is None:
        return [] if keyed is None else [(Evidence.KEY, keyed)]
    if keyed == linked:
        return [(Evidence.BOTH, linked)]
    if _is_rounded(key, linked):
        return [(Evidence.ROUNDED, linked)]
    if keyed is not None:
        return [(Evidence.CONTRADICTED, keyed), (Evidence.LINK, linked)]
    return [(Evidence.LINK, linked)] if key in (None, "") else []


def _is_rounded(key: CellValue, thread_id: int) -> bool:
    """Whether the key cell holds this id without its last digits."""
    if not isinstance(key, str):
        return isinstance(key, int | float) and math.isclose(key, thread_id, rel_tol=_ROUNDING)
    written_out = _SHORTENED.fullmatch(key)
    if written_out is None:
        keyed = thread_id_of(key)
        return keyed is not None and keyed % 100 == 0 and math.isclose(keyed, thread_id, rel_tol=_ROUNDING)
    places = len(written_out[2] or "")
    number = float(f"{written_out[1]}.{written_out[2] or 0}e{written_out[3]}")
    return math.isclose(number, thread_id, rel_tol=10.0**-places)
