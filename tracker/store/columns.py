"""How a ticket becomes a row of the table `tickets`, and a row a ticket: one line for each column."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from tracker.domain.effects import EffectKind
from tracker.domain.events import Tag, TagsWere
from tracker.domain.pauses import Pause, Pauses
from tracker.domain.ticket import Activity, Answer, Posted, Ticket
from tracker.store.connection import moment_or_none, text_of, text_or_null

_remembered = lru_cache(maxsize=256)
"""From one change of a ticket to the next most of its fields stay: their texts are not made again."""


_Listed = list[tuple[int, str | None]]
"""Tags as JSON holds them: the id and the name of each, null for one that was deleted."""


def _tags(listed: _Listed) -> tuple[Tag, ...]:
    return tuple(Tag(id=tag_id, name=name or "", deleted=name is None) for tag_id, name in listed)


def _listed(tags: tuple[Tag, ...]) -> _Listed:
    return [(tag.id, None if tag.deleted else tag.name) for tag in tags]


@_remembered
def _tags_text(tags: tuple[Tag, ...]) -> str:
    return json.dumps(_listed(tags))


@_remembered
def _ids_text(ids: frozenset[int]) -> str:
    return json.dumps(sorted(ids))


def _changes(text: str) -> tuple[TagsWere, ...]:
    return tuple(TagsWere(at=datetime.fromisoformat(at), tags=_tags(tags)) for at, tags in json.loads(text))


@_remembered
def _changes_text(changes: tuple[TagsWere, ...]) -> str:
    return json.dumps([[text_of(each.at), _listed(each.tags)] for each in changes])


def _pauses(text: str) -> Pauses:
    return tuple(Pause(start=datetime.fromisoformat(start), end=moment_or_none(end)) for start, end in json.loads(text))


@_remembered
def _pauses_text(pauses: Pauses) -> str:
    return json.dumps([[text_of(pause.start), text_or_null(pause.end)] for pause in pauses])


def _posted(text: str) -> tuple[Posted, ...]:
    return tuple(Posted(channel_id=channel, message_id=message) for channel, message in json.loads(text))


@_remembered
def _posted_text(posted: tuple[Posted, ...]) -> str:
    return json.dumps([[each.channel_id, each.message_id] for each in posted])


def _activity(text: str | None) -> Activity | None:
    if text is None:
        return None
    last_message_id, by_asker, staff_replies, *heard = json.loads(text)
    # Earlier versions kept nothing of messages that they had not heard.
    return Activity(
        last_message_id=last_message_id, by_asker=by_asker, staff_replies=staff_replies, heard=heard != [False]
    )


@_remembered
def _activity_text(activity: Activity | None) -> str | None:
    if activity is None:
        return None
    return json.dumps([activity.last_message_id, activity.by_asker, activity.staff_replies, activity.heard])


def _unchanged(value: object) -> object:
    return value


@dataclass(frozen=True)
class _Column:
    """A column that keeps the ticket's field of the same name: how it is read, and how it is written."""

    field: str
    read: Callable[[Any], object] = _unchanged
    write: Callable[[Any], object] = _unchanged


_KEY = "thread_id"
_COLUMNS = (
    _Column(_KEY),
    _Column("guild_id"),
    _Column("author_id"),
    _Column("author_name"),
    _Column("title"),
    _Column("tags", lambda text: _tags(json.loads(text)), _tags_text),
    _Column("tags_known_until", moment_or_none, text_or_null),
    _Column("tags_changed", _changes, _changes_text),
    _Column("archived", bool),
    _Column("resolved_by", lambda text: frozenset(json.loads(text)), _ids_text),
    _Column("resolved_at", moment_or_none, text_or_null),
    _Column("resolved_message_id"),
    _Column("reopen_count"),
    _Column("alert_due_at", moment_or_none, text_or_null),
    _Column("due_at", moment_or_none, text_or_null),
    _Column("due_under"),
    _Column("missed", bool),
    _Column("called", lambda text: tuple(map(EffectKind, json.loads(text))), json.dumps),
    _Column("stops", _pauses, _pauses_text),
    _Column("pauses", _pauses, _pauses_text),
    _Column("posted", _posted, _posted_text),
    _Column("activity", _activity, _activity_text),
    _Column("adopted", bool),
    _Column("in_sheet", bool),
    _Column("deleted", bool),
)
_ANSWER = ("answer_message_id", "answer_author_name")
"""The first answer, in two columns: tickets are looked for by the first of them."""

NAMES = (*(column.field for column in _COLUMNS), *_ANSWER)
"""The columns of `values_of`, the key first."""


def values_of(ticket: Ticket) -> tuple[object, ...]:
    """The ticket's values in the order of `NAMES`."""
    answer = ticket.first_answer
    return (
        *(column.write(getattr(ticket, column.field)) for column in _COLUMNS),
        None if answer is None else answer.message_id,
        None if answer is None else answer.author_name,
    )


def ticket_of(row: sqlite3.Row) -> Ticket:
    """The ticket whose values a row holds."""
    fields: dict[str, Any] = {column.field: column.read(row[column.field]) for column in _COLUMNS}
    message_id, author_name = (row[name] for name in _ANSWER)
    answer = None if message_id is None else Answer(message_id=message_id, author_name=author_name)
    return Ticket(first_answer=answer, **fields)
