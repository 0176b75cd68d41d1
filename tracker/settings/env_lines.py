"""The lines of `.env`: which set a name, which set it again, and which nothing can read.

As the library python-dotenv reads them, whose own words for the last kind name no setting.
"""

from __future__ import annotations

import io
import logging
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import parse_stream

ENCODING = "utf-8-sig"
"""UTF-8, with or without the mark that editors of Windows put before it."""

_WORD = re.compile(r"(?:export\s+)?(\w+)")
_OPENED = re.compile(r"(?:export\s+)?\w+\s*=\s*(['\"])")

logging.getLogger("dotenv.main").setLevel(logging.ERROR)  # it warns of each unread line, without what stands there


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that sets `name`, in capitals, to `value`."""

    number: int
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Lines in a row, from `first` to `last`, that nothing can read; `text` is all of them, and may hold a secret."""

    first: int
    last: int
    text: str

    @property
    def word(self) -> str:
        """The word with which the first of them begins, in capitals; it may be a part of a secret."""
        found = _WORD.match(self.text)
        return found[1].upper() if found else ""

    @property
    def unclosed(self) -> str:
        """The quote that begins the value in the first of them and that nothing closes there; empty where none does."""
        line = self.text.split("\n")[0]
        found = _OPENED.match(line)
        return found[1] if found and line.count(found[1]) == 1 else ""

    @property
    def where(self) -> str:
        """`line 3`, or `lines 3 to 14`."""
        return f"line {self.first}" if self.first == self.last else f"lines {self.first} to {self.last}"


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What a file says."""

    read: tuple[Line, ...]
    unread: tuple[Unread, ...]

    @classmethod
    def of(cls, file: Path) -> Lines:
        """The lines of the file; none where there is none.

        Raises:
            OSError, UnicodeDecodeError: the file is there and cannot be read.
        """
        text = file.read_text(encoding=ENCODING) if file.is_file() else ""
        read: list[Line] = []
        unread: list[Unread] = []
        for binding in parse_stream(io.StringIO(text)):
            whole = binding.original.string
            bare = whole.strip()
            first = binding.original.line + whole[: len(whole) - len(whole.lstrip())].count("\n")
            if binding.key is not None and binding.value is not None:
                read.append(Line(number=first, name=binding.key.upper(), value=binding.value))
            elif bare and not bare.startswith("#"):
                last = first + bare.count("\n")
                if unread and unread[-1].last == first - 1 and not _OPENED.match(bare):
                    before = unread.pop()
                    first, bare = before.first, f"{before.text}\n{bare}"
                unread.append(Unread(first=first, last=last, text=bare))
        return cls(read=tuple(read), unread=tuple(unread))

    @property
    def values(self) -> dict[str, str]:
        """The value of each name: that of its last line."""
        return {line.name: line.value for line in self.read}

    @property
    def several(self) -> dict[str, list[Line]]:
        """The lines of each name that is set to different values."""
        by_name = defaultdict(list)
        for line in self.read:
            by_name[line.name].append(line)
        return {name: lines for name, lines in by_name.items() if len({line.value for line in lines}) > 1}
