"""The watch over the bot's sight: looks every few seconds, and announces that the bot is blind, or sees again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.discord.pulse import Pulse, Shard
from tracker.reconcile.feed import LOOK, Feed
from tracker.reconcile.notices import blind_notice, fix, reason, seeing_notice
from tracker.reconcile.sight import BY_PEOPLE, Blindness, Sight
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_BLINDNESS = "blindness"


def sight_of(store: Store, now: datetime) -> Sight:
    """The bot's sight as an earlier run left it, at a start."""
    return Sight.from_text(store.facts.find(_BLINDNESS), now)


@dataclass(kw_only=True)
class Watch:
    """Feels the connection's pulse for the feed, and makes known what becomes of the sight."""

    store: Store
    tracking: Tracking
    feed: Feed
    pulse: Pulse

    def __post_init__(self) -> None:
        self._logged: Blindness | None = None

    async def run(self, shards: Callable[[], Iterable[Shard]]) -> None:
        """Look until cancelled; `shards` gives the connections there are at the moment."""
        while True:
            self.look(shards())
            await asyncio.sleep(LOOK.total_seconds())

    def look(self, shards: Iterable[Shard]) -> None:
        """Look once."""
        alive_until = self.pulse.feel(shards)
        self.feed.look(connected=self.pulse.connected, alive_until=alive_until)
        self._log()
        self._announce()

    def _log(self) -> None:
        """Log at once what a person has to do something about."""
        spell = self.feed.sight.blindness
        if spell is not None and spell.cause in BY_PEOPLE and spell != self._logged:
            _log.error("%s %s", reason(spell), fix(spell))
        self._logged = spell

    def _announce(self) -> None:
        """Announce what there is to announce, and keep what the next run has to know, at once."""
        sight = self.feed.sight
        news = sight.news(self.feed.now())
        text = sight.to_text()
        if news is None and text == (self.store.facts.find(_BLINDNESS) or ""):
            return
        with self.store.transaction():
            if news is not None:
                self.tracking.announce((seeing_notice if news.over else blind_notice)(news.blindness))
            self.store.facts.set(_BLINDNESS, text)
