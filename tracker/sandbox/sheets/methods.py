"""What every method of the API shares: its description, its parameters, and one call of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiMapping

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sandbox.sheets.errors import invalid, unknown_name
from tracker.sandbox.sheets.masks import Mask, parse

_RPC = "google.apps.sheets.v4.SpreadsheetsService"
_PARTS = frozenset({"ranges", "dataFilters", "requests", "responseRanges", "data"})
_ALWAYS_KNOWN = {"fields", "alt", "prettyPrint", "key", "quotaUser"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of a client that may make it."""

    book: Spreadsheet
    params: MultiMapping[str]
    body: JSON
    range: str = ""
    email: str = ""
    """Whose request it is."""

    @property
    def mask(self) -> Mask:
        """The `fields` parameter; empty if there is none."""
        return parse(self.params["fields"]) if self.params.get("fields") else {}

    def flag(self, name: str) -> bool:
        """A boolean parameter."""
        return self.params.get(name, "false").lower() in {"true", "1"}


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method of the API.

    `writes` says which quota it uses and whether it needs an Editor; `name` is Google's internal one, named in errors.
    """

    name: str
    verb: str
    path: str
    run: Callable[[Call], JSON]
    writes: bool = False
    params: frozenset[str] = field(default_factory=frozenset)
    fields: frozenset[str] = field(default_factory=frozenset)
    """Of the body."""

    @property
    def rpc(self) -> str:
        """The full internal name."""
        return f"{_RPC}.{self.name}"

    def check_parts(self, params: MultiMapping[str], body: JSON, most: int) -> None:
        """Refuse more than so many ranges, data filters or requests."""
        parts = {"ranges": params.getall("ranges", [])} | {name: body.get(name, []) for name in _PARTS & self.fields}
        for name, values in parts.items():
            if len(values) > most:
                raise invalid(f"Too many {name}: {len(values)}. The most is {most}.")

    def check(self, params: MultiMapping[str], body: JSON) -> None:
        """Refuse parameters and fields that the method does not have."""
        for name in params:
            if name not in self.params | _ALWAYS_KNOWN:
                raise unknown_name(name, "")
        for name in body:
            if name not in self.fields:
                raise unknown_name(name, "")


def choice(value: str | None, name: str, *choices: str) -> str:
    """An enum's value; the first of the `choices` is its default.

    Raises:
        SheetsError: It is none of them.
    """
    if value is None:
        return choices[0]
    if value not in choices:
        raise invalid(f"Invalid value at '{name}' (TYPE_ENUM), \"{value}\"")
    return value


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON without fields that are null, which mean the same as fields left out. Nulls in lists stay."""
    if isinstance(value, dict):
        return {name: without_nulls(entry) for name, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value]
    return value
