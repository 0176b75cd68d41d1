"""What becomes of deadlines that were fixed under other settings, or before the bot kept them."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.calls import with_next_call
from tracker.domain.effects import EffectKind
from tracker.domain.rules import Rules
from tracker.domain.ticket import Ticket


def review(ticket: Ticket, rules: Rules) -> Ticket:
    """The ticket with the deadline that it has under these rules.

    One whose alert was raised, or that was answered, resolved or deleted in time, keeps what it has.
    """
    if ticket.due_under == rules.sla.fingerprint or (ticket.due_under and not ticket.awaits_answer):
        return ticket
    if ticket.alert_due_at is not None and EffectKind.ALERT in ticket.called:
        return with_next_call(replace(ticket, due_under=rules.sla.fingerprint), rules)
    due = rules.sla.due(ticket.created_at, ticket.tags, ticket.stops)
    renewed = replace(ticket, due_at=due, due_under=rules.sla.fingerprint)
    if ticket.alert_due_at is not None:
        return with_next_call(replace(renewed, missed=False), rules)
    if ticket.due_under or ticket.adopted:
        return ticket
    # From before deadlines were kept: where no answer came, the alert says that it was missed.
    resolved_late = ticket.resolved_at is not None and ticket.resolved_at > due
    return replace(renewed, missed=ticket.first_answer is None and (ticket.awaits_answer or resolved_late))
