"""Announces that the bot cannot see the forum, once it has lasted, and once more when all is caught up again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from tracker.domain.sight import BLIND_PATIENCE, Blindness
from tracker.domain.wording import blind_notice, seen_again_notice
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_ANNOUNCED = "blindness_announced"
"""The fact that tells why, so that a restart neither repeats the announcement nor forgets to say that it is over."""


class Lookout:
    """Compares what is known of the bot's sight with what was announced, whenever `look` is called."""

    def __init__(self, *, store: Store, tracking: Tracking, now: Callable[[], datetime]) -> None:
        self._store = store
        self._tracking = tracking
        self._now = now

    def look(self, blindness: Blindness | None, *, caught_up: bool) -> None:
        """Announce what is due. `caught_up`: no gap is known in what was heard."""
        announced = self._store.fact(_ANNOUNCED) or ""
        if blindness is not None and self._now() - blindness.since > BLIND_PATIENCE and not announced:
            with self._store.transaction():
                self._tracking.announce(blind_notice(blindness.reason, blindness.fix))
                self._store.set_fact(_ANNOUNCED, blindness.reason)
        elif blindness is None and caught_up and announced:
            _log.info("The forum is seen again, and what was missed is found.")
            with self._store.transaction():
                self._tracking.announce(seen_again_notice())
                self._store.set_fact(_ANNOUNCED, "")
