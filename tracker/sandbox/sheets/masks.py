"""Field masks: `sheets.properties(title,sheetId),spreadsheetId`, in answers and in update requests.

https://developers.google.com/workspace/sheets/api/guides/field-masks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.errors import invalid

Mask = dict[str, "Mask"]
"""A tree of field names; a name with nothing beneath it stands for everything beneath it."""

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),./]")
_MAPPINGS = (dict, Mapping)
"""dict first: to ask for any mapping takes longer."""


@lru_cache(maxsize=1000)
def parse(text: str) -> Mask:
    """Read a mask in either notation, `a.b` or `a(b,c)`. The same text gives the same mask: nobody may change it.

    Raises:
        SheetsError: It can't be read.
    """
    tokens: list[str] = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text) or not tokens:
        raise invalid(f"Error expanding 'fields' parameter. Cannot parse field mask {text}")
    mask = _parse_list(tokens, text)
    if tokens:
        raise invalid(f"Error expanding 'fields' parameter. Cannot parse field mask {text}")
    return mask


def _parse_list(tokens: list[str], text: str) -> Mask:
    """Read `path, path, …` up to a closing parenthesis or the end, taking the tokens read."""
    mask: Mask = {}
    while True:
        beneath = mask
        whole = False
        while True:
            if not tokens or not re.match(r"[A-Za-z0-9_*]", tokens[0]):
                raise invalid(f"Error expanding 'fields' parameter. Cannot parse field mask {text}")
            name = tokens.pop(0)
            whole = name in beneath and not beneath[name]
            parent, beneath = beneath, beneath.setdefault(name, {})
            if not tokens or tokens[0] not in {".", "/"}:
                break
            tokens.pop(0)
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            beneath.update(_parse_list(tokens, text))
            if not tokens or tokens.pop(0) != ")":
                raise invalid(f"Error expanding 'fields' parameter. Cannot parse field mask {text}")
        if whole:
            parent[name] = {}
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def update_mask(text: str | None) -> Mask:
    """The mask of an update request, which must name something.

    Raises:
        SheetsError: It is missing or empty.
    """
    if not text:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parse(text)


def keep(mask: Mask, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """What `mask` leaves of an answer. Rows of cells end where it leaves nothing of what follows, as was measured."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        # Rows that are one and the same stay so: a tab has a thousand blank ones.
        kept_items = {id(item): keep(mask, item) for item in {id(item): item for item in value}.values()}
        return [kept_items[id(item)] for item in value]
    if isinstance(value, _MAPPINGS):
        kept = {name: keep(beneath, value[name]) for name, beneath in mask.items() if name in value}
        return without_blank_ends(kept) if "rowData" in kept else kept
    return value


def without_blank_ends(grid_data: JSON) -> JSON:
    """`GridData` without the empty cells at the end of each row and the empty rows at its end."""
    shorter = {id(row): _without_blank_end(row) for row in {id(row): row for row in grid_data["rowData"]}.values()}
    rows = [shorter[id(row)] for row in grid_data["rowData"]]
    while rows and not rows[-1]:
        rows.pop()
    rest = {name: value for name, value in grid_data.items() if name != "rowData"}
    return rest | {"rowData": rows} if rows else rest


def _without_blank_end(row: JSON) -> JSON:
    values = list(row.get("values", []))
    while values and not values[-1]:
        values.pop()
    rest = {name: value for name, value in row.items() if name != "values"}
    return rest | {"values": values} if values else rest


def names(mask: Mask, *path: str) -> bool:
    """Whether the mask spells this path out, or something beneath it."""
    for name in path:
        if name not in mask:
            return False
        mask = mask[name]
    return True


def merged(old: Mapping[str, Any], new: Mapping[str, Any], mask: Mask) -> JSON:
    """`old` with the fields of `mask` taken from `new`; a field that `new` lacks is cleared."""
    if "*" in mask:
        return dict(new)
    result = dict(old)
    for name, beneath in mask.items():
        value = merged(old.get(name, {}), new.get(name, {}), beneath) if beneath else new.get(name)
        if value is None or (beneath and not value):
            result.pop(name, None)
        else:
            result[name] = value
    return result
