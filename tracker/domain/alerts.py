"""What becomes of messages in the alert channels once their ticket needs nobody any more."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.effects import Effect, EffectKind
from tracker.domain.ticket import Change


def end_alerts(change: Change) -> Change:
    """What is to be written into the messages that call for a ticket, once it needs nobody any more: that, and once."""
    ticket = change.ticket
    if ticket.awaits_answer or not ticket.posted:
        return change
    ends = tuple(
        Effect(
            kind=EffectKind.END_ALERT,
            thread_id=ticket.thread_id,
            number=each.message_id,
            text=str(each.channel_id),
        )
        for each in ticket.posted
    )
    return Change(ticket=replace(ticket, posted=()), effects=(*change.effects, *ends))
