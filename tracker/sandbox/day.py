"""A support day in steps: what people do, and what must have come of it in Discord and in the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

SLA = "5s"
"""The time for a first answer on this day: short, so that an alert is seen."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the day. `done` tells whether everything the step leads to is there; it is asked until it is."""

    told: str
    done: Callable[[], object]
    thread: Thread | None = None


def support_day(desk: LocalDesk) -> Iterator[Step]:
    """The day, one step at a time: people act when the next step is asked for. The desk's bot must be running."""
    world, forum = desk.world, desk.forum
    mia, sam = desk.customer, desk.staff
    raj, kim = world.new_user("raj"), world.new_user("kim", roles=[desk.support])

    def row(thread: Thread) -> dict[str, str | float | bool | None]:
        return desk.rows().get(thread.id, {})

    login = world.open_thread(forum, mia, "Login fails with error 500", tags=["Engineering"])
    yield Step(
        told='mia opens "Login fails with error 500", tagged Engineering: a row, and ✅ once the row is in the sheet',
        thread=login,
        done=lambda: desk.is_ticked(login) and row(login)["team"] == "Engineering",
    )
    invoice = world.open_thread(forum, raj, "Where is our invoice?")
    yield Step(
        told='raj opens "Where is our invoice?", without a tag: no team yet',
        thread=invoice,
        done=lambda: desk.is_ticked(invoice) and row(invoice)["raised_by"] == "raj",
    )
    forgotten = world.open_thread(forum, raj, "Export is slow", tags=["Engineering"])
    yield Step(
        told='raj opens "Export is slow": nobody is going to answer this one',
        thread=forgotten,
        done=lambda: desk.is_ticked(forgotten),
    )
    world.reply(login, sam, "We are looking into it.")
    yield Step(
        told="sam answers mia: the first response and the time to it",
        thread=login,
        done=lambda: row(login)["first_responded_by"] == "sam" and row(login)["time_to_first_response"],
    )
    world.add_tag(invoice, "Consulting", by=kim)
    world.reply(invoice, kim, "I have sent it again.")
    yield Step(
        told="kim tags raj's ticket Consulting and answers: type, team and first response",
        thread=invoice,
        done=lambda: row(invoice)["team"] == "Consulting" and row(invoice)["first_responded_by"] == "kim",
    )
    desk.tab.sort(1)
    desk.tab.insert_columns(2)
    desk.tab.enter(0, 2, "our notes")
    world.rename(login, "Login fails with error 500 since Monday", by=mia)
    yield Step(
        told="a manager sorts the sheet by title and puts in a column; mia renames her ticket: the right row follows",
        thread=login,
        done=lambda: row(login)["title"] == "Login fails with error 500 since Monday",
    )
    world.add_tag(login, "resolved", by=sam)
    yield Step(
        told="sam adds the tag resolved: date and time, and a message that mentions mia",
        thread=login,
        done=lambda: (
            len(desk.bot_messages(login)) == 1
            and row(login)["warning_message_id"] == str(desk.bot_messages(login)[0].id)
        ),
    )
    world.remove_tag(login, "resolved", by=sam)
    yield Step(
        told="it is not solved after all, sam takes the tag off: a reopening is counted, the message is edited",
        thread=login,
        done=lambda: row(login)["reopen_count"] == 1 and "REOPENED" in desk.bot_messages(login)[0].content,
    )
    world.add_tag(login, "resolved", by=sam)
    yield Step(
        told="resolved again: a new message, a new date and time",
        thread=login,
        done=lambda: row(login)["warning_message_id"] not in (None, str(desk.bot_messages(login)[0].id)),
    )
    yield Step(
        told=f"nobody answered raj's slow export within {SLA}: one alert in #alerts",
        thread=forgotten,
        done=lambda: [forgotten.name in alert.content for alert in desk.alerts.messages] == [True],
    )
    world.delete_thread(invoice, by=raj)
    world.reply(forgotten, kim, "Sorry for the wait.")
    yield Step(
        told="raj deletes his invoice thread: its row stays; kim answers the slow export",
        thread=forgotten,
        done=lambda: row(forgotten)["first_responded_by"] == "kim" and row(invoice)["title"] == "Where is our invoice?",
    )
