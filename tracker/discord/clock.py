"""Whether this machine's clock agrees with Discord's: deadlines and times in the sheet go by this one."""

from __future__ import annotations

import hikari

from tracker.checks import Finding, Group, Level
from tracker.discord.limits import clock_ahead

_TOLERATED_SECONDS = 2.0


def check_clock(rest: hikari.api.RESTClient) -> Finding | None:
    """What is wrong with the clock, by the answers that Discord has given so far; None where nothing is known to be."""
    ahead = clock_ahead(rest)
    if abs(ahead) < _TOLERATED_SECONDS:
        return None
    direction = "ahead of" if ahead > 0 else "behind"
    return Finding(
        id="discord.clock",
        group=Group.DISCORD,
        level=Level.WARNING,
        text=f"The clock of this machine is {abs(ahead):,.0f} s {direction} Discord's: alerts come that much too "
        f"{'early' if ahead > 0 else 'late'}.",
        fix="Let the machine keep its clock: sudo timedatectl set-ntp true",
    )
