"""Takes the CPU time of a process that listens to Discord, from one mark among the events to the next."""

from __future__ import annotations

import json
import time

import hikari

MARK_CHANNEL = 1
"""Marks are deleted threads of this channel, which does not exist."""


class Stopwatch:
    """Prints, at the second mark, the CPU seconds since the first, as JSON."""

    def __init__(self) -> None:
        self._began: float | None = None

    def listen(self, bot: hikari.GatewayBot) -> None:
        """Wait for the marks."""
        bot.subscribe(hikari.GuildThreadDeleteEvent, self._on_thread_delete)

    async def _on_thread_delete(self, event: hikari.GuildThreadDeleteEvent) -> None:
        if event.parent_id != MARK_CHANNEL:
            return
        now = time.process_time()
        if self._began is None:
            self._began = now
        else:
            print(json.dumps({"cpu_seconds": now - self._began}), flush=True)  # noqa: T201 - this is its answer
            self._began = None
