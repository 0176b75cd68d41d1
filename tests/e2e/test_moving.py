"""Moving from the Apps Script edition: its tab is taken up by `init_sheet` and the first start, row by row.

`tests/data/apps_script_tab.csv` is such a tab as a person would type it in (a leading ' makes a text), with a row for
every oddity, named in its column `notes`; `FORUM` are the threads it names, as they are when the new bot comes.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from tests.support.steps import all_heard
from tracker.domain.snowflakes import created_at
from tracker.domain.wording import RESOLVED
from tracker.sandbox.desk import SHEET_NAME, LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.quota import Quota

TABLE = Path(__file__).parents[1] / "data" / "apps_script_tab.csv"
SPREADSHEET_ZONE = "America/New_York"

Cells = dict[str, str | float | bool | None]
"""What a tab holds, by column and number of the row in the browser: `title 2`."""


class Old(NamedTuple):
    """A thread that was there before the bot: its first answer, and the old bot's message about its resolution."""

    id: int
    title: str
    tags: str
    answered: timedelta | None = None
    message_id: int | None = None


FORUM = (
    Old(1417759829264075432, "Cannot log in", "billing, resolved", timedelta(minutes=25.5), 1417797220000000001),
    Old(1418174713036923457, "Export is empty", "billing", timedelta(minutes=65), 1418257760000000002),
    Old(1418933588461742221, "Sync stops", "Engineering"),
    Old(1419231677647941593, "Old question", "billing", timedelta(minutes=45)),
    Old(1419616714754718281, "Where is my invoice?", "billing", timedelta(minutes=10)),
    Old(1419922521458054213, "Slow page", "Consulting", timedelta(hours=3)),
    Old(1420410696500932051, "Add a colleague", "billing", timedelta(days=2, hours=4, minutes=15)),
    Old(1421174479260245751, "Wrong total", "billing, resolved", timedelta(seconds=40), 1421204690000000009),
    Old(1421454117702900624, "Two accounts", "billing, resolved", timedelta(minutes=10), 1421489090000000010),
    Old(1421713027894805551, "Colours", "billing, resolved", timedelta(minutes=90)),
    Old(1422215589400603105, "Password", "Engineering", timedelta(minutes=5), 1422245780000000012),
    Old(1422462969447634321, "Print twice", "billing, resolved", timedelta(minutes=1), 1422493170000000013),
)
"""Of what the table shows, "Never mind" was deleted, "Password" was retitled and reopened, and one was never there."""

ARCHIVED, ANOTHERS = "Old question", "Wrong total"
"""The thread that is archived, and the one with another application's message."""

STEPS = (
    "set the formats of thread_id, date_created, resolution_date, warning_message_id",
    "freeze the header row",
    'add the filter view "Waiting for a first response"',
    'add the filter view "Open"',
    "warn people who edit the header row",
    "warn people who edit thread_id",
)
ROWS = """\
What the bot makes of the rows that are there:
  13 rows name a thread each. What is written: blank cells of the bot's columns, and what has changed in Discord.
  Rows 4-6: thread_id is blank or lost digits; it is written anew, as text, from link.
  Rows 7-8 name the same thread: row 7 is kept up to date, the others are left alone.
  Row 16: thread_id lost digits, and link does not show them; not taken up, and the thread gets a second row when it \
is heard of. Put the thread's address into link first.
  Row 15: neither thread_id nor link names a thread; left alone. Put a thread's address into link to have its row \
taken up.
  Rows 2-5, 7, 9-11, 13-14, 17: dates are texts; they are read, in UTC where they do not say, and stay texts.
  Row 12: dates are on the clock of America/New_York, not of TIMEZONE (Asia/Kolkata); they are read so, and stay.
  Row 13: resolution_date cannot be read as a date; it stays as it is.
  Row 17: warning_message_id lost digits; the message is looked for when the thread is reopened.
  Columns that are not the bot's stay as they are: reopen_history, notes.
The spreadsheet's time zone is America/New_York, but TIMEZONE is Asia/Kolkata: TODAY() may be a \
day off. File > Settings > Time zone: choose that of Asia/Kolkata.
"""


def typed_in(desk: LocalDesk) -> Tab:
    """The table as a tab of the spreadsheet, in which the old edition and people wrote."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    tab = desk.book.add_tab(SHEET_NAME, rows=100, columns=len(rows[0]))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            tab.enter(row, column, text)
    return tab


def forum_of(desk: LocalDesk) -> dict[str, Thread]:
    """The threads by title, with their answers and the old bot's messages."""
    world, threads = desk.world, {}
    another = world.new_user("another bot", bot=True)
    for old in FORUM:
        at = created_at(old.id)
        tags = old.tags.split(", ")
        thread = world.open_thread(desk.forum, desk.customer, old.title, tags=tags, at=at, thread_id=old.id)
        if old.answered is not None:
            world.reply(thread, desk.staff, "Yes", at=at + old.answered + timedelta(milliseconds=400))
        if old.message_id is not None:
            author, posted = (another if old.title == ANOTHERS else world.bot_user), created_at(old.message_id)
            world.add_message(thread, author, RESOLVED, message_id=old.message_id, at=posted)
        threads[old.title] = thread
    world.archive(threads[ARCHIVED], at=created_at(threads[ARCHIVED].id) + timedelta(days=3))
    return threads


