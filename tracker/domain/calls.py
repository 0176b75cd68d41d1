"""When people are called for a ticket that waits: a warning, the alert, an escalation, each at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import DeadlinePassed
from tracker.domain.rules import Rules
from tracker.domain.sla import Call
from tracker.domain.ticket import Change, Ticket


def deadline_of(ticket: Ticket, rules: Rules) -> datetime:
    """By when the ticket has to be answered, or had to be, if it is older than the bot."""
    return ticket.due_at or rules.sla.due(ticket.created_at, ticket.tags)


def with_next_call(ticket: Ticket, rules: Rules) -> Ticket:
    """The ticket with the time at which people are to be called next."""
    return replace(ticket, alert_due_at=next((at for _, at in _calls_to_come(ticket, rules)), None))


def with_escalation(ticket: Ticket, rules: Rules) -> Ticket:
    """The same after a missed deadline, for which nobody is alerted any more: only the escalation may be to come."""
    missed = replace(ticket, missed=True)
    if rules.sla.escalation_after is None:
        return missed
    called = ticket.called if EffectKind.ALERT in ticket.called else (*ticket.called, EffectKind.ALERT)
    return with_next_call(replace(missed, called=called), rules)


def call(ticket: Ticket, event: DeadlinePassed, rules: Rules) -> Change:
    """Each call at most once a ticket, ever; the warning not when the deadline is over as well.

    Nor is a channel alerted of what is escalated there at the same time.
    """
    if ticket.alert_due_at is None:
        return Change(ticket=ticket)
    spent = replace(ticket, alert_due_at=None)
    if not ticket.awaits_answer:
        return Change(ticket=spent)
    at = event.at or ticket.alert_due_at
    to_come = _calls_to_come(ticket, rules)
    # The ticket itself says that the time of the first of them has come.
    due = [kind for number, (kind, moment) in enumerate(to_come) if number == 0 or moment <= at]
    missed = ticket.missed or EffectKind.ALERT in due
    if event.put_off_to is not None:
        return Change(ticket=replace(ticket, missed=missed, alert_due_at=event.put_off_to))
    escalated = rules.channels_of(EffectKind.ESCALATION) if EffectKind.ESCALATION in due else ()
    called = with_next_call(replace(ticket, missed=missed, called=(*ticket.called, *due)), rules)
    effects = tuple(
        Effect(kind=kind, thread_id=ticket.thread_id, channel_id=channel_id)
        for kind in due
        if kind is not EffectKind.WARNING or EffectKind.ALERT not in due
        for channel_id in rules.channels_of(kind)
        if kind is not EffectKind.ALERT or channel_id not in escalated
    )
    return Change(ticket=called, effects=effects)


def _calls_to_come(ticket: Ticket, rules: Rules) -> list[Call]:
    """The calls that there have not been, nor later ones in their place."""
    calls = rules.sla.calls(ticket.created_at, deadline_of(ticket, rules), ticket.stops)
    made = [number for number, (kind, _) in enumerate(calls) if kind in ticket.called]
    return calls[max(made, default=-1) + 1 :]
