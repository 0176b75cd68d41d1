"""The README and the pages that it leads to, as people read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FILES = (README, *sorted((ROOT / "tracker/docs").glob("*.md")))
TEXTS = {file: file.read_text(encoding="utf-8") for file in FILES}


def section(heading: str) -> str:
    """What stands below a heading, up to the next one of its kind; it is on one page only."""
    below = re.compile(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^\1 |\Z)", re.MULTILINE | re.DOTALL)
    found = [below.search(text) for text in TEXTS.values()]
    (there,) = [match for match in found if match is not None]
    return there[2]


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    lines = section(heading).splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows[2:]


def anchors(text: str) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
