"""A request to Google and its answer, as whoever follows the connection gets them."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.sheet.table.cells import Json


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What was asked and what came back; nothing of the headers, in which the access token travels.

    `path` is what follows the spreadsheet's id in the address, `fields` the field mask of the answer ("" for none).
    `body` is what was sent. An `answer` that is no JSON object is empty.
    """

    method: str
    path: str
    fields: str
    body: Json
    status: int
    answer: Json
