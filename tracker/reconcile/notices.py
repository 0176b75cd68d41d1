"""What people read about the bot's sight, in the alert channels, in the log and in `/healthz`."""

from __future__ import annotations

from tracker.reconcile.sight import PATIENCE, Blindness, Cause

_STATUS = "https://discordstatus.com"

_REASONS = {
    Cause.HIDDEN: (
        "The bot may not view the forum.",
        "Edit Channel > Permissions of the forum: allow View Channel for the bot's role. The bot needs no restart.",
    ),
    Cause.DELETED: (
        "The forum was deleted.",
        "Put the id of another one into SUPPORT_CHANNEL_ID and start the bot again.",
    ),
    Cause.RECREATED: (
        "The forum was deleted, and a new one with its name has another id: {detail}.",
        "If that one is to be tracked, put SUPPORT_CHANNEL_ID={detail} into the settings and start the bot again.",
    ),
    Cause.KICKED: ("The bot was removed from the server.", "Invite it again; it needs no restart."),
    Cause.UNAVAILABLE: (
        "Discord does not show the server to the bot.",
        f"That is mostly Discord's own trouble ({_STATUS}); if it is well, see whether the bot is still in the server.",
    ),
    Cause.UNREACHED: (
        "There is no connection to Discord.",
        f"If it lasts, look at {_STATUS} and at the network of the bot's machine.",
    ),
    Cause.ASLEEP: (
        "The bot's machine stood still or was asleep.",
        "Keep it from sleeping; the bot connects again by itself.",
    ),
    Cause.UNREAD: (
        "Something that Discord tells could not be read ({detail}).",
        "If it lasts, look at the bot's log, and for a newer version of the bot.",
    ),
}


def reason(blindness: Blindness) -> str:
    """Why the bot does not see the forum, a sentence."""
    return _REASONS[blindness.cause][0].format(detail=blindness.detail[:200])


def fix(blindness: Blindness) -> str:
    """What a person can do about it."""
    return _REASONS[blindness.cause][1].format(detail=blindness.detail[:200])


def blind_notice(blindness: Blindness) -> str:
    """The bot has been blind for longer than it usually takes to pass."""
    return (
        f"🛠️ **The bot has not seen the forum for more than {PATIENCE.seconds // 60} minutes.**\n\n"
        f"{reason(blindness)} {fix(blindness)}\n\n"
        "Rows stay as they are until then. What happens meanwhile is found afterwards."
    )


def seeing_notice(blindness: Blindness) -> str:
    """What a notice said is over; `blindness` is as it was at its end. The time is shown in each reader's time zone."""
    return (
        "✅ **The bot sees the forum again.** "
        f"What happened since <t:{blindness.since.timestamp():.0f}:f> is being brought into the sheet."
    )
