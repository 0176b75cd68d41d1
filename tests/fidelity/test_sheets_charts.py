"""Charts are kept, given back, and follow their cells; what Google would refuse is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)


def chart(desk: Desk, *, number: int = 7, rows: tuple[int, int] = (0, 5), width: int = 1) -> JSON:
    def data(column: int) -> JSON:
        return {"sourceRange": {"sources": [desk.area(*rows, column, column + width)]}}

    spec = {
        "title": "Opened",
        "basicChart": {
            "chartType": "COLUMN",
            "headerCount": 1,
            "domains": [{"domain": data(0)}],
            "series": [{"series": data(1), "targetAxis": "LEFT_AXIS"}],
        },
    }
    anchor = {"sheetId": desk.tab.sheet_id, "rowIndex": 2, "columnIndex": 3}
    return {"chartId": number, "spec": spec, "position": {"overlayPosition": {"anchorCell": anchor}}}


async def charts(desk: Desk) -> list[JSON]:
    found: list[JSON] = (await desk.ok("GET", ""))["sheets"][1].get("charts", [])
    return found


async def test_a_chart_is_kept_changed_and_taken_away_by_its_number(desk: Desk) -> None:
    answer = await desk.batch({"addChart": {"chart": chart(desk)}})
    assert answer["replies"] == [{"addChart": {"chart": chart(desk)}}]
    assert await charts(desk) == [chart(desk)]

    renamed = {**chart(desk)["spec"], "title": "Resolved"}
    await desk.batch({"updateChartSpec": {"chartId": 7, "spec": renamed}})
    assert await charts(desk) == [{**chart(desk), "spec": renamed}]

    await desk.batch({"deleteEmbeddedObject": {"objectId": 7}})
    assert await charts(desk) == []


async def test_a_chart_follows_rows_that_are_inserted_above_its_cells(desk: Desk) -> None:
    await desk.batch({"addChart": {"chart": chart(desk)}})
    rows = {"sheetId": desk.tab.sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}
    await desk.batch({"insertDimension": {"range": rows}})

    (moved,) = await charts(desk)

    assert moved["spec"] == chart(desk, rows=(2, 7))["spec"]
    assert moved["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 4


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda desk: {"addChart": {"chart": chart(desk)}}, "already exists"),
        (lambda desk: {"addChart": {"chart": chart(desk, number=8, rows=(0, 5000))}}, "exceeds grid limits"),
        (lambda desk: {"addChart": {"chart": chart(desk, number=8, width=2)}}, "one row or one column"),
        (lambda _: {"deleteEmbeddedObject": {"objectId": 8}}, "No chart with id: 8"),
        (lambda desk: {"updateChartSpec": {"chartId": 8, "spec": chart(desk)["spec"]}}, "No chart with id: 8"),
    ],
)
async def test_what_cannot_be_done_to_a_chart_is_refused(desk: Desk, change, complaint: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - one of the above
    await desk.batch({"addChart": {"chart": chart(desk)}})

    status, answer = await desk.call("POST", ":batchUpdate", {"requests": [change(desk)]})

    assert status == 400
    assert complaint in answer["error"]["message"]
