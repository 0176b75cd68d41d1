"""REST routes about channels and threads: https://discord.com/developers/docs/resources/channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from tracker.sandbox.discord import errors, payloads, views
from tracker.sandbox.discord.access import channel_of, demand, may
from tracker.sandbox.discord.entities import Channel, Forum, Tag, Thread
from tracker.sandbox.discord.errors import Refused, invalid_form
from tracker.sandbox.discord.forms import Route, json_body, query_limit, query_time, snowflake, text, unserved
from tracker.sandbox.discord.permissions import Permission
from tracker.sandbox.discord.state import State, ThreadChanges

LONGEST_NAME = 100
LONGEST_TAG = 20
MOST_TAGS_ON_A_THREAD = 5

_BY_THE_OWNER = {"name", "archived", "auto_archive", "tags"}
"""What a thread's owner may change in it without the right to manage threads."""


@dataclass(frozen=True, kw_only=True)
class ChannelRoutes:
    """Reading, changing and deleting channels and threads."""

    state: State
    problems: list[str]

    def table(self) -> list[Route]:
        """The routes and their handlers."""
        return [
            ("GET", "/channels/{channel_id}", self.read),
            ("PATCH", "/channels/{channel_id}", self.change),
            ("DELETE", "/channels/{channel_id}", self.delete),
            ("GET", "/channels/{channel_id}/threads/archived/public", self.archived_threads),
        ]

    async def read(self, request: web.Request) -> web.Response:
        """A channel or thread."""
        return web.json_response(self._payload(channel_of(request, self.state)))

    async def change(self, request: web.Request) -> web.Response:
        """Change a channel or thread."""
        channel = channel_of(request, self.state)
        body = await json_body(request)
        if isinstance(channel, Thread):
            self._change_thread(request, channel, body)
        else:
            self._change_channel(request, channel, body)
        return web.json_response(self._payload(channel))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a channel or thread."""
        channel = channel_of(request, self.state)
        answer = web.json_response(self._payload(channel))
        if isinstance(channel, Thread):
            demand(self.state, channel, Permission.MANAGE_THREADS)
            self.state.remove_thread(channel, self.state.bot_user)
        else:
            demand(self.state, channel, Permission.MANAGE_CHANNELS)
            self.state.remove_channel(channel)
        return answer

    async def archived_threads(self, request: web.Request) -> web.Response:
        """The archived threads of a channel, by the time they were archived, latest first."""
        channel = channel_of(request, self.state)
        if isinstance(channel, Thread):
            raise Refused(errors.WRONG_CHANNEL_TYPE)
        demand(self.state, channel, Permission.READ_MESSAGE_HISTORY)
        before = query_time(request, "before")
        limit = query_limit(request, default=50, least=2)
        archived = sorted(
            (thread for thread in self.state.threads_of(channel) if thread.archived),
            key=lambda thread: thread.archive_timestamp,
            reverse=True,
        )
        matching = [thread for thread in archived if before is None or thread.archive_timestamp < before]
        has_more = {"has_more": len(matching) > limit}
        return web.json_response(views.thread_list(self.state, matching[:limit]) | has_more)

    def _change_thread(self, request: web.Request, thread: Thread, body: dict[str, Any]) -> None:
        changes = self._thread_changes(request, thread, body)
        if thread.archived and changes.get("archived") is not False:
            raise Refused(errors.THREAD_ARCHIVED)
        manages = may(self.state, thread, Permission.MANAGE_THREADS)
        owns = thread.owner is self.state.bot_user and not thread.locked and set(changes) <= _BY_THE_OWNER
        only_opens = set(changes) == {"archived"} and changes["archived"] is False and not thread.locked
        if not owns:
            # whoever may write in a thread may bring it back, as a message of theirs would
            writes = only_opens and not manages
            demand(
                self.state,
                thread,
                Permission.SEND_MESSAGES_IN_THREADS if writes else Permission.MANAGE_THREADS,
            )
        self.state.change_thread(thread, self.state.bot_user, **changes)

    def _thread_changes(self, request: web.Request, thread: Thread, body: dict[str, Any]) -> ThreadChanges:
        served = {
            "name", "archived", "locked", "applied_tags", "auto_archive_duration", "rate_limit_per_user", "flags"
        }  # fmt: skip
        self._note_unserved(request, body, served)
        changes: ThreadChanges = {}
        if "name" in body:
            changes["name"] = _name(body)
        if "archived" in body:
            changes["archived"] = body["archived"] is True
        if "locked" in body:
            changes["locked"] = body["locked"] is True
        if "applied_tags" in body:
            changes["tags"] = _applied_tags(thread, body["applied_tags"] or [])
        if "auto_archive_duration" in body:
            changes["auto_archive"] = timedelta(minutes=body["auto_archive_duration"])
        if "rate_limit_per_user" in body:
            changes["slow_mode"] = timedelta(seconds=body["rate_limit_per_user"] or 0)
        if "flags" in body:
            changes["pinned"] = bool(body["flags"] & payloads.PINNED_THREAD)
        return changes

    def _change_channel(self, request: web.Request, channel: Channel, body: dict[str, Any]) -> None:
        demand(self.state, channel, Permission.MANAGE_CHANNELS)
        self._note_unserved(request, body, {"name", "topic", "available_tags"})
        if "name" in body:
            channel.name = _name(body)
        if "topic" in body:
            channel.topic = text(body, "topic", most=4096) or None
        if "available_tags" in body and isinstance(channel, Forum):
            channel.tags[:] = [self._offered_tag(channel, tag) for tag in body["available_tags"] or []]
        self.state.update_channel(channel)

    def _offered_tag(self, forum: Forum, tag: dict[str, Any]) -> Tag:
        name = text(tag, "name", most=LONGEST_TAG)
        known = next((each for each in forum.tags if str(each.id) == str(tag.get("id"))), None)
        if known is None:
            return Tag(id=self.state.new_id(), name=name, moderated=tag.get("moderated") is True)
        known.name = name
        return known

    def _note_unserved(self, request: web.Request, body: dict[str, Any], served: set[str]) -> None:
        self.problems.extend(
            f"{request.method} {request.path}: {name} is not served" for name in unserved(body, served)
        )

    def _payload(self, channel: Channel | Thread) -> payloads.Payload:
        if isinstance(channel, Thread):
            return payloads.thread(channel, self.state.guild, self.state.bot_user)
        return payloads.channel(channel, self.state.guild)


def _name(body: dict[str, Any]) -> str:
    name = text(body, "name", most=LONGEST_NAME)
    if not name:
        raise invalid_form("name", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {LONGEST_NAME} in length.")
    return name


def _applied_tags(thread: Thread, ids: list[str]) -> list[Tag]:
    """The tags of these ids: those that the forum offers, and deleted ones that the thread still carries."""
    if not isinstance(thread.parent, Forum):
        raise Refused(errors.WRONG_CHANNEL_TYPE)
    if len(ids) > MOST_TAGS_ON_A_THREAD:
        raise invalid_form("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
    known = {tag.id: tag for tag in (*thread.tags, *thread.parent.tags)}
    wanted = [snowflake(str(tag), "applied_tags") for tag in ids]
    if not set(wanted) <= set(known):
        raise invalid_form("applied_tags", "FORUM_TAG_INVALID", "Unknown tag")
    return [known[tag] for tag in wanted]
