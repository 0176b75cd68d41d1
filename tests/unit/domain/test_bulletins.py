"""The words of the morning digest and the weekly report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import AUTHOR, ENGINEERING, GUILD, OPENED, RULES, snowflake
from tests.support.hostile_titles import HOSTILE
from tests.support.strategies import texts
from tracker.domain.bulletins import known_by, morning_digest, weekly_report, without_titles
from tracker.domain.figures import elapsed
from tracker.domain.overview import View, overview_of_week
from tracker.domain.summary import waiting_on_us
from tracker.domain.ticket import Activity, Answer, Ticket
from tracker.domain.wording import WITHHELD

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = OPENED + 5 * HOUR
TEAMS = ("Engineering",)
VIEW = View(zone=ZoneInfo("UTC"), teams=TEAMS, rules=RULES, elapsed=elapsed)
WAITS = Ticket(
    thread_id=snowflake(OPENED), guild_id=GUILD, author_id=AUTHOR, title="Cannot log in", tags=(ENGINEERING,)
)


def digest(*waiting: Ticket, on_us: Sequence[Ticket] = (), view: str = "https://sheet.example/view") -> list[str]:
    return morning_digest(waiting, on_us, day=date(2026, 2, 4), now=NOW, teams=TEAMS, view=view)


def opened(at: datetime, title: str = "Cannot log in") -> Ticket:
    return replace(WAITS, thread_id=snowflake(at), title=title, due_at=at + HOUR)


def test_a_digest_names_what_waits_with_its_age_its_sla_its_team_and_its_link() -> None:
    late, soon = opened(OPENED), replace(opened(NOW - HOUR / 2, "**Broken** @everyone"), tags=())

    (message,) = digest(late, soon, replace(WAITS, title="Old"))

    assert message == (
        "☀️ **Morning digest of Wed 2026-02-04**\n"
        "\n3 tickets wait for a first answer:\n"
        f"• Cannot log in · waiting 5h 0m · **SLA missed** · Engineering · {late.link}\n"
        f"• \\*\\*Broken\\*\\* @everyone · waiting 30m 0s · due <t:{int((NOW + HOUR / 2).timestamp())}:R> · Unassigned"
        f" · {soon.link}\n"
        f"• Old · waiting 5h 0m · no SLA · Engineering · {WAITS.link}"
    )


def test_a_digest_names_ten_tickets_and_says_where_the_others_are() -> None:
    waiting = [opened(OPENED + number * HOUR / 60) for number in range(17)]

    (message,) = digest(*waiting)
    (without_view,) = digest(*waiting, view="")

    assert message.count("•") == 10
    assert message.endswith("\nand 7 more: <https://sheet.example/view>")
    assert without_view.endswith("\nand 7 more")


def test_what_waits_on_us_comes_after_what_has_no_answer() -> None:
    activity = Activity(last_message_id=snowflake(NOW - HOUR), by_asker=True, staff_replies=1)
    answer = Answer(message_id=snowflake(OPENED + HOUR), author_name="ana")
    asks_again = replace(opened(OPENED, "And now?"), first_answer=answer, activity=activity)

    (message,) = digest(opened(OPENED), on_us=waiting_on_us([WAITS, asks_again]))
    (alone,) = digest(on_us=[asks_again] * 12)

    line = f"• And now? · waiting 1h 0m · answered before · Engineering · {asks_again.link}"
    assert message.endswith(f"\n\n1 ticket waits on us, as it seems:\n{line}")
    assert alone.split("\n")[2] == "12 tickets wait on us, as it seems:"
    assert alone.endswith(f"{line}\nand 2 more: <https://sheet.example/view>")


@pytest.mark.parametrize(("title", "sent"), HOSTILE.items(), ids=ascii)
def test_a_title_is_shown_as_it_is(title: str, sent: str) -> None:
    (message,) = digest(opened(OPENED, title))

    assert f"\n• {sent} · waiting 5h 0m · " in message


@given(st.lists(texts | st.sampled_from([" · waiting 1s", "• ", "x"]), min_size=1, max_size=10))
def test_without_titles_a_digest_shows_nothing_that_people_wrote_and_all_else(titles: list[str]) -> None:
    for message in digest(*(opened(OPENED, f"<{title}>") for title in titles)):
        for shown, line in zip(without_titles(message).split("\n"), message.split("\n"), strict=True):
            ticket = f" · waiting {line.rpartition(' · waiting ')[2]}"
            assert shown in ({f"• {WITHHELD}{ticket}", f"• …{ticket}"} if line.startswith("• ") else {line})
        assert len(without_titles(message)) <= 2000


def test_there_is_no_digest_where_nothing_waits() -> None:
    assert digest() == []


@given(st.lists(texts | st.text("*_`<@", min_size=90, max_size=100), min_size=1, max_size=12))
def test_every_message_fits_into_discord_and_says_first_what_it_is(titles: list[str]) -> None:
    messages = digest(*(opened(OPENED + number * HOUR / 60, title) for number, title in enumerate(titles)))

    assert all(len(message) <= 2000 for message in messages)
    assert len({known_by(message) for message in messages}) == len(messages)
    assert known_by(messages[0]) == "☀️ **Morning digest of Wed 2026-02-04**"
    assert sum(message.count("\n• ") for message in messages) == min(10, len(titles))


def test_a_report_has_the_last_whole_week_beside_the_one_before() -> None:
    def answered(at: datetime, after: timedelta, count: int) -> list[Ticket]:
        answer = Answer(message_id=snowflake(at + after), author_name="ana")
        one = replace(opened(at), first_answer=answer, resolved_at=at + 2 * after)
        return [replace(one, thread_id=one.thread_id + number) for number in range(count)]

    monday = datetime(2026, 2, 2, tzinfo=UTC)
    desk = [*answered(monday, HOUR / 2, 4), *answered(monday + DAY, 2 * HOUR, 1), *answered(monday - DAY, HOUR, 2)]
    desk.append(opened(monday + 7 * DAY))

    shown, overview = overview_of_week(lambda _: desk, monday + 7 * DAY + 9 * HOUR, VIEW)
    (message,) = weekly_report(overview, monday=shown)

    assert message.split("```")[0] == (
        "📊 **Weekly report of Mon 2026-02-02 to Sun 2026-02-08**\n"
        "\n"
        "• Opened: **5** (the week before: 2)\n"
        "• Resolved: **5** (the week before: 2)\n"
        "• Median first response: **30m 0s** (the week before: 1h 0m)\n"
        "• SLA kept: **80%** (the week before: –)\n"  # noqa: RUF001 - a dash
        "• Reopened: **0%** (the week before: –)\n"  # noqa: RUF001 - the same
        "• Waiting now: **1** (7 days before: 0)\n"
        "\n**By team, last 28 days**\n"
        "• Engineering: 7 opened, 7 resolved, first response 30m 0s, SLA kept 85%\n"
        "\n**By type, last 28 days**\n"
        "• no type: 7 opened, 7 resolved, first response 30m 0s, SLA kept 85%\n"
    )
    table = message.split("```")[1].strip().split("\n")
    assert len(table) == 14
    assert table[-1].split() == ["2026-02-02", "5", "5", "30m", "0s", "80%"]


@given(st.lists(st.text("*_`<@", min_size=10, max_size=40), min_size=20, max_size=30))
def test_a_long_report_is_split_between_its_lines(names: list[str]) -> None:
    monday = date(2026, 2, 2)
    _, overview = overview_of_week(lambda _: [opened(OPENED)], OPENED + 7 * DAY, VIEW)
    figures = overview.teams["Engineering"]

    messages = weekly_report(replace(overview, types=dict.fromkeys(names, figures)), monday=monday)

    assert all(len(message) <= 2000 and message.count("```") in (0, 2) for message in messages)
    assert len({known_by(message) for message in messages}) == len(messages)