def changes(before: Cells, after: Cells) -> dict[str, object]:
    """The cells that differ, by column and row."""
    return {
        place: after.get(place)
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
    }


def cells(tab: Tab) -> Cells:
    """All that the tab holds, by column and row."""
    return {
        f"{tab.values()[0][column]} {row + 1}": value
        for row, values in enumerate(tab.values())
        for column, value in enumerate(values)
        if value is not None
    }


def written_by_the_start(desk: LocalDesk, forum: dict[str, Thread]) -> Cells:
    """All that differs from the old tab after the first start: ids, blank cells, and what has changed in Discord."""
    link = f"https://discord.com/channels/{desk.world.guild.id}"
    return {
        "thread_id 4": "1418933588461742221",
        "thread_id 5": "1419231677647941593",
        "thread_id 6": "1419616714754718281",
        "raised_by 6": "mia",
        "type 6": "billing",
        "date_created 6": 45922.625,  # 2025-09-22 09:30 in UTC, 15:00 in Kolkata: 15 / 24
        "first_responded_by 6": "sam",
        "time_to_first_response 6": "10m 0s",
        "outside_business_hours 6": False,
        "reopen_count 6": 0.0,
        "link 9": f"{link}/{forum['Add a colleague'].id}",
        "type 11": "billing, resolved",
        "title 14": "Password",
        "type 14": "Engineering",
        "reopen_count 14": 1.0,
    }


async def test_the_tab_of_the_apps_script_edition_is_taken_up_without_losing_or_doubling_a_row(
    bare_desk: LocalDesk,
) -> None:
    desk, world = bare_desk, bare_desk.world
    desk.book.time_zone = SPREADSHEET_ZONE
    tab, forum = typed_in(desk), forum_of(desk)
    messages = {title: [message.id for message in desk.bot_messages(thread)] for title, thread in forum.items()}
    old = cells(tab)

    code, plan = await desk.run("tracker.init_sheet", "--dry-run")
    assert (code, cells(tab), len(tab.views.filter_views)) == (0, old, 0)
    assert plan.splitlines()[1:] == [
        *(f"  would {step}" for step in STEPS),
        *ROWS.splitlines(),
        "Nothing was changed (--dry-run).",
    ]
    code, printed = await desk.run("tracker.init_sheet")
    assert (code, cells(tab), len(tab.views.filter_views)) == (0, old, 2)
    *done, hint, charts = printed.splitlines()[1:-2]
    assert done == [*(f"  {step}" for step in STEPS), *ROWS.splitlines(), "Done."]
    assert hint.startswith("For figures in the sheet (status, ")
    assert charts.startswith("For a tab of charts: ")

    desk.sheets.quota = Quota(clock=desk.sheets.now)  # the bot is started another minute
    await desk.start_bot()
    await desk.until("an idle bot", lambda: not desk.unfinished() and cells(tab).get("first_responded_by 6"))
    assert changes(old, cells(tab)) == written_by_the_start(desk, forum)
    assert {title: [message.id for message in desk.bot_messages(thread)] for title, thread in forum.items()} == messages
    assert [title for title, thread in forum.items() if any(m.edited_at for m in thread.messages)] == ["Password"]
    (notice,) = desk.alerts.messages
    assert "Several rows of the sheet have the same thread_id:** `1419922521458054213`" in notice.content

    # Every ticket goes on from where the old edition left it.
    taken_up = cells(tab)
    for title in ("Cannot log in", "Two accounts", "Print twice", ANOTHERS):
        world.remove_tag(forum[title], "resolved")
    world.add_tag(forum["Export is empty"], "resolved")
    world.rename(forum["Slow page"], "Slow pages")
    world.rename(forum[ARCHIVED], "Old answer")
    await desk.until("the second message", lambda: len(desk.bot_messages(forum["Export is empty"])) == 2)
    await all_heard(desk)
    world.add_tag(forum[ANOTHERS], "resolved")
    await desk.until("the message of this bot", lambda: desk.bot_messages(forum[ANOTHERS]))
    await desk.until("an idle bot", lambda: not desk.unfinished())

    resolved_again = {"resolution_date", "time_to_resolution", "warning_message_id"}
    now = cells(tab)
    assert {place for place in changes(taken_up, now) if not place.endswith(" 18")} == {
        *("type 2", "reopen_count 2"),
        *("type 3", *(f"{name} 3" for name in resolved_again)),
        "title 5",
        "title 7",
        *("reopen_count 11", *(f"{name} 11" for name in resolved_again)),
        *("type 12", "reopen_count 12"),
        *("type 17", "reopen_count 17", "warning_message_id 17"),
    }
    assert [now[f"reopen_count {row}"] for row in (2, 3, 11, 12, 17)] == [1.0, "2", 1.0, 1.0, 1.0]
    for title, row in (("Export is empty", 3), (ANOTHERS, 11)):
        assert now[f"warning_message_id {row}"] == str(desk.bot_messages(forum[title])[-1].id)
        assert "RESOLVED" in desk.bot_messages(forum[title])[-1].content
    assert now["warning_message_id 17"] == "1422493170000000013"
    for title in ("Cannot log in", "Two accounts", "Print twice"):
        assert ["REOPENED" in message.content for message in desk.bot_messages(forum[title])] == [True]
    assert f"Thread {forum[ANOTHERS].id}: edit_reopened is given up: another application wrote the message" in desk.log
    assert tab.data_end() == 18  # the marker's row, and not one more
