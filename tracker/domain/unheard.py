"""Changes of tags that nobody heard, before, after and between those that were heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain.events import Tag, TagsWere
from tracker.domain.pauses import Pause, Pauses
from tracker.domain.rules import Rules
from tracker.domain.tagging import retag
from tracker.domain.ticket import Ticket


def not_heard(logged: list[TagsWere], heard: list[datetime], tags: Sequence[Tag]) -> list[TagsWere]:
    """Those of the logged changes that were missed. `heard` is when others of them were heard, and led to `tags`.

    Each was the latest change when it was heard, or, where only that agrees with the tags, the first ones were heard.
    """
    count = len(heard)
    if not 0 < count < len(logged):
        return logged[count:]
    missed, known = list(logged), []
    for moment in sorted(heard, reverse=True):
        earlier = [change for change in missed if change.at <= moment]
        known.append(earlier[-1] if earlier else missed[0])
        missed.remove(known[-1])
    led_to = {tag.id for tag in tags}
    are_first = {tag.id for tag in known[0].tags} != led_to == {tag.id for tag in logged[count - 1].tags}
    return logged[count:] if are_first else missed


def in_turn(
    ticket: Ticket, changes: Sequence[TagsWere], since: datetime, missed: Sequence[TagsWere], rules: Rules
) -> list[tuple[datetime, Ticket]]:
    """What the ticket became, and when, by the changes since then of which some were `missed`.

    Where others were heard after the first of these, all from that one on are gone through again, beginning with the
    tags that the thread had then; a reopening that was heard is not counted twice.
    """
    logged = [change for change in changes if change.at > since]
    if missed == logged[len(logged) - len(missed) :]:
        return _retagged(ticket, missed, rules)
    first = logged.index(missed[0])
    before = [*(change for change in changes if change.at <= since), *logged[:first]]
    tags = before[-1].tags if before else ()
    start = replace(
        ticket,
        tags=tags,
        resolved_by=frozenset(tag.id for tag in tags if rules.resolves(tag)),
        stops=_begun_until(ticket.stops, missed[0].at) if ticket.first_answer is None else ticket.stops,
        pauses=_begun_until(ticket.pauses, missed[0].at),
    )
    heard = logged[first:]
    for change in missed:
        heard.remove(change)
    counted = _retagged(start, heard, rules)[-1][1].reopen_count - ticket.reopen_count
    start = replace(start, reopen_count=max(0, ticket.reopen_count - counted))
    ends = [pause.end for pause in ticket.pauses if pause.end is not None]
    return [
        (at, replace(state, pauses=tuple(_ended(pause, ends) for pause in state.pauses)))
        for at, state in _retagged(start, logged[first:], rules)
    ]


def _retagged(ticket: Ticket, changes: Sequence[TagsWere], rules: Rules) -> list[tuple[datetime, Ticket]]:
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
