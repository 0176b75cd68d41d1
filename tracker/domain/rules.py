"""The settings that decide what an event means for a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.effects import EffectKind
from tracker.domain.events import Tag
from tracker.domain.sla import Agreement


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The settings that decide what an event means.

    `resolved_tags` and `waiting_tags` are casefolded, trimmed names. `sla` says by when a ticket has to be answered,
    and `escalation_channel_ids` where others are called long after that; the weekly report is for
    `report_channel_ids`. `tracking_since` is when the bot began: older
    threads are adopted quietly, without messages or alerts about what happened before.
    """

    resolved_tags: frozenset[str]
    sla: Agreement
    alert_channel_ids: tuple[int, ...]
    tracking_since: datetime
    waiting_tags: frozenset[str] = frozenset()
    escalation_channel_ids: tuple[int, ...] = ()
    report_channel_ids: tuple[int, ...] = ()

    def resolves(self, tag: Tag) -> bool:
        """Whether a tag of this name means resolved."""
        return tag.name.strip().casefold() in self.resolved_tags

    def waits_for_asker(self, tag: Tag) -> bool:
        """Whether a tag of this name means that it is the asker's turn."""
        return tag.name.strip().casefold() in self.waiting_tags

    def channels_of(self, call: EffectKind) -> tuple[int, ...]:
        """Where people are called by a WARNING, an ALERT or an ESCALATION."""
        return self.escalation_channel_ids if call is EffectKind.ESCALATION else self.alert_channel_ids
