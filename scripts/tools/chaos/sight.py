"""What keeps the bot from seeing the forum: hidden, the server gone, the process standing still, nothing readable."""

from __future__ import annotations

import os
import signal

from scripts.tools.chaos.steps import Step
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults


class Sight:
    """Takes the bot's sight, and gives it back."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._frozen = False
        self._unread = False

    @property
    def is_lost(self) -> bool:
        """Whether the bot may not hear of what happens now."""
        forum, gateway = self._desk.forum, self._desk.discord.gateway
        return self._frozen or self._unread or gateway.unavailable or not self._desk.world.bot_sees(forum)

    def act(self, step: Step) -> bool:
        """Do a step of a kind that concerns the sight; False for all others."""
        gateway = self._desk.discord.gateway
        match step.kind:
            case "hide forum":
                self._desk.world.deny(self._desk.forum, "VIEW_CHANNEL")
            case "lose guild" if not gateway.unavailable:
                gateway.begin_outage()
            case "freeze":
                self._freeze()
            case "see":
                self.see()
            case "unreadable event":
                self._unread = True
                gateway.unreadable = 1
            case "unreadable answer":
                self._unread = True
                self._desk.discord.faults.append(faults.unreadable(step.detail, method="GET"))
            case "lose guild":
                pass
            case _:
                return False
        return True

    def see(self) -> None:
        """The bot sees again, what happens from now on."""
        self.thaw()
        self._desk.world.allow(self._desk.forum, "VIEW_CHANNEL")
        if self._desk.discord.gateway.unavailable:
            self._desk.discord.gateway.end_outage()

    def calm(self) -> None:
        """The bot sees again, and at once what it could not read; by itself it asks for that after minutes only."""
        self.see()
        if self._unread:
            self._unread = False
            self._desk.discord.gateway.unreadable = 0
            self._desk.discord.gateway.invalidate()

    def thaw(self) -> None:
        """The process goes on, if it stands still."""
        if self._frozen and self._desk.bot_runs and self._desk.bot_pid is not None:
            os.kill(self._desk.bot_pid, signal.SIGCONT)
        self._frozen = False

    def _freeze(self) -> None:
        if self._desk.bot_runs and self._desk.bot_pid is not None:
            os.kill(self._desk.bot_pid, signal.SIGSTOP)
            self._frozen = True
