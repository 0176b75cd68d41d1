"""What the backfill brings in, what it costs, and what ends it with one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.support.archive import archive_of, backfilled
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault


async def test_a_dry_run_counts_all_pages_of_the_archive_and_changes_nothing(desk: LocalDesk) -> None:
    archive_of(desk, 120)
    output = await backfilled(desk, "--dry-run")
    assert "threads to bring in: 120" in output
    assert desk.rows() == {}
    reads = ("/token", "ByDataFilter")  # a POST, too
    assert [each.path for each in desk.sheets.requests if each.method != "GET" and not each.path.endswith(reads)] == []
    assert "threads to bring in: 120" in await backfilled(desk, "--dry-run")


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
async def test_a_tab_that_is_missing_ends_it_before_the_archive_is_read(
    desk: LocalDesk, arguments: tuple[str, ...]
) -> None:
    archive_of(desk, 1)
    desk.tab.rename("Elsewhere")
    code, output = await desk.run("tracker.backfill", *arguments)
    assert code == 1
    (line,) = output.splitlines()
    assert 'has no tab "Support Tickets"' in line
    assert not [request for request in desk.discord.requests if "threads/archived" in request.path]


async def test_without_the_permission_to_read_the_history_the_missing_permission_is_named(desk: LocalDesk) -> None:
    threads = archive_of(desk, 2)
    desk.world.deny(desk.forum, "READ_MESSAGE_HISTORY")
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert "Give the bot View Channel and Read Message History there" in output
    desk.world.allow(desk.forum, "READ_MESSAGE_HISTORY")
    await backfilled(desk)
    rows = desk.rows()
    assert [rows[thread.id]["first_responded_by"] for thread in threads] == ["sam", "sam"]


@pytest.mark.parametrize("path", ["/channels/[0-9]+$", "/threads/archived/public$", "/messages$"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda: web.json_response({}), "an answer it cannot read"),
        (
            lambda: web.Response(text="<html>Sign in</html>", content_type="text/html"),
            "Something on the way to Discord answered in its place, with a page.",
        ),
    ],
    ids=["no-answer-of-discord-s", "page"],
)
async def test_an_answer_that_cannot_be_read_ends_it_with_one_line(
    unchecked_desk: LocalDesk, path: str, answer: Callable[[], web.Response], says: str
) -> None:
    desk = unchecked_desk  # no answer of Discord is like these
    (thread,) = archive_of(desk, 1)
    fault = Fault(path=path, method="GET", times=None, outcome=answer)
    desk.discord.faults.append(fault)
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert "Traceback" not in output
    (line,) = [line for line in output.splitlines() if "Run the command again to go on" in line]
    assert says in line
    desk.discord.faults.remove(fault)
    await backfilled(desk)
    assert desk.rows()[thread.id]["first_responded_by"] == "sam"


async def test_since_a_day_only_threads_created_then_or_later_come_in(desk: LocalDesk) -> None:
    threads = archive_of(desk, 9)
    code, output = await desk.run("tracker.backfill", "--since", "soon")
    assert code == 2
    assert '"soon" is not a day; write it as 2026-01-31' in output
    await backfilled(desk, "--since", str(threads[4].created_at.date()))
    assert set(desk.rows()) == {thread.id for thread in threads[4:]}


async def test_it_keeps_googles_quota_and_discords_limits(desk: LocalDesk) -> None:
    archive_of(desk, 70)
    desk.discord.rate_limits.as_discord()
    await backfilled(desk)
    assert len(desk.rows()) == 70
    assert desk.sheets.quota.refused == 0
    assert {request.status for request in desk.sheets.requests} == {200}
    assert {request.status for request in desk.discord.requests} == {200}
