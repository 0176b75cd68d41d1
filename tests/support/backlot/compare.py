"""Two answers field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support.backlot.judge import Answer, Ask


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where the local Google answers otherwise than the judge: the field, and in what way."""

    field: str
    how: str
    ask: str
    seen: str

    @property
    def kind(self) -> str:
        """The same without the occasion."""
        return f"{self.field}: {self.how}"


def differences(asks: Iterable[Ask], theirs: Iterable[Answer], ours: Iterable[Answer]) -> Iterator[Difference]:
    """All differences between answers to the same asks."""
    for ask, there, here in zip(asks, theirs, ours, strict=True):
        if there.status != here.status:
            yield Difference(field="status", how="other value", ask=ask.name, seen=f"{there} / {here}")
        else:
            yield from _between(ask, "", there.body, here.body)


def _between(ask: Ask, field: str, there: object, here: object) -> Iterator[Difference]:
    if isinstance(there, dict) and isinstance(here, dict):
        for name in there.keys() | here.keys():
            inner = f"{field}.{name}" if field else name
            if name not in there:
                yield Difference(field=inner, how="only here", ask=ask.name, seen=str(here[name]))
            elif name not in here:
                yield Difference(field=inner, how="only there", ask=ask.name, seen=str(there[name]))
            else:
                yield from _between(ask, inner, there[name], here[name])
    elif isinstance(there, list) and isinstance(here, list):
        if len(there) != len(here):
            yield Difference(field=field, how="other length", ask=ask.name, seen=f"{there} / {here}")
        for one, other in zip(there, here, strict=False):
            yield from _between(ask, f"{field}[]", one, other)
    elif (type(there), there) != (type(here), here):
        yield Difference(field=field, how="other value", ask=ask.name, seen=f"{there!r} / {here!r}")
