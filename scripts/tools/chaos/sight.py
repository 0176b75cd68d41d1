"""What keeps the bot from seeing the forum, or from doing its errands there, until all is well again.

The forum is hidden, the bot is not in the server, the server is gone, the process stands still, nothing can be read, a
permission is missing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from scripts.tools.chaos.steps import Step
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults


class Sight:
    """Takes the bot's sight and permissions, and gives them back."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._frozen = False
        self._unread = False
        self._taken: set[str] = set()
        self._actions: dict[str, Callable[[Step], None]] = {
            "hide forum": lambda _: desk.world.deny(desk.forum, "VIEW_CHANNEL"),
            "kick": self._kick,
            "lose guild": self._lose_guild,
            "freeze": lambda _: self._freeze(),
            "see": lambda _: self.see(),
            "unreadable event": self._spoil_event,
            "unreadable answer": self._spoil_answer,
            "take permission": self._take_permission,
            "demand second factor": self._demand_second_factor,
            "permit": lambda _: self.permit(),
        }

    @property
    def is_lost(self) -> bool:
        """Whether the bot may not hear of what happens now."""
        forum, gateway = self._desk.forum, self._desk.discord.gateway
        return self._frozen or self._unread or gateway.unavailable or not self._desk.world.bot_sees(forum)

    def act(self, step: Step) -> bool:
        """Do a step of a kind that concerns the sight or the permissions; False for all others."""
        action = self._actions.get(step.kind)
        if action is not None:
            action(step)
        return action is not None

    def _kick(self, _: Step) -> None:
        if self._is_member:
            self._desk.world.kick(self._desk.world.bot_user)

    def _lose_guild(self, _: Step) -> None:
        gateway = self._desk.discord.gateway
        if self._is_member and not gateway.unavailable:
            gateway.begin_outage()

    def _spoil_event(self, _: Step) -> None:
        self._unread = True
        self._desk.discord.gateway.unreadable = 1

    def _spoil_answer(self, step: Step) -> None:
        self._unread = True
        self._desk.discord.faults.append(faults.unreadable(step.detail, method="GET"))

    def _take_permission(self, step: Step) -> None:
        self._taken.add(step.detail)
        self._desk.world.deny(self._desk.forum, step.detail)

    def _demand_second_factor(self, _: Step) -> None:
        """Of the account that owns the bot's application, which has none."""
        world = self._desk.world
        world.guild.demands_two_factor, world.bot_has_two_factor = True, False

    def see(self) -> None:
        """The bot sees again, what happens from now on."""
        self.thaw()
        if not self._is_member:
            self._desk.world.join(self._desk.world.bot_user)
        self._desk.world.allow(self._desk.forum, "VIEW_CHANNEL")
        if self._desk.discord.gateway.unavailable:
            self._desk.discord.gateway.end_outage()

    def permit(self) -> None:
        """The bot may do its errands again."""
        world = self._desk.world
        world.guild.demands_two_factor, world.bot_has_two_factor = False, True
        world.allow(self._desk.forum, *self._taken)
        self._taken.clear()

    @property
    def _is_member(self) -> bool:
        return self._desk.world.bot_user.id in self._desk.world.members

    def calm(self) -> None:
        """All is well again; what the bot could not read it gets at once: by itself it asks for that after minutes."""
        self.see()
        self.permit()
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
