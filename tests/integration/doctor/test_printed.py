"""What the doctor prints for people: groups, marks and fixes, what was proved, and as its last line what comes next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.keys import private_key
from tests.support.pages import TEXTS
from tests.support.paste import PYTHON
from tests.support.prepared import prepare_sheet
from tests.support.quick_desk import QuickDesk
from tests.support.setups import SetUp
from tracker import doctor
from tracker.checks import Group
from tracker.sandbox.desk import LocalDesk

pytest_plugins = ("tests.support.setup_fixtures",)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    async with QuickDesk(folder=tmp_path, private_key=private_key()) as desk:
        await prepare_sheet(desk)
        yield desk


async def test_the_shipped_command_shows_groups_marks_and_fixes(desk: LocalDesk) -> None:
    desk.world.revoke("ADD_REACTIONS")
    code, output = await desk.run("tracker.doctor")
    assert code == 1
    lines = output.splitlines()
    *groups, more, last = [line for line in lines if line and not line.startswith(" ")]
    assert groups == [*Group]
    assert TEXTS[Path(more.removeprefix("More of what can be wrong: "))].startswith("# When something is wrong")
    assert last == f"1 thing is left to put right. Then again: {PYTHON} -m tracker.doctor"
    assert {line[2] for line in lines if line.startswith("  ") and line[2] != " "} == {"✓", "!", "✗"}
    failed = lines.index("  ✗ In #support the bot lacks Add Reactions: no role of the bot allows it.")
    assert lines[failed + 1] == "    → Server Settings > Roles > tracker > Permissions: switch Add Reactions on."
    assert "\x1b" not in output
    assert desk.settings["DISCORD_TOKEN"] not in output


async def test_with_send_test_the_shipped_command_says_what_it_proved(desk: LocalDesk) -> None:
    _, output = await desk.run("tracker.doctor", "--send-test")
    proved = (
        "--send-test proved: a message arrives in each alert channel; a row is added; a row is changed; a write whose "
        "answer was lost is found again; a write that comes too late is shut out; cells of a row that people moved "
        "meanwhile are put back."
    )
    assert output.splitlines()[-2] == proved
    desk.settings |= {"ALERT_CHANNEL_IDS": "", "SHEET_NAME": "Another"}
    _, output = await desk.run("tracker.doctor", "--send-test")
    assert output.splitlines()[-2].startswith("Not proved: a message arrives in each alert channel; a row is added; ")


async def test_the_last_line_counts_what_comes_later(desk: LocalDesk) -> None:
    desk.settings |= {"SUPPORT_CHANNEL_ID": "", "SHEET_NAME": "Another"}
    _, output = await desk.run("tracker.doctor")
    lines = output.splitlines()
    assert "  ✗ SUPPORT_CHANNEL_ID is not set." in lines
    assert any(line.startswith("  … not yet: ") and 'no tab "Another"' in line for line in lines)
    again = f"Then again: {PYTHON} -m tracker.doctor"
    assert lines[-1] == f"1 thing is left to put right, and 1 more comes later. {again}"


async def test_the_last_line_names_the_next_command(desk: LocalDesk) -> None:
    _, output = await desk.run("tracker.doctor")
    assert output.splitlines()[-1] == f"Nothing is left to put right. Next: {PYTHON} -m tracker"
    desk.tab.delete_rows(0)
    desk.settings["SHEET_NAME"] = "Another"
    _, output = await desk.run("tracker.doctor")
    assert output.splitlines()[-1] == f"Only the tab is missing. Next: {PYTHON} -m tracker.init_sheet"


def name_cut_off(desk: LocalDesk) -> None:
    desk.tab.delete_rows(0)
    desk.settings["SHEET_NAME"] = "Desk #2"


def chart_in_its_place(desk: LocalDesk) -> None:
    desk.book.add_chart_sheet("Charts")
    desk.settings["SHEET_NAME"] = "Charts"


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="Suport Tickets"),
            '(it has "Sheet1", "Support Tickets"; perhaps "Support Tickets" is meant).',
            id="a misspelt tab",
        ),
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="Desk"),
            'perhaps "Support Tickets", which has a column thread_id, is meant).',
            id="tickets in another tab",
        ),
        pytest.param(
            lambda desk: desk.settings.update(SHEET_NAME="aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC"),
            "SHEET_NAME is no name (hidden: it looks like a password)",
            id="a password in its place",
        ),
        pytest.param(name_cut_off, "SHEET_NAME in .env ends before its #", id="cut off"),
        pytest.param(
            lambda desk: desk.tab.paste(0, 0, [["Thread ID"]]), 'its cell A1 says "Thread ID"', id="misspelt ids"
        ),
        pytest.param(lambda desk: desk.tab.paste(0, 0, [["id"]]), "its row 1 names ", id="another name for the ids"),
        pytest.param(lambda desk: desk.tab.paste(0, 0, [[""]]), "its row 1 names ", id="no name for the ids"),
        pytest.param(chart_in_its_place, "is a chart, which has no cells", id="a chart"),
    ],
)
def test_where_init_sheet_would_make_a_second_tab_or_refuse_the_last_line_does_not_name_it(
    everything_allowed: SetUp, breaks: Callable[[LocalDesk], object], says: str
) -> None:
    breaks(everything_allowed.desk)
    everything_allowed.desk.write_settings()
    assert doctor.main([]) == 1
    shown = everything_allowed.capsys.readouterr().out
    assert says in shown
    assert "Only the tab is missing" not in shown
    assert shown.splitlines()[-1].startswith("1 thing is left to put right. Then again: ")
