"""A fix that has a page names it, on a line of its own, and every page that is named is there."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.support.pages import ROOT, TEXTS, anchors
from tracker.checks import Finding, Group, Level
from tracker.cli.report import PAGES, shown


@pytest.mark.parametrize("page", sorted(set(PAGES.values())))
def test_every_page_that_a_fix_names_is_there(page: str) -> None:
    name, _, anchor = page.partition("#")
    text = TEXTS[ROOT / "tracker/docs" / name]
    assert not anchor or anchor in anchors(text)


def test_a_fix_that_has_a_page_names_it_below_the_command() -> None:
    output = io.StringIO()
    finding = Finding(id="sheet.tab", group=Group.SHEET, level=Level.FAILED, text="No tab.", fix="Make one: init")
    other = Finding(id="sheet.kind", group=Group.SHEET, level=Level.FAILED, text="A PDF.", fix="Copy its address.")
    list(shown(Console(file=output, soft_wrap=True), [finding, other]))
    *_, fix, more, _, last = output.getvalue().splitlines()
    assert fix == "    → Make one: init"
    assert more == f"      More: {ROOT / 'tracker/docs/what-it-does.md#the-sheet'}"
    assert last == "    → Copy its address."
