"""What was missed: the difference between the forum as Discord shows it and the tickets as they are known, as events.

Pure: all that is compared is given, so every case is a row of a table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from tracker.discord.forum import TagChange
from tracker.domain.events import RepliesMissed, Tag, TagsWere, ThreadDeleted, ThreadSeen
from tracker.domain.pauses import is_paused
from tracker.domain.snowflakes import A_MOMENT, created_at
from tracker.domain.ticket import Ticket
from tracker.domain.unheard import account_of


@dataclass(frozen=True, kw_only=True)
class AuditLog:
    """What the server's audit log shows: changes of tags by thread, oldest first, and deleted threads.

    `since` is from when on it was read; None: what it could show is not to be counted.
    """

    changes: Mapping[int, Sequence[TagChange]] = field(default_factory=dict)
    deleted: frozenset[int] = frozenset()
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All that was read for one comparison: threads with their latest messages, the audit log, the names of tags by id.

    `deleted` are threads that are gone.
    `unknown` are threads of which Discord said that there are none: once, which has been seen to be wrong. `until` is
    when the threads were as they are shown; None: when they were asked for, after the log.
    """

    threads: Sequence[ThreadSeen]
    log: AuditLog
    deleted: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is known without the snapshot: everything up to `known_until`.

    `tags` are the tag ids that each thread was said to have by live events that are still kept back, in order.
    """

    known_until: datetime
    tags: Mapping[int, Sequence[Sequence[int]]] = field(default_factory=dict)


def missed(
    snapshot: Snapshot, tickets: Mapping[int, Ticket], heard: Heard
) -> Iterator[ThreadSeen | RepliesMissed | ThreadDeleted]:
    """The events that bring the tickets to what the snapshot shows.

    An event that says nothing new changes nothing, so what was heard may be among them.
    """
    for seen in snapshot.threads:
        ticket = tickets.get(seen.thread_id)
        changes = changes_before(
            snapshot.log.changes.get(seen.thread_id, ()),
            (tag.id for tag in seen.tags),
            heard=heard.tags.get(seen.thread_id, ()),
            until=snapshot.until,
        )
        history = _history(seen.thread_id, snapshot.log, changes, snapshot.names)
        yield replace(seen, changes=history, changes_since=snapshot.log.since)
        if ticket is not None and _is_searched(ticket, seen, heard):
            yield RepliesMissed(thread_id=seen.thread_id)
    for thread_id in sorted(snapshot.unknown):
        yield RepliesMissed(thread_id=thread_id)  # who looks for them asks again, minutes later
    for thread_id in sorted(snapshot.deleted):
        yield ThreadDeleted(thread_id=thread_id)


def _is_searched(ticket: Ticket, seen: ThreadSeen, heard: Heard) -> bool:
    """Whether the thread's messages are looked through; for a new ticket that is done anyway.

    An answer heard after a gap need not be the first. One that was deleted while there is time left does not count,
    which is noticed where no other message is left. What the asker wrote in a gap has ended a pause.
    """
    answered_at = ticket.answered_at
    if is_paused(ticket.pauses) and created_at(seen.last_message_id or 0) >= heard.known_until:
        return True
    if answered_at is not None and ticket.due_at is not None and seen.at < ticket.due_at and seen.message_count == 0:
        return True
    may_be_missed = answered_at is None or answered_at >= heard.known_until
    return may_be_missed and (seen.last_message_id or 0) > ticket.thread_id


def logged_of_others(
    snapshot: Snapshot, tickets: Mapping[int, Ticket], but: Collection[int], at: datetime
) -> Iterator[ThreadSeen]:
    """What the log shows of other known threads than these, to be recorded before anything is heard of them."""
    for thread_id, changes in sorted(snapshot.log.changes.items()):
        ticket = tickets.get(thread_id)
        if ticket is None or ticket.deleted or thread_id in but or not changes:
            continue
        history = _history(thread_id, snapshot.log, changes, snapshot.names)
        logged = ThreadSeen(
            thread_id=thread_id,
            guild_id=ticket.guild_id,
            author_id=ticket.author_id,
            title=ticket.title,
            tags=history[-1].tags,
            newly_created=False,
            at=at,
            archived=ticket.archived,
            changes=history,
            changes_since=snapshot.log.since,
        )
        account = account_of(ticket, logged)
        if account.is_news:
            yield replace(logged, tags=account.entries[-1].change.tags)  # heard, perhaps, and not in the log yet


def changes_before(
    changes: Sequence[TagChange],
    shown: Iterable[int],
    *,
    heard: Sequence[Sequence[int]] = (),
    until: datetime | None = None,
) -> Sequence[TagChange]:
    """The changes that led to the tags shown, none of them later than `until`.

    The log may show more than the thread does: what was changed in between is not to be turned back by the older
    picture, and comes as a live event of its own. Where that led back to the tags shown, only `heard`, the thread's
    tags by each such event so far, keeps it apart from what was missed.
    """
    tags = tuple(int(tag_id) for tag_id in shown)
    states = [changes[0].before if changes else tags, *(change.after for change in changes)]
    earlier = sum(until is None or change.at <= until for change in changes)
    matching = [number for number, state in enumerate(states[: earlier + 1]) if state == tags]
    news = [state for before, state in pairwise([tags, *map(tuple, heard)]) if state != before]
    # `max` takes the first of equals: the latest.
    number = max(reversed(matching), key=lambda number: _agreement(states[number + 1 :], news), default=earlier)
    return changes[:number]


def _agreement(logged: Sequence[tuple[int, ...]], heard: Sequence[tuple[int, ...]]) -> int:
    """How many changes two accounts have in common; -1 when they contradict each other. One may show less."""
    common = min(len(logged), len(heard))
    return common if logged[:common] == heard[:common] else -1


def _history(
    thread_id: int, log: AuditLog, changes: Sequence[TagChange], names: Mapping[int, str]
) -> tuple[TagsWere, ...]:
    """The tags the thread had in turn, beginning with those before the changes, from its creation or the log's on."""
    if not changes:
        return ()
    created = created_at(thread_id) - A_MOMENT
    first = TagsWere(tags=_tags(changes[0].before, names), at=created if log.since is None else max(created, log.since))
    return (first, *(TagsWere(tags=_tags(change.after, names), at=change.at) for change in changes))


def _tags(tag_ids: Iterable[int], names: Mapping[int, str]) -> tuple[Tag, ...]:
    return tuple(Tag(id=tag_id, name=names.get(tag_id, "")) for tag_id in tag_ids)
