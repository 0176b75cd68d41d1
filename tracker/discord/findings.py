"""How findings about Discord are worded: what a permission's absence means, and what could not be checked."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial

import aiohttp
import hikari

from tracker.checks import Finding, Group, Level
from tracker.discord.failures import reason_of
from tracker.discord.permissions import Missing, Standing, id_of, name_of
from tracker.domain.effects import EffectKind

good = partial(Finding, group=Group.DISCORD, level=Level.GOOD)
warning = partial(Finding, group=Group.DISCORD, level=Level.WARNING)
failed = partial(Finding, group=Group.DISCORD, level=Level.FAILED)


async def attempted(check: Awaitable[Sequence[Finding]], id: str, what: str) -> Sequence[Finding]:  # noqa: A002
    """What the check finds, or that it could not be made, which says nothing about the set-up and ends no other check.

    `id` and `what` name what it looks at: the beginning of a finding's id, and the subject of a sentence.
    """
    try:
        return await check
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that it cannot read
        return [unchecked(error, id, what)]


def unchecked(error: Exception, id: str, what: str, *, level: Level = Level.WARNING) -> Finding:  # noqa: A002
    """A check that could not be made."""
    return Finding(
        id=f"{id}.unchecked",
        group=Group.DISCORD,
        level=level,
        text=f"{what} could not be checked: {why(error)}.",
        fix="Run the doctor again in some minutes; https://discordstatus.com shows whether Discord is in trouble. "
        "If it stays so, install the newest version of the bot.",
    )


def why(error: Exception, kind: EffectKind | None = None) -> str:
    """What kept a check from being made, as the end of a sentence. `kind`: the errand that it tried out."""
    # A proxy's refusal comes from aiohttp as it is.
    if isinstance(error, hikari.HTTPError | aiohttp.ClientError | OSError | TimeoutError):
        return reason_of(error, kind)
    return f"the bot cannot read what Discord answered ({type(error).__name__}: {error!s:.100})"


def lacks(
    standing: Standing,
    channel: hikari.PermissibleGuildChannel | None,
    missing: Missing,
    what: str,
    *,
    because: str = "",
    optional: str | None = None,
) -> Finding:
    """A permission that is missing, who takes it, and the menu where it is given.

    `what` begins the finding's id, and `because` its text. `optional`: what the permission is needed for, where the bot
    can do without.
    """
    permission = name_of(missing.permission)
    where = standing.guild.name if channel is None else f"#{channel.name}"
    reason = (
        f"the overwrite for {missing.denied_for} denies it" if missing.denied_for else "no role of the bot allows it"
    )
    if channel is not None and missing.denied_for:
        fix = f"{permissions_of(standing, channel.id)}: allow {permission} for {missing.denied_for}."
    else:
        fix = f"Server Settings > Roles > {standing.own_role} > Permissions: switch {permission} on."
    needed = f" It needs that only for {optional}." if optional else ""
    return Finding(
        id=f"{what}.{id_of(missing.permission)}",
        group=Group.DISCORD,
        level=Level.WARNING if optional else Level.FAILED,
        text=f"{because}In {where} the bot lacks {permission}: {reason}.{needed}",
        fix=fix,
    )


def permissions_of(standing: Standing, channel_id: int) -> str:
    """The menu of a channel's overwrites, beginning with the address where a person opens the channel."""
    return f"https://discord.com/channels/{standing.guild.id}/{channel_id} > Edit Channel > Permissions"
