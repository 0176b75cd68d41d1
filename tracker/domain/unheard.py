"""Changes of tags that nobody heard, before, after and between those that were heard: one account of them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.domain.events import Tag, TagsWere, ThreadSeen
from tracker.domain.pauses import Pause, Pauses, paused, resumed
from tracker.domain.rules import Rules
from tracker.domain.tagging import retag
from tracker.domain.ticket import Ticket

ALLOWED_LAG = timedelta(seconds=2)
"""So far behind Discord's the bot's clock can be, and nobody is told."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A change in the account, and whether it was `missed`."""

    change: TagsWere
    missed: bool


@dataclass(frozen=True, kw_only=True)
class Account:
    """All changes of a thread's tags from a moment on: its `tags` then, if they are known, and the changes in turn.

    `remembered` are the changes before that which the ticket remembers.
    """

    tags: tuple[Tag, ...]
    entries: Sequence[Entry]
    remembered: Sequence[TagsWere]

    @property
    def is_news(self) -> bool:
        """Whether anything in it was missed."""
        return any(entry.missed for entry in self.entries)

    @property
    def changes(self) -> Sequence[TagsWere]:
        """What the ticket remembers from now on; a change that was heard has the log's date where the log shows it."""
        return (*self.remembered, *(entry.change for entry in self.entries))


