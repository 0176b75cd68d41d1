"""The trial in the real spreadsheet, played against the local Google: what it finds, and that it leaves nothing."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.support.sheet_office import Office, open_office, ticket
from tracker.checks import Finding, Level
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets.behaviour import SWITCHES, Behaviour, StrictValidation, UnderFilter
from tracker.sandbox.sheets.errors import invalid, unavailable
from tracker.sheet.setup.recording import Record
from tracker.sheet.setup.trial import play

MOST_REQUESTS = 30
QUESTIONS = [
    *("order", "blocks", "change", "filter_copies", "filter_writes", "zeros"),
    *("copied_text", "formula", "strict", "fence", "answer_ranges"),
    *("new_row", "lost_answer", "table", "race", "unknown_fence", "removed"),
]
NO_QUESTION: list[str] = []
CHANGED = {
    "value ranges come in the opposite order": ["order"],
    "blocks of cells come in the opposite order": ["blocks"],
    "zero, false and empty texts are left out": ["zeros"],
    "formulas that cannot be read are written": NO_QUESTION,  # the bot writes none
    "a call holds 100 parts at most": NO_QUESTION,  # it would cost many requests
    "values that break strict rules are dropped": ["strict"],
    "values that break strict rules are refused": ["strict"],
    "a copied text that begins with = becomes a formula": ["copied_text"],
    "copies leave out filtered rows and close up": ["filter_copies"],
    "copies leave out filtered rows and keep gaps": ["filter_copies"],
    "appended rows pass over filtered rows": NO_QUESTION,  # the bot appends none
    "appended rows are lost in filtered rows": NO_QUESTION,
    "updated rows pass over filtered rows": ["filter_writes"],
    "updated rows are lost in filtered rows": ["filter_writes"],
    "an unknown protected range is deleted without a word": ["unknown_fence"],
    "response ranges are judged before the change": ["answer_ranges"],
}


@dataclass(kw_only=True)
class Later(Fault):
    """A fault that lets so many requests pass first."""

    skip: int

    def strikes(self, request: web.Request) -> bool:
        if not super().strikes(request):
            return False
        self.skip -= 1
        return self.skip < 0


@dataclass(kw_only=True)
class Trial:
    """An office in which the trial is played, and what it was before."""

    office: Office
    before: list[object]
    record: Record = field(default_factory=Record)
    slept: list[float] = field(default_factory=list)

    async def play(self) -> dict[str, Finding]:
        """The findings by what they are about."""
        office = self.office
        self.record, self.slept = Record(), []
        office.sheets.requests.clear()
        played = play(
            key_file=office.key_file,
            spreadsheet_id=office.book.id,
            base_url=office.sheets.address,
            record=self.record,
            sleep=self.slept.append,
        )
        found = await asyncio.to_thread(lambda: list(played))
        assert len({finding.id for finding in found}) == len(found)
        # One more signs in.
        assert len(office.sheets.requests) <= MOST_REQUESTS + 1
        return {finding.id.removeprefix("sheet.trial."): finding for finding in found}

    def requests_of(self, kind: str) -> list[int]:
        """Which of the batches sent have a request of this kind, counted from 0."""
        batches = [each for each in self.office.sheets.requests if each.path.endswith(":batchUpdate")]
        return [number for number, each in enumerate(batches) if any(kind in one for one in each.body["requests"])]

    def refuse(self, batch: int, request: int, kind: str) -> None:
        """Refuse a request of the batch that comes as this one from now on; of several, the later ones come later."""
        outcome = invalid(f"Invalid requests[{request}].{kind}: Not here.").response
        faults = self.office.sheets.faults
        # A batch that one fault spoils is none that the next one sees.
        faults.append(Later(path=":batchUpdate$", outcome=outcome, skip=batch - len(faults)))

    def left_behind(self) -> bool:
        return state(self.office) != self.before


def state(office: Office) -> list[object]:
    """Everything that a request could change."""
    return [
        (tab.sheet_id, tab.title, tab.row_count, tab.column_count, list(tab.stored), tab.looks, dict(vars(tab.views)))
        for tab in office.book.tabs
    ]


def texts(found: dict[str, Finding]) -> dict[str, tuple[Level, str]]:
    """What is said, without the part of the tab's title that is drawn."""
    return {name: (each.level, re.sub(r"trial [0-9a-f]{6}", "trial", each.text)) for name, each in found.items()}


