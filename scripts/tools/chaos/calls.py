"""Warnings, alerts and escalations: which may have been posted, and what a message says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scripts.tools.chaos.figures import Due, due_of
from scripts.tools.chaos.model import Model, Ticket


class Kind(Enum):
    """A call: its icon, its name, how its tickets stand, and what it asks for."""

    WARNING = ("⏳", "SLA WARNING", "Awaiting Response", "Please respond to this ticket before it is due.")
    ALERT = ("⚠️", "SLA ALERT", "Awaiting Response", "Please respond to this ticket as soon as possible.")
    ESCALATION = ("🚨", "SLA ESCALATION", "Still Awaiting Response", "Please see to it that somebody responds.")

    @property
    def begins(self) -> str:
        """How each of its messages begins."""
        return f"{self.value[0]} **{self.value[1]}"


def _single(kind: Kind) -> re.Pattern[str]:
    icon, name, state, request = map(re.escape, kind.value)
    return re.compile(
        rf"{icon} \*\*{name}: Ticket {state}\*\*\n\n📋 \*\*Title:\*\* (?P<title>.*)\n"
        r"👤 \*\*Raised by:\*\* (?P<author>.*)\n⏰ \*\*Waiting:\*\* (?P<waiting>.+)\n"
        r"(📅 \*\*Due:\*\* <t:\d+:R>\n)?🏷️ \*\*Team:\*\* (?P<team>.+)\n"
        rf"🔗 \*\*Link:\*\* \[Click to view\]\((?P<link>.*)\)\n\n{request}"
    )


_SINGLE = {kind: _single(kind) for kind in Kind}
_IN_DIGEST = re.compile(
    r"^• (?P<title>.*) · (?P<author>.*) · waiting (?P<waiting>[^·]*)( · due <t:\d+:R>)? · (?P<link>https://\S+)$",
    re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One ticket that a message calls for; `match` has what it says."""

    kind: Kind
    match: re.Match[str]

    @property
    def link(self) -> str:
        """The thread's address."""
        return self.match["link"]


def calls_in(text: str) -> list[Call]:
    """The calls of one message: one, or in a digest the lines of many."""
    kind = next((kind for kind in Kind if text.startswith(kind.begins)), None)
    if kind is None:
        return []
    single = _SINGLE[kind].fullmatch(text)
    return [Call(kind=kind, match=each) for each in ([single] if single else _IN_DIGEST.finditer(text))]


def moments(ticket: Ticket, now: datetime, *, may_miss: bool) -> dict[Kind, Due]:
    """When people are called for a ticket that waits, by kind."""
    agreement = ticket.agreement
    due = due_of(ticket, now, may_miss=may_miss)
    found = {Kind.ALERT: due}
    if agreement.warning is not None:
        first = agreement.after(ticket.created_at, agreement.warning * agreement.elapsed(ticket.created_at, due.first))
        found[Kind.WARNING] = Due(first=first, last=due.last)
    if (after := agreement.escalation_after) is not None:
        found[Kind.ESCALATION] = Due(first=agreement.after(due.first, after), last=agreement.after(due.last, after))
    return found


def allowed_counts(model: Model, number: int, kind: Kind, now: datetime) -> set[int]:
    """How many messages may call for a ticket in this way: each at most once, and late where the bot was away."""
    ticket = model.tickets[number]
    due = moments(ticket, now, may_miss=model.may_miss).get(kind)
    if due is None:
        return {0}
    if number in model.unseen and ticket.waits_from(ticket.created_at, now) >= {True}:
        return {0, 1}
    waited = ticket.waits_from(due.first, now) if now >= due.first else {False}
    counts = {int(waiting) for waiting in waited}
    # The deadline may be later, the desk may be closed, and an alert that is due makes a warning needless.
    if now < due.last or not ticket.agreement.may_call(now) or kind is Kind.WARNING:
        counts.add(0)
    if kind is Kind.ESCALATION and False in ticket.waits_from(due_of(ticket, now, may_miss=False).first, now):
        counts.add(0)  # it needs an alert before it
    return counts
