"""What the trial says where Google does what the local one never does."""

from __future__ import annotations

import pytest

from tracker.checks import Finding, Level
from tracker.sheet.api.answer import Shown
from tracker.sheet.setup import trial_findings as findings
from tracker.sheet.setup import trial_tab as cell

TAB = 7


def shown(**contents: dict[str, object]) -> Shown:
    """Single cells that were tried out, by the name of their row."""
    rows = {"copied": cell.COPIED_VALUE, "formula": cell.FORMULA, "strict": cell.STRICT}
    blocks = [
        {"startRow": rows[name], "startColumn": cell.PROBES, "rowData": [{"values": [content]}]}
        for name, content in contents.items()
    ]
    return Shown({"sheets": [{"properties": {"sheetId": TAB}, "data": blocks}]}, TAB)


COMPUTED = {"userEnteredValue": {"formulaValue": "=1+1"}, "effectiveValue": {"numberValue": 2}}
ERROR = {"userEnteredValue": {"formulaValue": "=IF("}, "effectiveValue": {"errorValue": {"type": "ERROR"}}}


@pytest.mark.parametrize(
    ("finding", "says"),
    [
        (findings.copied_text(shown(copied=COMPUTED), None), "does not stay a text"),
        (findings.copied_text(shown(), "no"), "does not let the bot copy cells: no"),
        (findings.change("it shows another row"), "that it changed a row: it shows another row."),
        (findings.new_row("no"), "that it added a row: no."),
        (findings.lost_answer(found=False), "was not found again"),
        (findings.race(noticed=False, put_back=False), "were not noticed"),
        (findings.the_fence(holds=False), "landed when it came late"),
    ],
    ids=lambda value: value.id if isinstance(value, Finding) else "",
)
def test_what_takes_away_a_promise_is_a_failure_that_asks_for_googles_answers(finding: Finding, says: str) -> None:
    assert finding.level is Level.FAILED
    assert says in finding.text
    assert finding.fix == findings.SEND


@pytest.mark.parametrize(
    ("finding", "says"),
    [
        (findings.formula(shown(formula=ERROR), None, "de_DE"), "(de_DE), is not computed: the bot writes no formulas"),
        (findings.table(None, row=4, end=4), "does not let a table grow"),
        (findings.table(None, row=4, end=None), "does not show the table"),
    ],
    ids=lambda value: value.id if isinstance(value, Finding) else "",
)
def test_what_the_bot_gets_along_with_is_good_and_says_how(finding: Finding, says: str) -> None:
    assert (finding.level, finding.fix) == (Level.GOOD, None)
    assert says in finding.text


def test_a_race_that_was_noticed_but_not_put_back_is_a_warning() -> None:
    finding = findings.race(noticed=True, put_back=False)

    assert finding.level is Level.WARNING
    assert "keeps it in a tab of its own" in finding.text