@pytest.fixture
async def trial(tmp_path: Path) -> AsyncIterator[Trial]:
    """A spreadsheet in use: tickets, a filter, a protected range and a tab of people's own."""
    async with open_office(tmp_path, watched=True) as office:
        office.have(ticket(1, "A secret title"), ticket(2))
        office.tab.filter_out(1, ["Ticket 2"])
        notes = office.book.add_tab("Our notes", rows=5, columns=5)
        notes.paste(0, 0, [["a secret note", 5.0, True]])
        area = {"sheetId": notes.sheet_id, "startRowIndex": 0, "endRowIndex": 1}
        notes.views.protected_ranges[7] = {
            "protectedRangeId": 7,
            "range": area,
            "description": "a secret reason",
            "editors": {"users": ["boss@example.com"]},
        }
        office.sheets.quota.enabled = False
        yield Trial(office=office, before=state(office))


# -- what is found


async def test_every_question_is_answered_in_one_line_and_nothing_is_left(trial: Trial) -> None:
    found = await trial.play()

    assert list(found) == QUESTIONS
    assert [(each.level, each.fix) for each in found.values()] == [(Level.GOOD, None)] * len(QUESTIONS)
    assert all("\n" not in each.text for each in found.values())
    assert not trial.left_behind()
    assert sum(trial.slept) == 0


async def test_no_request_names_a_tab_of_somebody_else(trial: Trial) -> None:
    others = {tab.sheet_id for tab in trial.office.book.tabs}

    await trial.play()

    asked = json.dumps([each.body for each in trial.office.sheets.requests])
    assert others.isdisjoint(int(number) for number in re.findall(r'"sheetId": ([0-9]+)', asked))


@pytest.fixture(scope="module")
def usual() -> dict[str, tuple[Level, str]]:
    """What is said where Google does nothing otherwise: the same each time, and so filled in by whoever comes first."""
    return {}


@pytest.mark.parametrize("switch", SWITCHES)
async def test_what_google_does_otherwise_changes_the_answer_to_that_question_alone(
    trial: Trial, usual: dict[str, tuple[Level, str]], switch: str
) -> None:
    if not usual:
        usual |= texts(await trial.play())
    trial.office.sheets.behaviour = SWITCHES[switch]

    found = texts(await trial.play())

    assert list(found) == QUESTIONS
    assert [name for name in QUESTIONS if found[name] != usual[name]] == CHANGED[switch]
    assert [level for level, _ in found.values() if level is Level.FAILED] == []
    assert not trial.left_behind()


async def test_rows_that_google_does_not_write_under_a_filter_are_worth_a_warning(trial: Trial) -> None:
    trial.office.sheets.behaviour = Behaviour(update_under_filter=UnderFilter.VISIBLE_WITH_GAPS)

    finding = (await trial.play())["filter_writes"]

    assert finding.level is Level.WARNING
    assert "(changed or added)" in finding.text
    assert "Data > Remove filter" in str(finding.fix)


@pytest.mark.parametrize("locale", ["de_DE", "tr_TR", "en_IN"])
async def test_the_formula_is_tried_in_the_spreadsheets_own_locale(trial: Trial, locale: str) -> None:
    trial.office.book.locale = locale

    found = await trial.play()

    assert f"({locale}), is computed" in found["formula"].text


