"""What the commands print arrives on every terminal and in every pipe, whatever signs its encoding has."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterable
from typing import TextIO

_SPELT = {
    "✓": "ok",
    "✗": "x",
    "✅": "[ok]",
    "→": "->",
    "…": "...",
    "\N{EN DASH}": "-",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "“": "'",
    "”": "'",
}


def prepare(streams: Iterable[TextIO | None] | None = None) -> None:
    """Let the standard streams (or these) spell the signs that their encoding lacks, instead of failing over them."""
    codecs.register_error("spelt", _spell)
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="spelt")


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_SPELT.get(sign) or _escaped(sign) for sign in lacking), error.end


def _escaped(sign: str) -> str:
    r"""The sign as JSON writes it, such as `ह`: what is printed there stays JSON."""
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
