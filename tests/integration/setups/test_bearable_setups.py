"""What the bot can do without between this machine and the rows: it starts, and the doctor warns with exit code 0."""

from __future__ import annotations

import pytest

from tests.support.breaks import ON_WITHOUT_GOOGLE, Break, clock_off_by, with_a_ticket
from tests.support.setups import END_OF_START, Broken, SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import Cell, Formula
from tracker.sandbox.sheets.document import MAXIMUM_CELLS
from tracker.sheet.table.columns import KEY, LINK, NAMES
from tracker.store import Store
from tracker.store.file import FILE

pytest_plugins = ("tests.support.setup_fixtures",)


def used_up(desk: LocalDesk) -> None:
    desk.sheets.quota.reads_per_minute = 0


def rows(*rows: dict[str, str | float]) -> Break:
    """Rows below the header, as they are, by column."""

    def paste(desk: LocalDesk) -> None:
        desk.tab.paste(1, 0, [[row.get(name) for name in NAMES] for row in rows])

    return paste


def link(thread_id: int) -> str:
    return f"https://discord.com/channels/1417628594471739000/{thread_id}"


def formats_lost(desk: LocalDesk) -> None:
    for row in range(1, desk.tab.row_count):
        desk.tab.write(row, {column: Cell() for column in range(desk.tab.column_count)})


def filtered(desk: LocalDesk) -> None:
    blank = {"condition": {"type": "BLANK"}}
    area = {"sheetId": desk.tab.sheet_id}
    desk.tab.views.basic_filter = {"range": area, "filterSpecs": [{"columnIndex": 5, "filterCriteria": blank}]}


def filled_down(desk: LocalDesk) -> None:
    column = NAMES.index("team")
    desk.tab.paste(1, 0, [[str(FIRST)], [str(SECOND)]])
    desk.tab.paste(1, column, [[Formula(f"=A{row}")] for row in range(2, 1001)])


def merged(desk: LocalDesk) -> None:
    desk.tab.merge(Box(4, 1, 6, 3))


def nearly_full(desk: LocalDesk) -> None:
    desk.book.add_tab("Archive", rows=MAXIMUM_CELLS - 100_000, columns=1)


def damaged_store(desk: LocalDesk) -> None:
    Store.open(desk.folder / "data").close()
    (desk.folder / "data" / FILE).write_bytes(b"not a database, but long enough to be looked at" * 100)


FIRST, SECOND = 1417628594471739432, 1417628594471739777