async def test_with_everything_refused_that_may_be_the_rest_is_answered_within_the_budget(trial: Trial) -> None:
    usual = await trial.play()
    (cells,), (sort,) = trial.requests_of("addTable"), trial.requests_of("sortRange")
    behaviour = Behaviour(strict_validation=StrictValidation.REFUSED, response_ranges_judged_before=True)
    trial.office.sheets.behaviour = replace(behaviour, update_under_filter=UnderFilter.VISIBLE_CLOSED_UP)
    trial.refuse(cells, 4, "updateCells")  # the formula
    trial.refuse(cells + 1, 7, "addTable")
    # The cells were asked for three times more by then, as the rule refuses, too; but no table had to be made longer.
    trial.refuse(sort + 3 - 1, 1, "sortRange")

    found = await trial.play()

    assert list(found) == QUESTIONS
    assert "is refused" in found["formula"].text
    assert "is refused" in found["strict"].text
    assert "could not be tried" in found["table"].text
    assert found["race"].text == usual["race"].text  # a row was dragged instead
    assert found["answer_ranges"].text != usual["answer_ranges"].text
    assert not trial.left_behind()


async def test_where_rows_can_neither_be_sorted_nor_dragged_this_is_said_to_be_untried(trial: Trial) -> None:
    await trial.play()
    (sort,) = trial.requests_of("sortRange")
    trial.refuse(sort, 1, "sortRange")
    trial.refuse(sort + 2, 0, "moveDimension")

    found = await trial.play()

    assert found["race"].level is Level.GOOD
    assert "could not be tried (Google says: Invalid requests[0].moveDimension: Not here.)" in found["race"].text
    assert list(found) == QUESTIONS
    assert not trial.left_behind()


async def test_a_fence_that_does_not_hold_is_a_failure_and_asks_to_send_googles_answers(trial: Trial) -> None:
    def open_the_gate(_: web.Request) -> None:
        for tab in trial.office.book.tabs:
            for number, each in list(tab.views.protected_ranges.items()):
                if "closed at" in each.get("description", ""):
                    del tab.views.protected_ranges[number]

    trial.office.sheets.before.append(open_the_gate)

    found = await trial.play()

    assert found["fence"].level is Level.FAILED
    assert "tracker.doctor --send-test --json" in str(found["fence"].fix)
    assert [name for name, each in found.items() if each.level is not Level.GOOD] == ["fence"]
    assert not trial.left_behind()


async def test_where_not_even_a_row_in_sight_can_be_changed_single_cells_are_tried_and_no_more(trial: Trial) -> None:
    trial.refuse(1, 2, "updateCells")

    found = await trial.play()

    assert list(found) == ["order", "blocks", "change", "copied_text", "formula", "strict", "removed"]
    assert [name for name, each in found.items() if each.level is not Level.GOOD] == ["change"]
    assert "Not here." in found["change"].text
    assert not trial.left_behind()


# -- what goes wrong


@pytest.mark.parametrize("applied", [False, True], ids=["not-carried-out", "carried-out"])
async def test_whatever_request_fails_the_tab_is_removed_and_the_trouble_is_named(
    trial: Trial,
    applied: bool,  # noqa: FBT001 - pytest hands it in
) -> None:
    await trial.play()
    asked = trial.office.asked()
    # A read that is carried out changes nothing: it is the same as one that is not.
    path, steps = (":batchUpdate$", asked.count("write")) if applied else ("^/v4/", len(asked))
    for step in range(steps):
        fault = Later(path=path, outcome=unavailable().response, applied=applied, skip=step)
        trial.office.sheets.faults[:] = [fault]

        found = await trial.play()

        assert fault.times == 0
        assert not trial.left_behind(), step
        assert found["removed"].level is Level.GOOD, step
        if step < steps - 1:  # the last one deletes the tab, and is sent again
            assert "HTTP 503" in found["sheet.reach"].text
            assert found["sheet.reach"].fix == "Run the doctor again in a minute."
        assert [name for name, each in found.items() if each.level is not Level.GOOD] in ([], ["sheet.reach"])


async def test_a_tab_that_was_never_made_is_not_looked_for_in_vain(trial: Trial) -> None:
    trial.office.sheets.faults.append(Later(path="^/v4/", outcome=unavailable().response, skip=0))

    found = await trial.play()

    assert "is not there; if it comes late" in found["removed"].text


