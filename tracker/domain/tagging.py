"""What a change of its tags makes of a ticket.

open ──(a resolved tag is added)──► resolved ──(the last one is removed)──► open, reopen_count + 1
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tracker.domain.calls import with_escalation, with_next_call
from tracker.domain.deadlines import review
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import Tag, TagsDefined
from tracker.domain.pauses import Pauses, is_paused, paused, resumed
from tracker.domain.rules import Rules
from tracker.domain.ticket import Change, Ticket


def redefine_tags(ticket: Ticket, event: TagsDefined, rules: Rules) -> Change:
    """The ticket with its tags named as the forum's settings name them now.

    A tag that was renamed or deleted there changes texts only: nobody did anything to this ticket.
    """
    defined = {tag.id: tag for tag in event.tags}
    tags = tuple(
        defined.get(tag.id) or (replace(tag, name="", deleted=True) if tag.name else tag) for tag in ticket.tags
    )
    # A tag heard of before its name counts as added now that its meaning is known.
    unnamed = {tag.id for tag in ticket.tags if not tag.name and not tag.deleted}
    renamed = replace(ticket, tags=tuple(tag for tag in tags if not tag.name or tag.id not in unnamed))
    changed = retag(renamed, tags, event.at, rules)
    return Change(ticket=changed, effects=messages(ticket, changed))


def retag(ticket: Ticket, tags: tuple[Tag, ...], at: datetime, rules: Rules) -> Ticket:
    """The ticket with these tags; resolved when a resolved tag was added, reopened when the last one was removed."""
    if tags == ticket.tags:
        return ticket
    named_before = {tag.id for tag in ticket.tags if tag.name}
    deleted_before = {tag.id for tag in ticket.tags if tag.deleted}
    now = {tag.id for tag in tags}
    resolving = frozenset(tag.id for tag in tags if rules.resolves(tag))
    added, removed = now - named_before - deleted_before, named_before - now
    retagged = replace(ticket, tags=tags, pauses=_pauses(ticket, tags, added, at, rules))
    if not ticket.is_resolved:
        return _resolve(retagged, resolving, at) if added & resolving else retagged
    holding = (ticket.resolved_by - removed) | (resolving & added)
    if removed & ticket.resolved_by and not holding & now:
        return reopen(retagged, at, rules)
    return replace(retagged, resolved_by=holding)


def _pauses(ticket: Ticket, tags: tuple[Tag, ...], added: set[int], at: datetime, rules: Rules) -> Pauses:
    """It is the asker's turn from when a tag that says so is added, until the last such tag is removed."""
    waiting = {tag.id for tag in tags if rules.waits_for_asker(tag)}
    if waiting & added:
        return paused(ticket.pauses, at)
    return ticket.pauses if waiting else resumed(ticket.pauses, at)


def _resolve(ticket: Ticket, resolving: frozenset[int], at: datetime) -> Ticket:
    """The clock for a first answer ends here as well."""
    stops = paused(ticket.stops, at) if ticket.first_answer is None else ticket.stops
    return replace(ticket, resolved_by=resolving, resolved_at=at, stops=stops)


def reopen(ticket: Ticket, at: datetime, rules: Rules) -> Ticket:
    """A clock that was in time, and that no answer ended, goes on where it was: with the business time that was left.

    The clock that never stops keeps its deadline, and nobody is alerted for one that passed in between. Who was to be
    warned in between is warned now; an escalation is called for as if there had been no resolution, and so is, of a
    deadline that was missed before it, an alert that was put off to an opening. Where the settings were changed
    meanwhile, it is a ticket that waits like any other.
    """
    reopened = replace(ticket, resolved_by=frozenset(), reopen_count=ticket.reopen_count + 1)
    if ticket.first_answer is not None or not is_paused(ticket.stops):
        return reopened
    reopened = replace(reopened, stops=resumed(ticket.stops, at))
    if ticket.due_at is None:
        return reopened
    resolved_at = ticket.stops[-1].start
    was_over = ticket.missed or resolved_at > ticket.due_at
    reopened = replace(reopened, missed=was_over)
    if was_over or (rules.sla.hours is None and at > ticket.due_at):
        if ticket.alert_due_at is not None:
            return reopened
        return with_escalation(reopened, rules) if rules.sla.hours is None else with_next_call(reopened, rules)
    if rules.sla.hours is None and rules.sla.warning is None:
        return review(reopened, rules)
    due = rules.sla.going_on(ticket.due_at, resolved_at, at)
    return review(with_next_call(replace(reopened, due_at=due), rules), rules)


def messages(before: Ticket, after: Ticket) -> tuple[Effect, ...]:
    """What is to be posted in the thread about the way from `before` to `after`."""
    effects = []
    reopened = after.reopen_count > before.reopen_count
    if before.is_resolved and reopened:
        edit = Effect(kind=EffectKind.EDIT_REOPENED, thread_id=after.thread_id, number=before.reopen_count)
        effects.append(edit)
    if after.is_resolved and (reopened or not before.is_resolved):
        post = Effect(kind=EffectKind.POST_RESOLVED, thread_id=after.thread_id, number=after.reopen_count)
        effects.append(post)
    return tuple(effects)
