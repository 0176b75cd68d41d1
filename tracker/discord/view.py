"""The forum as Discord describes it, in the product's own terms: threads and tags as domain events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import hikari

from tracker.discord.people import readable
from tracker.domain.events import Tag, TagsDefined, TagsWere, ThreadSeen
from tracker.domain.snowflakes import created_at

_PUNCTUAL = timedelta(minutes=1)
"""Discord may close a stale thread so much before its time."""


def is_pinned(thread: hikari.GuildThreadChannel) -> bool:
    """Whether somebody pinned the thread to the top of the forum: a guide, not a question."""
    return hikari.ChannelFlag.PINNED in getattr(thread, "flags", hikari.ChannelFlag.NONE)


def closed_by_person(thread: hikari.GuildThreadChannel) -> bool:
    """Whether a person closed the thread, as opposed to Discord, which does so after some time without a message.

    Discord does not say who did. A thread that was closed after that time is taken to be closed by Discord:
    https://discord.com/developers/docs/topics/threads#active--archived-threads
    """
    last = created_at(thread.last_message_id or thread.id)
    stale_from = last + thread.metadata.auto_archive_duration - _PUNCTUAL
    return thread.is_archived and thread.archive_timestamp < stale_from


def is_hidden(channel: hikari.PermissibleGuildChannel) -> bool:
    """Whether the bot may not view the channel: then the gateway shows nothing of it that is true, no tags at all.

    https://discord.com/developers/docs/resources/channel#channel-object-obfuscated-channels
    """
    return hikari.ChannelFlag.CHANNEL_OBFUSCATED in channel.flags


class ForumView:
    """Translates Discord's threads; knows the names of the forum's tags, since threads carry only their ids.

    `forum_name` is the forum's own name as last seen; None before.
    """

    def __init__(self, forum_id: int, now: Callable[[], datetime]) -> None:
        self.forum_id = forum_id
        self._now = now
        self._tag_names: dict[int, str] = {}
        self.forum_name: str | None = None

    def tags_defined(self, forum: hikari.GuildForumChannel) -> TagsDefined:
        """The forum's tags; their names are used from now on, and so is the forum's own."""
        self.forum_name = forum.name
        tags = tuple(Tag(id=tag.id, name=readable(tag.name)) for tag in forum.available_tags)
        self._tag_names = {tag.id: tag.name for tag in tags}
        return TagsDefined(tags=tags, at=self._now())

    @property
    def tag_names(self) -> Mapping[int, str]:
        """The names of the forum's tags as last seen, by their ids."""
        return self._tag_names

    def thread_seen(
        self,
        thread: hikari.GuildThreadChannel,
        *,
        newly_created: bool = False,
        changes: Iterable[TagsWere] = (),
        changes_since: datetime | None = None,
        sent_late_since: datetime | None = None,
        history: bool = False,
    ) -> ThreadSeen | None:
        """The thread as it is now; None for a thread of another channel."""
        if thread.parent_id != self.forum_id:
            return None
        return ThreadSeen(
            thread_id=thread.id,
            guild_id=thread.guild_id,
            author_id=thread.owner_id,
            title=readable(thread.name or ""),
            tags=self.tags(getattr(thread, "applied_tag_ids", ())),
            newly_created=newly_created,
            at=self._now(),
            archived=thread.is_archived,
            locked=thread.is_locked,
            changes=tuple(changes),
            changes_since=changes_since,
            sent_late_since=sent_late_since,
            history=history,
        )

    def shown(self, threads: Iterable[hikari.GuildThreadChannel]) -> tuple[ThreadSeen, ...]:
        """Those of the threads that are the forum's, as a list of Discord's shows them, with their latest messages."""
        return tuple(
            replace(seen, last_message_id=thread.last_message_id or 0, message_count=thread.approximate_message_count)
            for thread in threads
            if (seen := self.thread_seen(thread)) is not None
        )

    def tags(self, tag_ids: Iterable[int]) -> tuple[Tag, ...]:
        """Tags by their ids; without a name where the forum has none of this id."""
        return tuple(Tag(id=int(tag_id), name=self._tag_names.get(int(tag_id), "")) for tag_id in tag_ids)