BEARABLE = [
    Broken(
        name="everybody on the machine can read the key",
        breaks=lambda desk: (desk.folder / "credentials.json").chmod(0o644),
        id="sheet.key_secret",
        says="Everybody on this machine can read the key",
        fix="chmod 600 credentials.json",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the clock is a little off",
        breaks=clock_off_by(-120),
        id="sheet.clock",
        says="behind Google's; from 5m 0s on, Google lets nobody in",
        fix="sudo timedatectl set-ntp true",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="columns are missing",
        breaks=with_a_ticket(lambda desk: desk.tab.delete_columns(NAMES.index("team"), 2)),
        id="sheet.columns",
        says='does not name "team", "outside_business_hours": nothing is written there.',
        fix="python -m tracker.init_sheet",
        ends=0,
        line='The sheet has no column "outside_business_hours", "team" any more; the others are written. Give its '
        "header that name again, or run: python -m tracker.init_sheet",
    ),
    Broken(
        name="others use up the quota",
        breaks=used_up,
        id="sheet.quota",
        says="quota of requests a minute is used up",
        fix="quotas?project=sandbox-project",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="the formats are gone",
        breaks=formats_lost,
        id="sheet.formats",
        says='The format of "thread_id", "date_created", "resolution_date", "warning_message_id"',
        fix="python -m tracker.init_sheet",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="ids were rounded, and their links have them",
        breaks=rows({KEY: float(FIRST), LINK: link(FIRST)}, {KEY: str(SECOND)}),
        id="sheet.ids",
        says='1 cells of the column "thread_id" hold a number, which has lost its last digits: row 2.',
        fix="writes the ids back as text",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="ids were rounded, and nothing else identifies the rows",
        breaks=rows({KEY: float(FIRST), LINK: link(FIRST)}, {KEY: float(SECOND)}),
        id="sheet.ids",
        says='2 cells of the column "thread_id" hold a number, which has lost its last digits: rows 2, 3.',
        fix="Nothing else shows whose these are: row 3.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="rows have the same id",
        breaks=rows({KEY: str(FIRST)}, {KEY: str(SECOND)}, {KEY: str(FIRST)}, {KEY: str(FIRST)}),
        id="sheet.same_ids",
        says=f"Several rows have the same thread_id: {FIRST} in rows 2, 4, 5.",
        fix="delete the others: https://docs.google.com/spreadsheets/d/",
        ends=0,
        line="Several rows of the sheet have the same thread_id",
    ),
    Broken(
        name="only some columns were sorted",
        breaks=rows({KEY: str(FIRST), LINK: link(SECOND)}, {KEY: str(SECOND), LINK: link(FIRST)}),
        id="sheet.mixed",
        says="name different threads: rows 2, 3.",
        fix="writes these rows anew",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="dates are texts",
        breaks=rows(
            {KEY: str(FIRST), "date_created": "2026-02-04 05:00 UTC"}, {KEY: str(SECOND), "date_created": 46057.4375}
        ),
        id="sheet.dates",
        says='1 cells of the column "date_created" hold a text instead of a date: row 2.',
        fix="such as 2026-01-31 18:00:00",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a filter hides rows from everybody",
        breaks=filtered,
        id="sheet.filter",
        says="may hide rows, from everybody",
        fix="Data > Remove filter",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a column is filled down",
        breaks=filled_down,
        id="sheet.filled_down",
        says='The column "team" is filled down to the end of the tab: 997 cells below the last ticket hold a checkbox '
        "or a formula (K4:K1000).",
        fix="Select K4:K1000, choose Data > Data validation > Remove rules",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="cells are merged",
        breaks=merged,
        id="sheet.merged",
        says="Merged cells reach into the bot's columns: B5:C6.",
        fix="Format > Merge cells > Unmerge",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the spreadsheet has another time zone",
        breaks=lambda desk: setattr(desk.book, "time_zone", "America/New_York"),
        id="sheet.time_zone",
        says="time zone is America/New_York, but TIMEZONE is Asia/Kolkata",
        fix="File > Settings > Time zone: choose that of Asia/Kolkata.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a name in the header is spelt in another way",
        breaks=lambda desk: desk.tab.paste(0, 1, [["Title"]]),
        id="sheet.spelling",
        says='Names in the header differ by case or blanks, so nothing is written there: B1 says "Title", not title.',
        fix="Write title into B1.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the spreadsheet is nearly full",
        breaks=nearly_full,
        id="sheet.cells",
        says="9,940,000 of at most 10,000,000 cells",
        fix="Move old rows or tabs to another one",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the store is damaged",
        breaks=damaged_store,
        id="machine.store",
        says="is damaged (file is not a database)",
        fix="it sets the file aside and begins anew",
        ends=0,
        line="It was set aside as tracker.sqlite3.damaged-",
    ),
]
OF_THIS_FILE = ("Sheet", "This machine")


@pytest.mark.parametrize("broken", BEARABLE, ids=lambda broken: broken.name)
def test_what_the_bot_can_do_without_is_a_warning_with_its_fix(set_up: SetUp, broken: Broken) -> None:
    broken.breaks(set_up.desk)

    code, findings = set_up.doctor()

    warned = [each for each in findings if each["level"] != "good" and each["group"] in OF_THIS_FILE]
    assert code == 0, findings
    assert [each["id"] for each in warned] == [broken.id], warned
    assert broken.says in str(warned[0]["text"])
    assert broken.fix in str(warned[0]["fix"])
    code, lines = set_up.bot(broken.line)
    assert code == 0
    assert any(broken.line in line for line in lines), lines
