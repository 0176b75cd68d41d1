"""People in Discord: each step is done to the local server and noted in the model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scripts.tools.chaos.model import Model, Tag, Ticket
from scripts.tools.chaos.steps import Step
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import DISCORD_EPOCH, Message, Thread, User
from tracker.sandbox.discord.entities import Tag as ForumTag

REPLACED = {"Engineering": "Engineering & co", "billing": "money", "resolved": "done", "Consulting": "CONSULTING 2"}
"""What people rename tags to; the next time, back again."""


class ForumPeople:
    """The customers, staff and admins of one desk. Threads are counted as their tickets are in the model."""

    def __init__(self, desk: LocalDesk, model: Model) -> None:
        self._desk, self._world, self._model = desk, desk.world, model
        self._people: dict[str, User] = {
            "sam": desk.staff,
            "kim": self._world.new_user("kim", roles=[desk.support]),
            "eve#0042": self._world.new_user("eve", discriminator="0042"),
        }
        self._robot = self._world.new_user("robot", bot=True)
        self._elsewhere = self._world.new_text_channel("elsewhere")
        self._tags: list[tuple[ForumTag, Tag]] = []
        for tag in desk.forum.tags:
            self._adopt_tag(tag)
        self.threads: list[Thread] = []
        self.actions: dict[str, Callable[[Step], None]] = {
            "open": self._open,
            "rename tag": self._rename_tag,
            "delete tag": self._delete_tag,
            "repeat": self._repeat,
        }
        self.actions_on_thread: dict[str, Callable[[Step, Thread, Ticket], None]] = {
            "reply": self._reply,
            "own reply": self._reply_to_oneself,
            "noise": self._make_noise,
            "tag": self._toggle_tag,
            "rename": self._rename,
            "archive": self._archive,
            "unarchive": lambda _, thread, __: self._world.unarchive(thread),
            "lock": lambda _, thread, __: self._world.lock(thread),
            "unlock": lambda _, thread, __: self._world.unlock(thread),
            "delete": self._delete,
        }

    def begin_anew(self) -> None:
        """The forum is deleted with all its threads, and another one takes its place, with a thread of the desk's own.

        That thread takes the first place; the one that had it gets the last.
        """
        before = self._model.remember()
        old, now = self._desk.forum, self._world.now()
        self._world.delete_channel(old)
        for ticket in self._model.tickets:
            if not ticket.deleted:
                ticket.removed(now)
        self._model.changed_since(before)
        for tag in self._model.tags:
            tag.name = None
        tags = [tag.name for tag in old.tags]
        self._desk.forum = self._world.new_forum(old.name, tags=tags, moderated=("resolved",))
        for each in self._desk.forum.tags:
            self._adopt_tag(each)
        self.act(Step(kind="open", detail="the desk's own"))
        threads, tickets = self.threads, self._model.tickets
        threads[0], threads[-1] = threads[-1], threads[0]
        tickets[0], tickets[-1] = tickets[-1], tickets[0]
        # A bot that looks at another forum learns that they are gone when it looks for one of them.
        self._model.unseen = set(range(1, len(tickets)))

    def act(self, step: Step) -> bool:
        """Do a step of a kind that is theirs; False for all others."""
        before = self._model.remember()
        if action := self.actions.get(step.kind):
            action(step)
        elif action_on := self.actions_on_thread.get(step.kind):
            if step.ticket < len(self.threads) and not self._model.tickets[step.ticket].deleted:
                action_on(step, self.threads[step.ticket], self._model.tickets[step.ticket])
        else:
            return False
        self._model.changed_since(before, names_of_tags=step.kind in ("rename tag", "delete tag"))
        return True

    def _open(self, step: Step) -> None:
        number = len(self.threads)
        age = 0 if self._model.may_miss else step.number
        tags = [tag for tag in self._desk.forum.tags if tag.name == step.detail or number % 4 == self._place(tag) + 1]
        thread = self._world.open_thread(
            self._desk.forum,
            self._desk.customer,
            step.detail,
            tags=[tag.name for tag in tags],
            at=self._world.now() - timedelta(seconds=age),
            order="starter_first" if number % 5 == 0 else "thread_first",
        )
        ticket = Ticket(
            thread_id=thread.id,
            guild_id=self._world.guild.id,
            author=self._desk.customer.username,
            created_at=time_of(thread.id),
            title=thread.name,
            tags=self._model_tags(thread.tags),
            agreement=self._model.agreement,
        )
        ticket.overdue_when_heard = age > 0
        ticket.opened_with(ticket.created_at)
        self.threads.append(thread)
        self._model.tickets.append(ticket)

    def _reply(self, step: Step, thread: Thread, ticket: Ticket) -> None:
        message = self._say(thread, self._people[step.detail])
        ticket.answered(step.detail, time_of(message.id))

    def _reply_to_oneself(self, _: Step, thread: Thread, ticket: Ticket) -> None:
        message = self._say(thread, thread.owner)
        ticket.asker_wrote(time_of(message.id))

    def _make_noise(self, step: Step, thread: Thread, _: Ticket) -> None:
        """What goes on in a forum and means nothing to the desk."""
        match step.detail:
            case "webhook":
                self._world.reply(thread, self._desk.staff, "from elsewhere", webhook=True)
            case "bot":
                self._say(thread, self._robot)
            case "pin" if thread.starter is not None:
                self._world.pin(thread.starter, by=self._desk.staff)
            case "slow mode":
                self._world.slow_mode(thread, 10)
            case _:
                other = self._world.new_thread_in_text_channel(self._elsewhere, self._desk.staff, "not a ticket")
                self._say(other, self._desk.customer)

    def _toggle_tag(self, step: Step, thread: Thread, ticket: Ticket) -> None:
        """Put a tag on, or take it off; tags that no longer exist go with that."""
        kept = [tag for tag in thread.tags if tag in self._desk.forum.tags]
        toggled = next((tag for tag in self._desk.forum.tags if tag.name == step.detail), None)
        if toggled is None:
            return
        after = [tag for tag in kept if tag is not toggled] if toggled in kept else [*kept, toggled]
        at = self._world.now()
        self._world.retag(thread, [tag.name for tag in after])
        ticket.retagged(self._model_tags(after), at)

    def _rename(self, step: Step, thread: Thread, ticket: Ticket) -> None:
        self._world.rename(thread, step.detail)
        ticket.title = step.detail
        ticket.titles.add(step.detail)

    def _archive(self, _: Step, thread: Thread, __: Ticket) -> None:
        self._world.archive(thread)

    def _delete(self, _: Step, thread: Thread, ticket: Ticket) -> None:
        self._world.delete_thread(thread)
        ticket.removed(self._world.now())

    def _rename_tag(self, step: Step) -> None:
        if self._model.may_miss and step.detail == "resolved":
            return  # whether a tag meant resolved when it was set or taken off cannot be found out afterwards
        names = [tag.name for tag in self._desk.forum.tags]
        other = REPLACED[step.detail]
        old, new = (step.detail, other) if step.detail in names else (other, step.detail)
        if old in names and new not in names:
            known = self._model.tag(old)
            self._world.rename_tag(self._desk.forum, old, new)
            if known is not None:
                known.name = new

    def _delete_tag(self, step: Step) -> None:
        """Delete a tag, or offer it anew: then it is another one."""
        known = self._model.tag(step.detail)
        if self._model.may_miss and step.detail == "resolved":
            return
        if known is None:
            if REPLACED[step.detail] not in [tag.name for tag in self._desk.forum.tags]:
                self._adopt_tag(self._world.new_tag(self._desk.forum, step.detail))
            return
        self._world.delete_tag(self._desk.forum, step.detail)
        known.name = None

    def _repeat(self, _: Step) -> None:
        """Discord sends the latest message a second time."""
        if any(event.name == "MESSAGE_CREATE" for event in self._desk.discord.gateway.recent):
            self._desk.discord.gateway.repeat("MESSAGE_CREATE")

    def _say(self, thread: Thread, who: User) -> Message:
        return self._world.reply(thread, who, "Words.")

    def _place(self, tag: ForumTag) -> int:
        return self._desk.forum.tags.index(tag)

    def _adopt_tag(self, tag: ForumTag) -> None:
        known = Tag(name=tag.name)
        self._tags.append((tag, known))
        self._model.tags.append(known)

    def _model_tags(self, tags: list[ForumTag]) -> list[Tag]:
        return [known for tag in tags for each, known in self._tags if each is tag]


def time_of(snowflake: int) -> datetime:
    """When a thread or message with this id was created.

    https://discord.com/developers/docs/reference#snowflakes
    """
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(snowflake >> 22) + DISCORD_EPOCH)
