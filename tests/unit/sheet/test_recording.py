"""What is left of Google's answers for somebody else to read."""

from __future__ import annotations

from typing import Any

from tracker.sheet.api.exchange import Exchange
from tracker.sheet.setup.recording import Record

OWN, OTHER = 11, 22


def exchange(answer: dict[str, Any], body: dict[str, Any] | None = None, status: int = 200) -> Exchange:
    return Exchange(method="POST", path=":batchUpdate", fields="", body=body or {}, status=status, answer=answer)


def sent_on(*exchanges: Exchange, hidden: str = "") -> list[dict[str, Any]]:
    record = Record()
    record.keep_secret(hidden)
    for each in exchanges:
        record.hear(each)
    return record.to_send()


ADDED = exchange({}, {"requests": [{"addSheet": {"properties": {"sheetId": OWN}}}]})


def test_only_tabs_that_were_added_are_shown_and_of_the_spreadsheet_only_its_locale() -> None:
    own = {"properties": {"sheetId": OWN, "title": "Trial"}, "data": [{"rowData": []}]}
    answer = {
        "spreadsheetId": "book",
        "properties": {"title": "Support", "locale": "de_DE", "timeZone": "Europe/Berlin"},
        "sheets": [{"properties": {"sheetId": OTHER, "title": "Tickets"}}, {"properties": {"title": "First"}}, own],
        "namedRanges": [{"name": "Customers"}],
    }

    _, at_top, below = sent_on(ADDED, exchange(answer), exchange({"updatedSpreadsheet": answer}))

    shown = {
        "spreadsheetId": "…",
        "properties": {"title": "…", "locale": "de_DE", "timeZone": "…"},
        "sheets": ["…", "…", own],
        "namedRanges": "…",
    }
    assert at_top["answer"] == shown
    assert below["answer"] == {"updatedSpreadsheet": shown}


def test_who_may_edit_e_mail_addresses_and_secret_texts_are_nowhere() -> None:
    protection = {"description": "ask mia@example.com", "editors": {"users": ["boss"]}}
    sheet = {"properties": {"sheetId": OWN}, "protectedRanges": [protection]}

    _, one = sent_on(ADDED, exchange({"sheets": [sheet], "replies": [{"of": "the book 1Abc"}]}), hidden="1Abc")

    assert one["answer"] == {
        "sheets": [
            {"properties": {"sheetId": OWN}, "protectedRanges": [{"description": "ask …", "editors": "…"}]},
        ],
        "replies": [{"of": "the book …"}],
    }


def test_a_refusal_keeps_googles_words_but_no_long_numbers() -> None:
    error = {
        "code": 403,
        "message": "Not enabled in project 123456789.",
        "details": [{"reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/123456789"}}],
    }

    (one,) = sent_on(exchange({"error": error}, status=403))

    assert one["status"] == 403
    assert one["answer"]["error"] == {
        "code": 403,
        "message": "Not enabled in project ….",
        "details": [{"reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/…"}}],
    }


def test_the_latest_answer_to_a_path_is_found_and_nothing_where_there_was_none() -> None:
    record = Record()
    record.hear(exchange({"replies": [1]}))
    record.hear(exchange({"replies": [2]}))

    assert record.last_answer(":batchUpdate") == {"replies": [2]}
    assert record.last_answer(":getByDataFilter") == {}
