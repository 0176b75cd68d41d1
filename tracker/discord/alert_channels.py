"""The alert channels that do not take the bot's messages: people hear of it in the others, and the bot is not well.

It is kept in the store, so that a restart neither forgets nor repeats an announcement.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.wording import alert_channel_back_notice, alert_channel_out_notice
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_FACT = "alert_channels_out"


@dataclass(frozen=True, kw_only=True)
class AlertChannels:
    """Which of them are gone or forbidden, and why."""

    store: Store
    tracking: Tracking

    def out(self, channel_id: int, reason: str, *, passes: bool = False) -> None:
        """The channel takes no messages, and not only for a moment; said once. `passes`: without anybody's doing."""
        known = dict(self._known)
        if known.get(channel_id) == reason:
            return
        with self.store.transaction():
            self._keep({**known, channel_id: reason})
            notice = alert_channel_out_notice(channel_id, reason, self._setting(channel_id), passes=passes)
            self.tracking.announce(notice, but=channel_id)
        _log.error("Alerts do not reach the channel %d (%s): %s.", channel_id, self._setting(channel_id), reason)

    def works(self, channel_id: int) -> None:
        """A message was posted in the channel."""
        known = dict(self._known)
        if known.pop(channel_id, None) is not None:
            with self.store.transaction():
                self._keep(known)
                self.tracking.announce(alert_channel_back_notice(channel_id), but=channel_id)
            _log.info("Alerts reach the channel %d again.", channel_id)

    @property
    def problems(self) -> list[str]:
        """What is wrong, a sentence each."""
        return [
            f"Alerts do not reach the channel {channel_id} ({self._setting(channel_id)}): {reason}."
            for channel_id, reason in self._known.items()
            if self._setting(channel_id)
        ]

    def _setting(self, channel_id: int) -> str:
        """The setting that names the channel; "" where none does any more."""
        named = {
            "ALERT_CHANNEL_IDS": self.tracking.alert_channel_ids,
            "ESCALATION_CHANNEL_IDS": self.tracking.escalation_channel_ids,
            "REPORT_CHANNEL_IDS": self.tracking.report_channel_ids,
        }
        return next((setting for setting, ids in named.items() if channel_id in ids), "")

    @property
    def _known(self) -> Mapping[int, str]:
        known = json.loads(self.store.facts.find(_FACT) or "{}")
        return {int(channel_id): reason for channel_id, reason in known.items()}

    def _keep(self, known: Mapping[int, str]) -> None:
        self.store.facts.set(_FACT, json.dumps({str(channel_id): reason for channel_id, reason in known.items()}))