def as_known(ticket: Ticket, tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags; those that the ticket knows to be deleted from the forum as such."""
    deleted = {tag.id: tag for tag in ticket.tags if tag.deleted}
    return tuple(deleted.get(tag.id, tag) for tag in tags)


def account_of(ticket: Ticket, event: ThreadSeen) -> Account:
    """What is known of the ticket's tags with the log that came with the event."""
    since, is_cut = ticket.tags_known_until or ticket.created_at, False
    if event.changes_since is not None and event.changes_since > since:
        since, is_cut = event.changes_since, True
    shown = (*event.tags, *(tag for change in event.changes for tag in change.tags))
    names = {tag.id: tag for tag in (*ticket.tags, *as_known(ticket, shown)) if tag.name or tag.deleted}
    known, changes = _named(ticket.tags_changed, names), _named(event.changes, names)
    before = [change.tags for change in changes if change.at <= since]
    logged = [change for change in changes if change.at > since]
    tags = before[-1] if before else ()
    begin = _begin(known, TagsWere(tags=tags, at=since), logged) if is_cut else 0
    return Account(tags=tags, entries=_joined(logged, known[begin:]), remembered=known[:begin])


def _named(changes: Iterable[TagsWere], names: Mapping[int, Tag]) -> list[TagsWere]:
    """The changes with the tags as they are named now, as far as that is known."""
    return [replace(change, tags=tuple(names.get(tag.id, tag) for tag in change.tags)) for change in changes]


def _begin(known: Sequence[TagsWere], first: TagsWere, logged: Sequence[TagsWere]) -> int:
    """How many of the known changes came before a log that begins with these `first` tags.

    Mostly those dated before it. But by a clock that is a little behind, what the log shows at its beginning was heard
    before that: a log since 12:00:00 shows what was heard at 11:59:59. And what was heard late, after the log begins,
    can be what it begins with.
    """
    begin = max((number for number, change in enumerate(known, start=1) if change.at <= first.at), default=0)
    early = begin
    while early > 0 and known[early - 1].at > first.at - ALLOWED_LAG:
        early -= 1
    soon = [change for change in logged if change.at <= first.at + ALLOWED_LAG]
    # Where there is a choice, it is what the log begins with.
    found = _found([replace(first, at=first.at - ALLOWED_LAG), *soon], known[early:begin])
    begin = min((early + number for number, place in found.items() if place > 0), default=begin)
    found = _found([first, *logged], known[begin:])
    return begin + max((number + 1 for number, place in found.items() if place == 0), default=0)


def _joined(logged: Sequence[TagsWere], heard: Sequence[TagsWere]) -> list[Entry]:
    """All changes in turn: those in the log, and those heard that it does not show (yet).

    What was heard, perhaps late, stands in the log with the same tags.
    """
    found = _found(logged, heard)
    account: list[Entry] = []
    done = 0
    for number, change in enumerate(heard):
        until = next((found[each] for each in range(number, len(heard)) if each in found), len(logged))
        if number in found:
            place, following, change_known = until, until + 1, logged[until]
        else:
            place = following = next((each for each in range(done, until) if logged[each].at > change.at), until)
            change_known = change
        account += [Entry(change=each, missed=True) for each in logged[done:place]]
        account.append(Entry(change=change_known, missed=False))
        done = following
    return [*account, *(Entry(change=each, missed=True) for each in logged[done:])]


def _found(logged: Sequence[TagsWere], heard: Sequence[TagsWere]) -> dict[int, int]:
    """Which of the logged changes each of those heard is, as far as it is there: as many as can be, in the same order.

    That is the longest common subsequence of both, by tags. Where there is a choice, it is the latest before the moment
    at which it was heard. It may be a later one, too: the clock of the bot can be behind Discord's.
    """
    states = [_ids(change) for change in logged]
    # For each number of logged changes: how many of those heard so far can be among these, how many of them before
    # they were heard, and which is which.
    best: list[tuple[int, int, dict[int, int]]] = [(0, 0, {})] * (len(logged) + 1)
    for number, change in enumerate(heard):
        before, best, heard_as = best, [best[0]], _ids(change)
        for place, state in enumerate(states):
            choices = [before[place + 1], best[place]]
            if state == heard_as:
                count, in_time, pairs = before[place]
                in_time += logged[place].at <= change.at
                choices.insert(0, (count + 1, in_time, {**pairs, number: place}))
            best.append(max(choices, key=lambda choice: choice[:2]))  # the first of equals
    return best[-1][2]


def _ids(change: TagsWere) -> frozenset[int]:
    return frozenset(tag.id for tag in change.tags)


def in_turn(ticket: Ticket, account: Account, rules: Rules) -> list[tuple[datetime, Ticket]]:
    """What the ticket became, and when, by the changes of the account that were missed.

    Where others were heard after the first of these, all from that one on are gone through again, beginning with the
    tags that the thread had then; a reopening that was heard is not counted twice.
    """
    first = next((number for number, entry in enumerate(account.entries) if entry.missed), len(account.entries))
    # The same as the entries before the first that was missed.
    heard_of = ticket.tags_changed[len(account.remembered) :]
    while 0 < first < len(account.entries) and heard_of[first - 1].at > account.entries[first].change.at:
        first -= 1  # heard late, after the next had happened
    again = [entry.change for entry in account.entries[first:]]
    heard = [entry.change for entry in account.entries[first:] if not entry.missed]
    if not heard:
        return _states(ticket, again, rules)
    tags = account.entries[first - 1].change.tags if first else account.tags
    start = _began(ticket, tags, again[0].at, rules)
    counted = _states(start, heard, rules)[-1][1].reopen_count - ticket.reopen_count
    start = replace(start, reopen_count=max(0, ticket.reopen_count - counted))
    retagged_at = {change.at for change in ticket.tags_changed}
    ends = [pause.end for pause in ticket.pauses if pause.end is not None and pause.end not in retagged_at]
    return [
        (at, replace(state, pauses=tuple(_ended(pause, ends) for pause in state.pauses)))
        for at, state in _states(start, again, rules)
    ]


def _began(ticket: Ticket, tags: tuple[Tag, ...], at: datetime, rules: Rules) -> Ticket:
    """The ticket as it was when the thread had these tags, until this moment."""
    resolved_by = frozenset(tag.id for tag in tags if rules.resolves(tag) or tag.id in ticket.resolved_by)
    stops, pauses = _begun_until(ticket.stops, at), _begun_until(ticket.pauses, at)
    if not any(rules.waits_for_asker(tag) for tag in tags):
        pauses = resumed(pauses, at)
    elif not pauses:
        pauses = paused(pauses, at)
    return replace(
        ticket,
        tags=tags,
        resolved_by=resolved_by,
        stops=ticket.stops if ticket.first_answer is not None else (paused if resolved_by else resumed)(stops, at),
        pauses=pauses,
    )


def _states(ticket: Ticket, changes: Sequence[TagsWere], rules: Rules) -> list[tuple[datetime, Ticket]]:
    states = []
    for change in changes:
        at = max(change.at, ticket.created_at)
        ticket = retag(ticket, change.tags, at, rules)
        states.append((at, ticket))
    return states


def _begun_until(pauses: Pauses, moment: datetime) -> Pauses:
    """Those that had begun then; what was not over then goes on."""
    begun = tuple(pause for pause in pauses if pause.start <= moment)
    is_over = not begun or (begun[-1].end is not None and begun[-1].end <= moment)
    return begun if is_over else (*begun[:-1], replace(begun[-1], end=None))


def _ended(pause: Pause, ends: Sequence[datetime]) -> Pause:
    """The pause, over at the first of these ends that lies in it: the asker wrote then, which no log shows."""
    inside = [end for end in ends if end >= pause.start and (pause.end is None or end < pause.end)]
    return replace(pause, end=min(inside)) if inside else pause
