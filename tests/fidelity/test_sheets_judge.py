"""The judge itself: Google's description refuses what Google would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.google import ContractError, validate_reply, validate_request, watch
from tracker.sandbox.sheets import SheetsServer

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

BATCH = "/v4/spreadsheets/ID:batchUpdate"
CELL = {"userEnteredValue": {"stringValue": "x", "numberValue": None}}


def updating(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - right and wrong values alike
    cells = {"start": {"sheetId": 0}, "rows": [{"values": [CELL]}], "fields": "userEnteredValue"}
    return {"requests": [{"updateCells": {**cells, **fields}}]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", BATCH, updating()),
        ("POST", f"{BATCH}?fields=updatedSpreadsheet.sheets(data.rowData.values/note),replies", updating(range=None)),
        ("GET", "/v4/spreadsheets/ID?includeGridData=true&ranges=A1&ranges=B1", None),
        ("GET", "/v4/spreadsheets/ID/values/A1:B2?majorDimension=ROWS", None),
        ("POST", "/v4/spreadsheets/ID/values/A1:B2:append?valueInputOption=RAW", {"values": [["x", 1, True, None]]}),
    ],
)
def test_right_requests_pass(method: str, path: str, body: object) -> None:
    validate_request(method, path, body)


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", BATCH, {"request": []}, "'request' was unexpected"),
        ("POST", BATCH, {"requests": [{"addBanana": {}}]}, "'addBanana' was unexpected"),
        ("POST", BATCH, updating(rows=[{"values": [{"value": "x"}]}]), "'value' was unexpected"),
        ("POST", BATCH, updating(rows=[{"values": [CELL, {"userEnteredValue": {"stringValue": 5}}]}]), "5 is not of"),
        ("POST", BATCH, updating(start={"sheetId": "0"}), "sheetId"),
        ("POST", BATCH, updating(fields="userEnteredValue.text"), "names text"),
        ("POST", BATCH, {"requests": [{"sortRange": {"sortSpecs": [{"sortOrder": "UP"}]}}]}, "sortOrder"),
        ("POST", f"{BATCH}?fields=spreadsheet", updating(), "names spreadsheet"),
        ("GET", "/v4/spreadsheets/ID?grid=true", None, "unknown parameter grid"),
        ("GET", "/v4/spreadsheets/ID/values/A1?majorDimension=CELLS", None, "can't be CELLS"),
        ("GET", "/v4/spreadsheets/ID", {"ranges": []}, "a body where there must be none"),
        ("DELETE", "/v4/spreadsheets/ID", None, "no such method"),
    ],
)
def test_wrong_requests_are_named(method: str, path: str, body: object, complaint: str) -> None:
    with pytest.raises(ContractError, match=complaint):
        validate_request(method, path, body)


def test_wrong_answers_are_named() -> None:
    path = "/v4/spreadsheets/ID/values/A1"
    validate_reply("GET", path, {"range": "A1", "majorDimension": "ROWS", "values": [["x"]]})
    with pytest.raises(ContractError, match="'cells' was unexpected"):
        validate_reply("GET", path, {"cells": []})
    with pytest.raises(ContractError, match="not of type 'string'"):
        validate_reply("GET", path, {"range": None})
    validate_reply("GET", path, {"error": {"code": 404, "message": "", "status": "NOT_FOUND"}}, 404)
    with pytest.raises(ContractError, match="'status' is a required property"):
        validate_reply("GET", path, {"error": {"code": 404, "message": ""}}, 404)


async def test_a_watched_server_that_answers_wrongly_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.book, "properties", lambda: {"titel": "Support"})
    server = SheetsServer()
    violations = watch(server)
    async with server:
        account = server.new_account(desk.account.private_key)
        server.books[desk.book.id] = desk.book
        desk.book.share(account.email)
        url = f"{server.address}/v4/spreadsheets/{desk.book.id}"
        token = await desk.token(account)
        async with desk.session.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
            assert response.status == 200
    assert len(violations) == 1
    assert "'titel' was unexpected" in violations[0]
