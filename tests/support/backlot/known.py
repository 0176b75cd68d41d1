"""Where the local Google answers otherwise than the judge, and why that may stay.

Each is named as `Difference.kind` names it: the field, and in what way it differs. `there` is the judge, `here` the
local Google.
"""

from __future__ import annotations

_THEMES = "The local Google has no themes: nothing here reads or writes one."
_COMMENTS = "It has no comments, so there is nothing to say about which of them are shown."
_UNSTATED = "The judge's cells are bare values: it cannot have this one."

SHOWN = {
    "properties.spreadsheetTheme: only there": _THEMES,
    "commentsViewMode: only there": _COMMENTS,
}
"""Fields of a spreadsheet."""

_CELL = "sheets[].data[].rowData[].values[]"

DRESSED = SHOWN | {
    "sheets[].data[].rowData: only here": f"A format, asked for by itself. {_UNSTATED}",
    f"{_CELL}.note: only here": f"A note. {_UNSTATED}",
    f"{_CELL}.effectiveFormat: only here": f"How a blank cell with a note looks. {_UNSTATED}",
    f"{_CELL}.userEnteredFormat: only here": f"A date's format. {_UNSTATED}",
    f"{_CELL}.effectiveFormat.numberFormat: only here": f"The same, as it comes out. {_UNSTATED}",
    f"{_CELL}.formattedValue: other value": f"A date as its format shows it. {_UNSTATED}",
    f"{_CELL}.userEnteredValue.formulaValue: only here": f"A formula. {_UNSTATED}",
    f"{_CELL}.userEnteredValue.numberValue: only there": "What that formula comes to, where the judge has the number.",
}
"""Fields of a spreadsheet whose cells have notes, formats and formulas."""

_UNPARSED_MASK = (
    "Masks are read by what the tests of this project send: those are held to Google's description instead."
)
_MASK_WORDS = "The same refusal in other words, in which nobody looks for anything."
_LATE_MASK = "The same refusal, after the one of an unknown id: nobody sends such a mask, or such an id with it."
_WHOLE_LINES = "A whole column past the grid is named as it was asked for; the judge says its letters once."
_OPTION_WORDS = "An option that does not exist is refused in other words: nobody sends one."
_CALLERS = "Nobody calls without a token, and `details` were never seen for one that has expired: nobody reads them."

_MASKS = ("sheets(properties", "sheets)")
_UNKNOWN_MASKS = ("bogus", "sheets.bogus", "sheets(properties(title,bogus),data)")
_OPTIONS = ("majorDimension", "valueRenderOption", "dateTimeRenderOption")
_WORDS = ("error.message: other value", "error.details: only there")

REFUSALS: dict[str, str] = {
    **{f"mask {mask} | status: other value": _UNPARSED_MASK for mask in _UNKNOWN_MASKS},
    **{f"mask {mask} | {words}": _MASK_WORDS for mask in _MASKS for words in _WORDS},
    **{f"mask {mask} before an unknown id | status: other value": _LATE_MASK for mask in (*_MASKS, *_UNKNOWN_MASKS)},
    **{f"{how} Data!AA:AA | error.message: other value": _WHOLE_LINES for how in ("get", "values")},
    **{f"{option} DIAGONAL | {words}": _OPTION_WORDS for option in _OPTIONS for words in _WORDS},
    "no token | status: other value": _CALLERS,
    "a wrong token | error.details: only here": _CALLERS,
}
"""Refusals, by what was asked and the difference."""
