"""Sums, averages and medians over the columns of figures, as a spreadsheet engine computes them over the local tab."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, median

import ironcalc
import pytest

from tests.support.builders import (
    AUTHOR,
    ENGINEERING,
    OPENED,
    RESOLVED,
    created,
    deadline_passed,
    deleted,
    named,
    replied,
    seen,
)
from tests.support.delivery_desk import open_delivery_desk, thread
from tests.support.sheet_office import KOLKATA, TITLE
from tracker.domain.figures import FIGURES_SHOWN
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import FIGURES

MINUTE = timedelta(minutes=1)
_SECONDS_A_DAY = 86_400
_TO_THE_SECOND = 1e-6
"""Of a day, less than a tenth of a second: nothing but what floating numbers lose."""

NUMBERS = (
    *("first_response", "resolution", "first_response_business", "resolution_business"),
    *("first_response_date", "sla_due", "last_activity", "staff_replies"),
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What people did with a ticket, in minutes after Wednesday, 4 February 2026, 10:30 in Kolkata."""

    opened: int
    answers: tuple[int, ...] = ()
    resolved: int | None = None
    own_words: int | None = None
    engineering: bool = False
    deleted: bool = False


STORIES = (
    Story(opened=1, answers=(26,), resolved=300, engineering=True),
    Story(opened=2, answers=(61, 90, 95), own_words=70),  # just within the hour
    Story(opened=3, answers=(190,), resolved=1_500, engineering=True),
    Story(opened=4),
    Story(opened=5, resolved=50),
    Story(opened=440, answers=(1_400, 1_410), resolved=4_000),  # 17:50; answered on Thursday, resolved on Saturday
    Story(opened=600, answers=(610,), resolved=6_900),  # 20:30; resolved on Monday
    Story(opened=3_500, answers=(3_800,), engineering=True),  # Friday 20:50, answered in the night
    Story(opened=3_600, answers=(7_000,), resolved=7_200, deleted=True),
)


def at(minute: int) -> datetime:
    return OPENED + minute * MINUTE


def is_open(moment: datetime) -> bool:
    """Monday to Friday from nine to six."""
    wall = moment.astimezone(KOLKATA)
    return wall.weekday() < 5 and 9 <= wall.hour < 18


def open_minutes(start: int, end: int) -> int:
    return sum(is_open(at(minute)) for minute in range(start, end))


def date(minute: int) -> float:
    """A date as a spreadsheet counts it."""
    wall = at(minute).astimezone(KOLKATA).replace(tzinfo=None)
    return (wall - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a serial number has no zone


def minutes(count: int) -> float:
    return count * 60 / _SECONDS_A_DAY


def model(story: Story) -> dict[str, float]:
    """The numbers that stand in the ticket's row; what it does not have is an empty cell."""
    words = [*story.answers, *([] if story.own_words is None else [story.own_words]), story.opened]
    cells = {
        "sla_due": date(story.opened + 60),
        "staff_replies": float(len(story.answers)),
        "last_activity": date(max(words)),
    }
    if story.answers:
        cells |= {
            "first_response_date": date(story.answers[0]),
            "first_response": minutes(story.answers[0] - story.opened),
            "first_response_business": minutes(open_minutes(story.opened, story.answers[0])),
        }
    if story.resolved is not None:
        cells |= {
            "resolution": minutes(story.resolved - story.opened),
            "resolution_business": minutes(open_minutes(story.opened, story.resolved)),
        }
    return cells


def verdict(story: Story) -> str:
    """Of a promise of an hour."""
    answer, end = min(story.answers, default=None), story.resolved
    if answer is None and end is not None and end <= story.opened + 60:
        return ""
    return "met" if answer is not None and answer <= story.opened + 60 else "missed"


def computed(tab: Tab, formulas: Iterable[str]) -> list[float]:
    """What a cell with each formula shows beside this tab."""
    engine = ironcalc.create("desk", "de", "UTC", "en")
    engine.add_sheet(TITLE)
    for row, cells in enumerate(tab.values(), start=1):
        for column, value in enumerate(cells, start=1):
            if isinstance(value, bool):
                engine.update_cell_with_bool(1, row, column, value)
            elif isinstance(value, float):
                engine.update_cell_with_number(1, row, column, value)
            elif value is not None:
                engine.update_cell_with_text(1, row, column, str(value))
    written = list(formulas)
    for row, formula in enumerate(written, start=1):
        engine.set_user_input(0, row, 1, formula)
    engine.evaluate()
    return [float(str(engine.get_cell_value(0, row, 1))) for row in range(1, len(written) + 1)]


def letters(tab: Tab, name: str) -> str:
    """The column of this name, for a formula on another tab; a whole one takes this engine a second."""
    place = tab.shown()[0].index(name)
    column = ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)
    return f"'{TITLE}'!${column}$1:${column}${tab.row_count}"


async def test_sums_averages_and_medians_over_the_figures_equal_those_of_what_people_did(tmp_path: Path) -> None:
    async with open_delivery_desk(tmp_path) as desk:
        desk.quiet = timedelta()
        desk.name_columns(*FIGURES)
        async with desk.running():
            desk.store.facts.set(FIGURES_SHOWN, "yes")  # as an earlier run has found
            for story in STORIES:
                number = thread(story.opened)
                tags = (ENGINEERING,) if story.engineering else ()
                desk.tracking.record(created(*tags, thread=number))
                desk.tracking.record(named("mia", thread=number))
                for minute in story.answers:
                    desk.tracking.record(replied(minute * MINUTE, thread=number))
                if story.own_words is not None:
                    desk.tracking.record(replied(story.own_words * MINUTE, author=AUTHOR, thread=number))
                if story.resolved is not None:
                    desk.tracking.record(seen(*tags, RESOLVED, thread=number, at=at(story.resolved)))
                if not story.answers and story.resolved is None:
                    desk.tracking.record(deadline_passed(thread=number))
                if story.deleted:
                    desk.tracking.record(deleted(thread=number))
            await desk.until(
                lambda: all(desk.shows(story.opened, staff_replies=float(len(story.answers))) for story in STORIES)
            )
            await desk.settled()
        tab = desk.office.tab

    rows = [model(story) for story in STORIES]
    means: dict[str, Callable[[list[float]], float]] = {
        "SUM": sum,
        "AVERAGE": fmean,
        "MEDIAN": median,
        "COUNT": lambda values: float(len(values)),
    }
    wanted = {
        f"={function}({letters(tab, name)})": reckon([row[name] for row in rows if name in row])
        for name in NUMBERS
        for function, reckon in means.items()
    }
    sla, team, first = letters(tab, "sla"), letters(tab, "team"), letters(tab, "first_response")
    verdicts = [verdict(story) for story in STORIES]
    engineering = [row["first_response"] for row, story in zip(rows, STORIES, strict=True) if story.engineering]
    wanted |= {f'=COUNTIF({sla};"{word}")': float(verdicts.count(word)) for word in ("met", "missed", "running")}
    wanted[f'=AVERAGEIFS({first};{team};"Engineering")'] = fmean(engineering)

    found = dict(zip(wanted, computed(tab, wanted), strict=True))
    assert found == {formula: pytest.approx(value, abs=_TO_THE_SECOND) for formula, value in wanted.items()}