async def test_a_tab_that_cannot_be_removed_is_named_after_a_minute(trial: Trial) -> None:
    await trial.play()
    (removal,) = trial.requests_of("deleteSheet")
    trial.office.sheets.faults.append(
        Later(path=":batchUpdate$", outcome=unavailable().response, skip=removal, times=None)
    )

    found = await trial.play()

    assert found["removed"].level is Level.FAILED
    names = [tab.title for tab in trial.office.book.tabs[-2:]]
    assert all(name in f"{found['removed'].text} {found['removed'].fix}" for name in names)
    assert 0 < sum(trial.slept) <= 60


async def test_a_quota_that_is_used_up_in_between_is_waited_for_before_the_tab_is_removed(trial: Trial) -> None:
    quota = trial.office.sheets.quota
    quota.enabled, quota.writes_per_minute = True, 5
    minute = time.time() // 60 * 60
    trial.office.sheets.clock = lambda: minute + sum(trial.slept)

    found = await trial.play()

    assert found["sheet.quota"].level is Level.WARNING
    assert found["removed"].level is Level.GOOD
    assert not trial.left_behind()
    assert 0 < sum(trial.slept) <= 60


async def test_a_tab_that_somebody_deleted_meanwhile_does_not_keep_the_other_one_from_being_removed(
    trial: Trial,
) -> None:
    book = trial.office.book

    def delete() -> None:
        book.delete_tab(next(tab for tab in book.tabs if tab.title.startswith("Support tracker: trial")))

    trial.office.before_request(9, delete)

    found = await trial.play()

    assert found["removed"].level is Level.GOOD
    assert not trial.left_behind()


@pytest.mark.parametrize("kept_out", ["viewer", "full of tabs", "no key"])
async def test_a_spreadsheet_that_lets_nobody_in_is_named_in_the_bots_own_words(trial: Trial, kept_out: str) -> None:
    office = trial.office
    if kept_out == "viewer":
        office.book.share(office.google.account, role="reader")
    elif kept_out == "full of tabs":
        for number in range(200 - len(office.book.tabs)):
            office.book.add_tab(f"Tab {number}", rows=1, columns=1)
    else:
        office.key_file.unlink()

    (finding,) = (await trial.play()).values()

    assert finding.level is Level.FAILED
    assert (
        finding.id == {"viewer": "sheet.editable", "full of tabs": "sheet.tabs", "no key": "sheet.key_file"}[kept_out]
    )
    assert finding.fix
    assert len([each for each in office.sheets.requests if each.path.startswith("/v4/")]) == (kept_out != "no key")


# -- what can be sent on


async def test_what_can_be_sent_on_has_googles_answers_and_nothing_of_the_spreadsheet(trial: Trial) -> None:
    await trial.play()

    sent = trial.record.to_send()

    assert len(sent) == len(trial.office.sheets.requests) - 1
    assert {each["status"] for each in sent} == {200, 400}
    text = json.dumps(sent)
    office = trial.office
    for secret in (
        *(office.book.id, office.book.title, office.google.account, office.google.project, "Bearer", "token"),
        *("Support Tickets", "Our notes", "A secret", "a secret", "boss@example.com", "resolved"),
        *(str(tab.sheet_id) for tab in office.book.tabs if tab.sheet_id),
        str(ticket(1).thread_id),
    ):
        assert secret not in text, secret
    assert text.count("Trial 102") == 3  # the words that the trial itself wrote are kept, as Google answers them
    locales = {each["answer"].get("updatedSpreadsheet", {}).get("properties", {}).get("locale") for each in sent}
    assert locales - {None} == {"en_US"}


async def test_a_refusal_is_sent_on_in_googles_words_without_numbers_of_the_account(trial: Trial) -> None:
    trial.office.sheets.disable_api()

    await trial.play()

    (only,) = trial.record.to_send()
    error: dict[str, Any] = only["answer"]["error"]
    assert error["status"] == "PERMISSION_DENIED"
    assert error["message"].startswith("Google Sheets API has not been used in project … before")
