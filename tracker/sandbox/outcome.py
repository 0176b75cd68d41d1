"""What a support day must have left: every cell of its rows and every message of the bot, read from what people did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tracker.sandbox.day import NOTE, NOTES, Day
from tracker.sandbox.discord.entities import Message, MessageType, Thread
from tracker.sandbox.expected import REOPENED, is_outside_business_hours, resolved_text, serial, span

Cell = str | float | bool | None

_TEAMS = ("Engineering", "Consulting")
_SECOND = timedelta(seconds=1)


def differences(day: Day) -> list[str]:
    """Everything in the sheet and in Discord that is not as it must be once all steps of the day were played."""
    return [*_rows(day), *_messages(day), *_alerts(day)]


def _rows(day: Day) -> Iterator[str]:
    now = day.desk.world.now()
    for thread in day.threads:
        rows = [row for row in day.desk.tab.records() if row.get("thread_id") == str(thread.id)]
        if len(rows) != 1:
            yield f'"{thread.name}" has {len(rows)} rows'
        for row in rows[:1]:
            expected = _expected(day, thread)
            if thread.id in day.resolved_from:
                yield from _resolution(day, thread, row, now)
                expected |= {"warning_message_id": _last_message(day, thread)}
            if thread is day.login:
                expected |= {"reopen_count": 1.0, NOTES: NOTE}
            for column, value in expected.items():
                found = row.get(column)
                if found != value or type(found) is not type(value):
                    yield f'"{thread.name}": {column} is {found!r}, not {value!r}'


def _expected(day: Day, thread: Thread) -> dict[str, Cell]:
    """The cells of a ticket that was never resolved; a resolution's date and time are not among them."""
    answer = next((message for message in thread.messages if _is_answer(day, thread, message)), None)
    tags = [tag.name for tag in thread.tags]
    expected: dict[str, Cell] = {
        "thread_id": str(thread.id),
        "title": thread.name,
        "type": ", ".join(tags) or None,
        "raised_by": thread.owner.username,
        "date_created": serial(thread.created_at),
        "first_responded_by": None if answer is None else answer.author.username,
        "time_to_first_response": None if answer is None else span(answer.timestamp - thread.created_at),
        "link": f"https://discord.com/channels/{day.desk.world.guild.id}/{thread.id}",
        "team": next((team for tag in tags for team in _TEAMS if team in tag), None),
        "outside_business_hours": is_outside_business_hours(thread.created_at),
        "reopen_count": 0.0,
        "warning_message_id": None,
        NOTES: None,
    }
    if thread.id not in day.resolved_from:
        expected |= {"resolution_date": None, "time_to_resolution": None}
    return expected


def _is_answer(day: Day, thread: Thread, message: Message) -> bool:
    return (
        message.type in (MessageType.DEFAULT, MessageType.REPLY)
        and message.author is not thread.owner
        and day.desk.is_staff(message.author)
    )


def _resolution(day: Day, thread: Thread, row: dict[str, Cell], now: datetime) -> Iterator[str]:
    """A tag has no time of its own: its resolution is dated when the bot hears of it, between the deed and now."""
    date, time = row.get("resolution_date"), row.get("time_to_resolution")
    resolved_from = day.resolved_from[thread.id]
    if not isinstance(date, float) or not serial(resolved_from) <= date <= serial(now):
        yield f'"{thread.name}": resolution_date is {date!r}, not of the last resolution'
    shortest, longest = resolved_from - thread.created_at, now - thread.created_at
    if not any(time == span(length) for length in _lengths(shortest, longest)):
        yield f'"{thread.name}": time_to_resolution is {time!r}, not of the last resolution'


def _lengths(shortest: timedelta, longest: timedelta) -> Iterator[timedelta]:
    """All lengths that are shown otherwise: from an hour on seconds are not."""
    length = shortest
    while length < longest:
        yield length
        length += _SECOND if length < timedelta(hours=1) else timedelta(minutes=1)
    yield from (longest, longest + _SECOND)


def _messages(day: Day) -> Iterator[str]:
    for thread in day.threads:
        texts = [message.content for message in day.desk.bot_messages(thread)]
        wanted = [resolved_text(thread)] if thread.id in day.resolved_from else []
        if thread is day.login:
            wanted.insert(0, REOPENED)
        if texts != wanted:
            yield f'"{thread.name}": the bot wrote {texts}, not {wanted}'
        if any(message.pinged != [thread.owner] for message in day.desk.bot_messages(thread)):
            yield f'"{thread.name}": a message mentions others than {thread.owner.username}'
    yield from (f'"{thread.name}" has no ✅' for thread in day.threads if not day.desk.is_ticked(thread))


def _alerts(day: Day) -> Iterator[str]:
    for thread in day.threads:
        alerts = [alert for alert in day.desk.alerts.messages if f"/{thread.id}" in alert.content]
        answer = next((message for message in thread.messages if _is_answer(day, thread, message)), None)
        overdue = answer is None or answer.timestamp - thread.created_at > day.sla
        if len(alerts) != int(overdue):
            yield f'"{thread.name}": {len(alerts)} alerts instead of {int(overdue)}'


def _last_message(day: Day, thread: Thread) -> str | None:
    messages = day.desk.bot_messages(thread)
    return str(messages[-1].id) if messages else None
