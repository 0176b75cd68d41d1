"""The forum as Discord describes it, in the product's own terms: threads and tags as domain events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import hikari

from tracker.discord.people import readable
from tracker.domain.events import Tag, TagsDefined, TagsWere, ThreadSeen


class ForumView:
    """Translates Discord's threads; knows the names of the forum's tags, since threads carry only their ids."""

    def __init__(self, forum_id: int, now: Callable[[], datetime]) -> None:
        self.forum_id = forum_id
        self._now = now
        self._tag_names: dict[int, str] = {}

    def tags_defined(self, forum: hikari.GuildForumChannel) -> TagsDefined:
        """The forum's tags; their names are used from now on."""
        tags = tuple(Tag(id=tag.id, name=readable(tag.name)) for tag in forum.available_tags)
        self._tag_names = {tag.id: tag.name for tag in tags}
        return TagsDefined(tags=tags, at=self._now())

    def thread_seen(
        self,
        thread: hikari.GuildThreadChannel,
        *,
        newly_created: bool = False,
        changes: Iterable[TagsWere] = (),
        changes_since: datetime | None = None,
        told_late_since: datetime | None = None,
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
            changes=tuple(changes),
            changes_since=changes_since,
            told_late_since=told_late_since,
            history=history,
        )

    def tags(self, tag_ids: Iterable[int]) -> tuple[Tag, ...]:
        """Tags by their ids; without a name where the forum has none of this id."""
        return tuple(Tag(id=int(tag_id), name=self._tag_names.get(int(tag_id), "")) for tag_id in tag_ids)


def is_obfuscated(channel: hikari.GuildForumChannel) -> bool:
    """Whether the bot may not view the channel, of which Discord then tells little more than that it exists.

    Since 2026-11-16 such a channel comes obfuscated, without its name and tags ("Obfuscated Channels" in Discord's
    documentation).
    """
    return hikari.ChannelFlag.CHANNEL_OBFUSCATED in channel.flags
