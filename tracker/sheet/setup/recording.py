"""What Google answered, kept for a person to send on: without the ids, titles and texts of the spreadsheet.

What the trial itself sent is shown as it is, as nothing of it comes from the spreadsheet. Of the answers only what
concerns the tabs that the trial added is left, and the spreadsheet's locale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.sheet.api.exchange import Exchange
from tracker.sheet.table.cells import Json

_BLANK = "…"
_EMAIL = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+")
_LONG_NUMBER = re.compile(r"[0-9]{6,}")
"""In Google's refusals: a project, a tab, a protected range."""

_OF_THE_TRIAL = ("replies", "valueRanges")
"""Parts of an answer that show only what was asked for, and the trial asks only for its own tabs."""


class Record:
    """Hears every exchange with Google, and keeps it."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._secret: set[str] = set()

    def keep_secret(self, *texts: str) -> None:
        """Let these texts be nowhere in what is sent on."""
        self._secret |= set(filter(None, texts))

    def hear(self, exchange: Exchange) -> None:
        """One more exchange: the listener of `GoogleSheet`."""
        self.exchanges.append(exchange)

    def last_answer(self, path: str) -> Json:
        """The latest answer to a request with this path after the spreadsheet's id; empty where there was none."""
        return next((each.answer for each in reversed(self.exchanges) if each.path == path), {})

    def sentence_to_send(self, text: str) -> str:
        """A sentence about the trial for somebody else to read."""
        return _LONG_NUMBER.sub(_BLANK, str(_without(text, tuple(self._secret))))

    def to_send(self) -> list[Json]:
        """The exchanges for somebody else to read."""
        return _blanked(self.exchanges, tuple(self._secret))


def _blanked(exchanges: Sequence[Exchange], hidden: Sequence[str]) -> list[Json]:
    own = {
        request["addSheet"]["properties"]["sheetId"]
        for each in exchanges
        for request in each.body.get("requests", [])
        if "addSheet" in request
    }
    return [
        {
            "method": each.method,
            "path": _without(each.path, hidden),
            "fields": each.fields,
            "body": _without(each.body, hidden),
            "status": each.status,
            "answer": _without(_answer(each.answer, own), hidden),
        }
        for each in exchanges
    ]


def _answer(answer: Json, own: set[int]) -> Json:
    """What may be shown of an answer; `own` are the tabs of the trial."""
    shown: Json = {}
    for name, value in answer.items():
        match name:
            case "updatedSpreadsheet":
                shown[name] = _answer(value, own)
            case "sheets":
                shown[name] = [each if _number(each) in own else _BLANK for each in value]
            case "properties":
                shown[name] = {key: text if key == "locale" else _BLANK for key, text in value.items()}
            case "error":
                shown[name] = _without_long_numbers(value)
            case _:
                shown[name] = value if name in _OF_THE_TRIAL else _BLANK
    return shown


def _number(sheet: Json) -> object:
    return sheet.get("properties", {}).get("sheetId")


def _without(value: object, hidden: Sequence[str]) -> object:
    """The same without secret texts and e-mail addresses, and without who may edit something."""
    match value:
        case dict():
            return {key: _BLANK if key == "editors" else _without(each, hidden) for key, each in value.items()}
        case list():
            return [_without(each, hidden) for each in value]
        case str():
            for text in hidden:
                value = value.replace(text, _BLANK)
            return _EMAIL.sub(_BLANK, value)
        case _:
            return value


def _without_long_numbers(value: object) -> object:
    match value:
        case dict():
            return {key: _without_long_numbers(each) for key, each in value.items()}
        case list():
            return [_without_long_numbers(each) for each in value]
        case str():
            return _LONG_NUMBER.sub(_BLANK, value)
        case _:
            return value
