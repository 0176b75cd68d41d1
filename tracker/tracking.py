"""The one door: whatever happened to a ticket enters through `Tracking.record`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain.activity import followed, talk_looks_the_same
from tracker.domain.adoption import adopt_row
from tracker.domain.alerts import end_alerts
from tracker.domain.deadlines import review
from tracker.domain.effects import DIGEST_OF, Effect, EffectKind
from tracker.domain.events import (
    AuthorNamed,
    DeadlinePassed,
    DeadlinesPassed,
    Event,
    RowFound,
    TagsDefined,
    ThreadSeen,
    TicketEvent,
)
from tracker.domain.figures import FIGURES_SHOWN, figures_look_the_same
from tracker.domain.lifecycle import apply
from tracker.domain.rules import Rules
from tracker.domain.tagging import redefine_tags
from tracker.domain.ticket import Change, Ticket, looks_the_same
from tracker.logs import about
from tracker.store import Store

_log = logging.getLogger(__name__)


class Tracking:
    """Applies events to tickets and keeps the result, in one transaction, before anything else happens.

    `now` is the clock. `changed` is called after a transaction that changed something: the cue for the deliveries and
    the SLA clock. `compared` is set where what was missed is recorded, until somebody clears it: what waits then may
    have been done, by a bot of which the store knows nothing.
    """

    def __init__(self, store: Store, rules: Rules, now: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self._store = store
        self._rules = rules
        self.now = now
        self._changed = changed
        self.compared = asyncio.Event()
        self._last_number = 0

    def record(self, event: Event) -> None:
        """Take in one event. Never waits for the network; when it returns, the event cannot be lost any more."""
        if isinstance(event, TagsDefined):
            self._redefine_tags(event)
        elif isinstance(event, RowFound):
            self._adopt_row(event)
        elif isinstance(event, DeadlinesPassed):
            self._raise_alerts(event)
        else:
            self._apply(event)
            if isinstance(event, ThreadSeen):
                self._resume_errands(event)

    def note_comparison(self) -> None:
        """What was missed is recorded, and nobody could act upon it yet."""
        self.compared.set()
        self._changed()

    @property
    def alert_channel_ids(self) -> tuple[int, ...]:
        """The channels in which alerts and announcements appear."""
        return self._rules.alert_channel_ids

    @property
    def escalation_channel_ids(self) -> tuple[int, ...]:
        """The channels in which escalations appear."""
        return self._rules.escalation_channel_ids

    @property
    def report_channel_ids(self) -> tuple[int, ...]:
        """The channels in which the weekly report appears."""
        return self._rules.report_channel_ids

    def resolves(self, tag_ids: Collection[int]) -> bool:
        """Whether one of these tags means resolved, as the forum names them now."""
        return any(tag.id in tag_ids and self._rules.resolves(tag) for tag in self._store.facts.tags())

    def announce(self, text: str, *, but: int | None = None) -> None:
        """Say something about the desk as a whole in every alert channel `but` one (at most 2,000 characters)."""
        with self._store.transaction():
            channels = [channel_id for channel_id in self._rules.alert_channel_ids if channel_id != but]
            self._post_in(channels, EffectKind.NOTICE, text)
        self._changed()

    def publish(self, kind: EffectKind, texts: Sequence[str], channels: Iterable[int], due: datetime) -> None:
        """Post these messages, one after another, in each of the channels.

        `due` keeps them apart from those of other days. So they have the same numbers, and with them the same
        nonces, also after the store was lost.
        """
        first, now = int(due.timestamp() * 1000), self.now()
        with self._store.transaction():
            for channel_id in channels:
                for number, text in enumerate(texts, start=first):
                    effect = Effect(kind=kind, thread_id=0, channel_id=channel_id, number=number, text=text)
                    self._store.effects.enqueue(effect, now)
        self._changed()

    def review_deadlines(self) -> None:
        """Fix anew the deadlines of tickets that still wait, where the settings changed by which they were fixed."""
        with self._store.transaction():
            for ticket in self._store.tickets.fixed_otherwise(self._rules.sla.fingerprint):
                renewed = review(ticket, self._rules)
                if renewed != ticket:
                    self._store.tickets.save(renewed, shown=self._shows(ticket, renewed))

    def _post_in(self, channels: Iterable[int | None], kind: EffectKind, text: str) -> None:
        now = self.now()
        # Never twice the same number, also for two messages of one millisecond.
        number = self._last_number = max(self._last_number + 1, int(now.timestamp() * 1000))
        for channel_id in channels:
            self._store.effects.enqueue(
                Effect(kind=kind, thread_id=0, channel_id=channel_id, number=number, text=text), now
            )

    def _raise_alerts(self, event: DeadlinesPassed) -> None:
        """The alerts of many tickets as one digest for each channel; so for warnings and escalations."""
        called: dict[tuple[EffectKind, int | None], list[int]] = {}
        with self._store.transaction():
            for thread_id in event.thread_ids:
                ticket = self._store.tickets.find(thread_id)
                change = apply(ticket, DeadlinePassed(thread_id=thread_id, at=event.at), self._rules)
                if ticket is not None and change is not None and change.ticket != ticket:
                    self._store.tickets.save(change.ticket, shown=self._shows(ticket, change.ticket))
                    for effect in change.effects:
                        called.setdefault((effect.kind, effect.channel_id), []).append(thread_id)
            for (kind, channel_id), thread_ids in called.items():
                if len(thread_ids) == 1:
                    alone = Effect(kind=kind, thread_id=thread_ids[0], channel_id=channel_id)
                    self._store.effects.enqueue(alone, self.now())
                else:
                    self._post_in([channel_id], DIGEST_OF[kind], " ".join(map(str, thread_ids)))
        self._changed()

    def _apply(self, event: TicketEvent) -> None:
        before = self._store.tickets.find(event.thread_id)
        if before is not None and isinstance(event, AuthorNamed) and event.is_app:
            self._store.facts.note_post_by_app()
        change = apply(before, event, self._rules)
        if change is None:
            return
        has_figures = self._may_show_figures
        activity = followed(before, change.ticket, event) if has_figures else None
        is_news = _is_news(before, change)
        if not is_news and activity == change.ticket.activity:
            return
        if activity != change.ticket.activity:
            change = replace(change, ticket=replace(change.ticket, activity=activity))
        shown = before is None or self._shows(before, change.ticket)
        with self._store.transaction():
            self._keep(change, shown=shown)
            if has_figures and not shown and before is not None and not talk_looks_the_same(before, change.ticket):
                self._store.rows.can_wait(event.thread_id)
        if not is_news:
            return
        _log.debug("Thread %d: %s", event.thread_id, type(event).__name__, extra=about(event.thread_id))
        self._changed()

    def _resume_errands(self, event: ThreadSeen) -> None:
        """What waits for people to open or unlock the thread is due as soon as they did."""
        if self._store.effects.hasten(event.thread_id, self.now(), archived=event.archived, locked=event.locked):
            self._changed()

    def _adopt_row(self, event: RowFound) -> None:
        ticket = self._store.tickets.find(event.thread_id)
        if ticket is None:
            return
        change = adopt_row(ticket, event, self._rules)
        if _is_news(ticket, change):
            with self._store.transaction():
                # Taken up as it was or not: what else the row shows may be out of date.
                self._keep(change, shown=True)
            self._changed()

    def _redefine_tags(self, event: TagsDefined) -> None:
        if event.tags == self._store.facts.tags():
            return
        with self._store.transaction():
            self._store.facts.save_tags(event.tags)
            for ticket in self._store.tickets.tagged():
                change = redefine_tags(ticket, event, self._rules)
                if _is_news(ticket, change):
                    self._keep(change, shown=self._shows(ticket, change.ticket), only_renamed=not change.effects)
        self._changed()

    def _shows(self, before: Ticket, after: Ticket) -> bool:
        """Whether the change is one that the sheet shows."""
        if not looks_the_same(before, after):
            return True
        return self._figures_are_shown and not figures_look_the_same(before, after)

    @property
    def _figures_are_shown(self) -> bool:
        return self._store.facts.find(FIGURES_SHOWN) == "yes"

    @property
    def _may_show_figures(self) -> bool:
        """Whether the sheet shows figures, or nobody has looked yet, as after a lost store."""
        return self._store.facts.find(FIGURES_SHOWN) != "no"

    def _keep(self, change: Change, *, shown: bool, only_renamed: bool = False) -> None:
        change = end_alerts(change)
        self._store.tickets.save(change.ticket, shown=shown, only_renamed=only_renamed)
        if change.ticket.deleted:
            self._store.effects.drop_in_thread(change.ticket.thread_id)
        for effect in change.effects:
            self._store.effects.enqueue(effect, self.now())


def _is_news(before: Ticket | None, change: Change) -> bool:
    return change.ticket != before or bool(change.effects)
