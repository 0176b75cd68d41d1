"""Checks of the forum and its server: what the bot may do there, the tags, who may answer, what the audit log shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import hikari
from hikari import Permissions

from tracker.checks import Finding
from tracker.discord.failures import is_forbidden
from tracker.discord.findings import failed, good, lacks, warning
from tracker.discord.permissions import IN_FORUM, Standing, name_of
from tracker.domain.events import Tag
from tracker.domain.teams import team_of

_TAGS_KEY = "applied_tags"


def rights(standing: Standing, forum: hikari.GuildForumChannel, *, has_two_factor: bool) -> Iterator[Finding]:
    """What the bot may do. `has_two_factor`: the account that owns its application uses two-factor authentication."""
    until = standing.timed_out_until()
    if until is not None:
        yield failed(
            id="discord.server.timed_out",
            text=f"The bot is timed out in {standing.guild.name} until {until:%Y-%m-%d %H:%M} UTC: it may not write or "
            "react.",
            fix="Right-click the bot in the server's list of members > Remove Timeout.",
        )
    lacking = standing.missing(IN_FORUM, forum)
    for missing in lacking:
        yield lacks(standing, forum, missing, "discord.forum")
    if not lacking:
        may = ", ".join(name_of(permission) for permission in IN_FORUM)
        yield good(id="discord.forum.permissions", text=f"In #{forum.name} the bot may {may}")
    unmanaged = standing.missing([Permissions.MANAGE_THREADS], forum)
    for missing in unmanaged:
        needed_for = "messages in archived or locked threads, and to close these again"
        yield lacks(standing, forum, missing, "discord.forum", optional=needed_for)
    if not unmanaged and standing.lacks_second_factor(has_two_factor=has_two_factor):
        yield warning(
            id="discord.server.two_factor",
            text=f"{standing.guild.name} demands two-factor authentication for moderation, and the account that owns "
            "the bot's application has none: Manage Threads does not count.",
            fix="The owner of the application: User Settings > My Account > Enable Authenticator App.",
        )
    for missing in standing.missing([Permissions.VIEW_AUDIT_LOG]):
        yield lacks(standing, None, missing, "discord.server", optional="exact times of what it missed")


def tags(
    forum: hikari.GuildForumChannel, resolved_tags: Sequence[str] | None, team_tags: Sequence[str] | None
) -> Iterator[Finding]:
    """The tags that the business rules go by. None: the setting cannot be read."""
    names = [tag.name.strip() for tag in forum.available_tags]
    menu = f"https://discord.com/channels/{forum.guild_id}/{forum.id} > Edit Channel > Tags"
    resolved, teams = {name.casefold() for name in resolved_tags or ()}, team_tags or ()
    meaningless = [name for name in names if name.casefold() not in resolved and not _is_for(name, teams)]
    one_of_its = f"one of its tags ({', '.join(meaningless)})"
    if resolved_tags is not None and not {name.casefold() for name in names} & resolved:
        yield failed(
            id="discord.tags.resolved",
            text=f"The forum has no tag that means resolved (RESOLVED_TAGS {','.join(resolved_tags)}).",
            fix=f"Add one: {menu}{f'; or put {one_of_its} into RESOLVED_TAGS' if meaningless else ''}.",
        )
    for tag in forum.available_tags:
        if tag.name.strip().casefold() in resolved and not tag.moderated:
            yield warning(
                id="discord.tags.moderated",
                text=f"Everybody may put the tag {tag.name.strip()} on a post of theirs, and take it off: whoever does "
                "resolves the ticket.",
                fix=f"{menu} > {tag.name.strip()}: let only moderators apply it (the staff's role then needs Manage "
                "Threads).",
            )
    for team in teams:
        if not any(_is_for(name, [team]) for name in names):
            instead = f"put {one_of_its} into TEAM_TAGS in its place, or " if meaningless else ""
            yield warning(
                id="discord.tags.team",
                text=f"The forum has no tag for the team {team} (TEAM_TAGS): no ticket will be given to it.",
                fix=f"Add one: {menu}; or {instead}take {team} out of TEAM_TAGS.",
            )


def _is_for(tag: str, teams: Sequence[str]) -> bool:
    return team_of([Tag(id=0, name=tag)], teams) is not None


def responders(
    standing: Standing, forum: hikari.GuildForumChannel, role_ids: Sequence[int] | None
) -> Iterator[Finding]:
    """Whose answers count. None: the setting cannot be read."""
    copy = "Server Settings > Roles > right-click it, Copy Role ID"
    unknown = [role_id for role_id in role_ids or () if role_id not in standing.guild.roles]
    if standing.guild.id in (role_ids or ()):
        yield warning(
            id="discord.role",
            text=f"SUPPORT_ROLE_IDS {int(standing.guild.id)} is @everyone: everybody's message counts as an answer.",
            fix=f"Put the id of the staff's role there instead ({copy}).",
        )
    if unknown and len(unknown) == len(role_ids or ()):
        yield failed(
            id="discord.role",
            text=f"The server has no role of SUPPORT_ROLE_IDS ({', '.join(map(str, unknown))}): nobody's answer "
            "counts.",
            fix=f"Copy the id of the staff's role ({copy}).",
        )
    else:
        for role_id in unknown:
            yield warning(
                id="discord.role",
                text=f"The server has no role {role_id} (SUPPORT_ROLE_IDS): nobody's answer counts by it.",
                fix=f"Copy the id of the role ({copy}).",
            )
    to_answer = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES_IN_THREADS
    if role_ids == () and standing.everyone_may(to_answer, forum):
        yield warning(
            id="discord.responders",
            text=f"Everybody may write in #{forum.name}, and SUPPORT_ROLE_IDS is empty: a message of another customer "
            "counts as the first answer.",
            fix=f"Put the id of the staff's role into SUPPORT_ROLE_IDS ({copy}).",
        )


async def audit_log(rest: hikari.api.RESTClient, forum: hikari.GuildForumChannel) -> Sequence[Finding]:
    """How the server's audit log shows changes of the forum's threads, which Discord does not document.

    Nothing where the bot may not read it: there is a finding of its own for that. Errors are hikari's.
    """
    pages = rest.fetch_audit_log(forum.guild_id, event_type=hikari.AuditLogEventType.THREAD_UPDATE)
    try:
        page = await anext(aiter(pages), None)
    except hikari.ForbiddenError as error:
        if not is_forbidden(error):
            raise
        return ()
    threads = {} if page is None else {**page.threads}
    entries = [] if page is None else [*page.entries.values()]
    return (_tags_in(entries), _authors_in(entries, threads))


def _tags_in(entries: Iterable[hikari.AuditLogEntry]) -> Finding:
    """Whether a change of tags stands in the log, by the key that the bot reads."""
    keys = [{str(change.key) for change in entry.changes} for entry in entries]
    with_tags = sum(_TAGS_KEY in each for each in keys)
    others = sorted({key for each in keys for key in each if "tag" in key.casefold()} - {_TAGS_KEY})
    if others and not with_tags:
        return warning(
            id="discord.audit_log.tags",
            text=f"The audit log has changes of tags as {', '.join(others)}, which the bot does not read: what it "
            "missed is dated when it notices.",
            fix="Install the newest version of the bot.",
        )
    found = (
        f"has changes of tags as {_TAGS_KEY} ({with_tags} of its last {len(keys)} changes of threads)"
        if with_tags
        else f"has no change of tags among its last {len(keys)} changes of threads: whether it shows them cannot be "
        "known yet"
    )
    return good(id="discord.audit_log.tags", text=f"The audit log {found}")


def _authors_in(
    entries: Iterable[hikari.AuditLogEntry], threads: dict[hikari.Snowflake, hikari.GuildThreadChannel]
) -> Finding:
    """Whether what authors change in their own threads stands in the log."""
    own = (
        entry.target_id
        for entry in entries
        if entry.target_id is not None
        and (thread := threads.get(entry.target_id)) is not None
        and thread.owner_id == entry.user_id
    )
    example = next(own, None)
    found = (
        f"also has what authors change in their own threads (thread {example})"
        if example is not None
        else "has no change that an author made in a thread of theirs: whether it shows these cannot be known yet"
    )
    return good(id="discord.audit_log.authors", text=f"The audit log {found}")
