"""What axe-core finds on a page: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from tests.support.chromium import Page

_AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
# This axe-core is 4.4.3, which has no rule of WCAG 2.2 and passes over its tags: to ask for them would prove nothing.
_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
_OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_WIDTHS = (1280, 375)
_PAGE = "html"
# Of what is right, only the rules are named and not each place, and no style sheet is fetched once more for rules that
# are not asked for: together that takes a third of the time.
_AUDIT = """axe.run({where}, {{runOnly: {rules}, resultTypes: ["violations"], preload: false}}).then((found) => ({{
    passed: found.passes.map((rule) => rule.id),
    violations: found.violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.html)]),
}}))"""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The rules that the page keeps, and those that it does not, each with the places."""

    passed: frozenset[str]
    violations: list[list[str]]


async def audit(page: Page, *, within: str = _PAGE, colours_only: bool = False) -> Audit:
    """Check the page as it looks now against every rule, or only against those of colours.

    Where the rest of the page is checked by another test, what is `within` a selector is enough: it takes a part of the
    time.
    """
    if not await page.value("'axe' in window"):
        await page.value(_AXE)
    rules = json.dumps(_OF_COLOURS if colours_only else _ALL)
    found = await page.value(_AUDIT.format(where=json.dumps(within), rules=rules))
    return Audit(passed=frozenset(found["passed"]), violations=found["violations"])


async def audit_in_all_looks(page: Page, *, within: str = _PAGE) -> dict[tuple[int, bool], Audit]:
    """Check the page on a desk and on a phone, in light and in dark; by the width and whether it is dark.

    Nothing but the colours is different in the dark, so there only these are checked. Nowhere may the page be wider
    than its window.
    """
    found = {}
    for width in _WIDTHS:
        for dark in (False, True):
            await page.look(width, dark=dark)
            found[width, dark] = await audit(page, within=within, colours_only=dark)
            assert await page.value("document.documentElement.scrollWidth") <= width
    return found
