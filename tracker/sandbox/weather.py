"""The weather: what goes wrong with Google and Discord while the bot runs, each switched on and off by a person."""

from __future__ import annotations

from collections.abc import Callable

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.faults import service_unavailable

_SLOW_SECONDS = 4.0


class Weather:
    """Four kinds of bad weather. All are off in the beginning."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._fault = service_unavailable(times=None)
        quota = desk.sheets.quota
        self._quota = (quota.reads_per_minute, quota.writes_per_minute)
        self._on: set[str] = set()
        self._switches: dict[str, Callable[[bool], None]] = {
            "google_down": self._google_down,
            "google_slow": self._google_slow,
            "quota_spent": self._quota_spent,
            "discord_lost": self._discord_lost,
        }

    @property
    def now(self) -> dict[str, bool]:
        """Every kind of bad weather, and whether there is some."""
        return {name: name in self._on for name in self._switches}

    def switch(self, name: str, *, on: bool) -> None:
        """Begin or end one kind of bad weather; KeyError where there is none of that name."""
        switch = self._switches[name]
        if on != (name in self._on):
            self._on ^= {name}
            switch(on)

    def clear(self) -> None:
        """End all bad weather."""
        for name in self._switches:
            self.switch(name, on=False)

    def _google_down(self, on: bool) -> None:  # noqa: FBT001 - a switch
        """Every request is answered 503, and none is carried out."""
        if on:
            self._desk.sheets.faults.append(self._fault)
        else:
            self._desk.sheets.faults.remove(self._fault)

    def _google_slow(self, on: bool) -> None:  # noqa: FBT001 - a switch
        self._desk.sheets.latency = _SLOW_SECONDS if on else 0.0

    def _quota_spent(self, on: bool) -> None:  # noqa: FBT001 - a switch
        """Nothing is left of this minute's requests, nor of the next ones'."""
        quota = self._desk.sheets.quota
        quota.reads_per_minute, quota.writes_per_minute = (0, 0) if on else self._quota

    def _discord_lost(self, on: bool) -> None:  # noqa: FBT001 - a switch
        """The connection is cut, and no new one comes about."""
        self._desk.discord.gateway.unreachable = on
        if on:
            self._desk.discord.gateway.drop()
