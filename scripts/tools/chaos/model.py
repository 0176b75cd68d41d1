"""The reference model: what the sheet and the messages should be, as plain as the description has it.

It is handed every fact at the moment it happens and never looks at the bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scripts.tools.chaos.agreement import Agreement, open_time
from tracker.sandbox.expected import is_outside_business_hours, serial, span

TEAMS = ("Engineering", "Consulting")

JUDGED = ("resolution", "resolution_business", "sla_due", "sla", "waiting_on", "staff_replies", "last_activity")
"""The columns of figures of which the model does not say what they show, but what they may."""

_JUST_THEN = timedelta(seconds=2)

Value = str | float | bool | None


@dataclass(frozen=True)
class Posted:
    """The id of the bot's latest message in the ticket's thread, after `number` resolutions."""

    number: int


@dataclass(frozen=True)
class Noticed:
    """The moment a resolution was noticed: not before `after`, the moment it happened."""

    after: datetime
    since_creation: bool = False


@dataclass(frozen=True)
class Judged:
    """A figure that depends on more than what happened to the ticket: see `figures.py`."""

    column: str


Expected = Value | Posted | Noticed | Judged


@dataclass(kw_only=True, eq=False)
class Tag:
    """A tag of the forum; `name` is None once it was deleted in the forum's settings."""

    name: str | None


@dataclass(kw_only=True)
class Edit:
    """What a person wrote into one of the bot's cells, over one of `originals`: what it may have shown then.

    `certain`: nothing was on its way to that cell just then. `changed`: the value has changed in Discord since.
    """

    text: Value
    originals: list[Expected]
    certain: bool
    changed: bool = False


@dataclass(kw_only=True)
class GoneRow:
    """The ticket's row was deleted by a person when it should have shown `cells`; otherwise as `Edit`.

    `before` is what it should have shown earlier, since everything was last seen at rest.
    """

    cells: dict[str, Expected]
    before: list[dict[str, Expected]] = field(default_factory=list)
    certain: bool
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A time from one moment to another; None: it is not over."""

    start: datetime
    end: datetime | None = None


@dataclass(kw_only=True, eq=False)
class Ticket:
    """What is true of one thread. Times are aware."""

    thread_id: int
    guild_id: int
    author: str
    created_at: datetime
    title: str
    tags: list[Tag]
    agreement: Agreement = field(default_factory=Agreement)
    span: timedelta = timedelta()
    """The time for a first answer, fixed when it was opened."""

    first_answer: tuple[str, datetime] | None = None
    answers: list[tuple[str, datetime]] = field(default_factory=list)
    resolved_by: list[Tag] = field(default_factory=list)
    resolutions: list[datetime] = field(default_factory=list)
    reopen_count: int = 0
    stops: list[Stretch] = field(default_factory=list)
    """When it was resolved before anybody answered."""

    pauses: list[Stretch] = field(default_factory=list)
    """When it was the asker's turn."""

    pause_in_doubt: bool = False
    """The asker wrote just when that began: nobody knows which was first."""

    deleted_at: datetime | None = None
    overdue_when_heard: bool = False
    """Its alert was due before the bot can have known its author's name."""

    titles: set[str] = field(default_factory=set)
    """Every title it ever had: an alert names the one it had just then."""

    waits: list[tuple[datetime, bool]] = field(default_factory=list)
    """Whether it waits for an answer, from each moment on."""

    fresh: set[str] = field(default_factory=set)
    """The columns that changed since everything was last seen at rest."""

    edits: dict[str, Edit] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    """What people wrote into their own columns of its row, by the column's name."""

    gone: GoneRow | None = None
    copies: list[dict[str, Value]] = field(default_factory=list)
    """The cells of copies of its row that people made below it, as they were then: nobody changes them."""

    settled: int = 0
    """How many resolutions there were when everything was last seen at rest."""

    posted: int = 0
    """How many messages the bot had posted by then."""

    past: list[dict[str, Expected]] = field(default_factory=list)
    """What the row should have shown since then."""

    past_tags: list[list[Tag]] = field(default_factory=list)
    """Which tags it had since then: they may have got other names."""

    def cells(self) -> dict[str, Expected]:
        """The row of this ticket as the bot should have written it."""
        answered_by, answered_at = self.first_answer or (None, None)
        resolved_at = self.resolutions[-1] if self.resolutions else None
        return {
            "thread_id": str(self.thread_id),
            "title": self.title,
            **_cells_of_tags(self.tags),
            "raised_by": self.author,
            "date_created": serial(self.created_at),
            "first_responded_by": answered_by,
            "time_to_first_response": None if answered_at is None else span(answered_at - self.created_at),
            "time_to_resolution": None if resolved_at is None else Noticed(resolved_at, since_creation=True),
            "resolution_date": None if resolved_at is None else Noticed(resolved_at),
            "link": f"https://discord.com/channels/{self.guild_id}/{self.thread_id}",
            "outside_business_hours": is_outside_business_hours(self.created_at),
            "reopen_count": float(self.reopen_count),
            "warning_message_id": Posted(len(self.resolutions)) if self.resolutions else None,
            **(self._figures() if self.agreement.figures else {}),
        }

    def _figures(self) -> dict[str, Expected]:
        answered_at = self.first_answer[1] if self.first_answer else None
        open_state = "open" if self.first_answer else "waiting"
        return {
            "status": "deleted" if self.deleted else "resolved" if self.is_resolved else open_state,
            "first_response_date": None if answered_at is None else serial(answered_at),
            "first_response": None if answered_at is None else days(answered_at - self.created_at),
            "first_response_business": None if answered_at is None else days(open_time(self.created_at, answered_at)),
            **{name: Judged(name) for name in JUDGED},
        }

    @property
    def deleted(self) -> bool:
        """Whether the thread was deleted."""
        return self.deleted_at is not None

    @property
    def is_resolved(self) -> bool:
        """Whether somebody marked it as resolved and nobody took that back."""
        return bool(self.resolved_by)

    def opened_with(self, at: datetime) -> None:
        """It begins, with the tags it was given at once."""
        self.titles.add(self.title)
        self.span = self.agreement.span_for(_team_of([tag.name for tag in self.tags if tag.name is not None]))
        tags, self.tags = self.tags, []
        self.past.append(self.cells())  # first heard of later, it may have other tags by then
        self.retagged(tags, at)
        self.pause_in_doubt = self.overdue_when_heard and bool(self.pauses)  # a tag has no time but when it is heard of

    def retagged(self, tags: Sequence[Tag], at: datetime) -> None:
        """A person set its tags. A tag that no longer exists in the forum is not taken off: it is just gone."""
        added = [tag for tag in tags if tag not in self.tags]
        removed = [tag for tag in self.tags if tag not in tags and tag.name is not None]
        self.past_tags.append(self.tags)
        self.tags = list(tags)
        waiting = [tag for tag in tags if tag.name is not None and tag.name == self.agreement.waiting_tag]
        if [tag for tag in waiting if tag in added] and not self._is_paused:
            self.pauses.append(Stretch(start=at))
        elif not waiting and self._is_paused:
            self.pauses[-1] = Stretch(start=self.pauses[-1].start, end=at)
        resolving = [tag for tag in added if tag.name in ("resolved", "closed")]
        if not self.resolved_by and resolving:
            self.resolutions.append(at)
            self.resolved_by = resolving
            if self.first_answer is None:
                self.stops.append(Stretch(start=at))
        elif self.resolved_by:
            self.resolved_by += resolving
            taken_off = [tag for tag in removed if tag in self.resolved_by]
            if taken_off and not [tag for tag in self.resolved_by if tag in tags]:
                self.reopen_count += 1
                self.resolved_by = []
                if self.first_answer is None:
                    self.stops[-1] = Stretch(start=self.stops[-1].start, end=at)
        self._note_waiting(at)

    def answered(self, by: str, at: datetime) -> None:
        """A person who is not its author wrote in it."""
        self.answers.append((by, at))
        if self.first_answer is None:
            self.first_answer = (by, at)
        self._note_waiting(at)

    def asker_wrote(self, at: datetime) -> None:
        """Its author wrote in it: that ends a pause."""
        if self._is_paused:
            start = self.pauses[-1].start
            self.pause_in_doubt |= at - start < _JUST_THEN
            self.pauses[-1] = Stretch(start=start, end=at)

    @property
    def _is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None

    def removed(self, at: datetime) -> None:
        """The thread was deleted."""
        self.deleted_at = at
        self._note_waiting(at)

    def waits_from(self, moment: datetime, until: datetime) -> set[bool]:
        """Whether it waited for an answer at any time, and whether it did not, between two moments."""
        states: set[bool] = set()
        for number, (start, waiting) in enumerate(self.waits):
            end = self.waits[number + 1][0] if number + 1 < len(self.waits) else until
            if end >= moment and start <= until:
                states.add(waiting)
        return states

    def _note_waiting(self, at: datetime) -> None:
        self.waits.append((at, not (self.first_answer or self.is_resolved or self.deleted)))


@dataclass(kw_only=True)
class Model:
    """The whole desk: its tickets as they were opened, and what people wrote outside their rows."""

    agreement: Agreement = field(default_factory=Agreement)
    tickets: list[Ticket] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    own_columns: list[str] = field(default_factory=list)
    loose_notes: list[str] = field(default_factory=list)
    """What people wrote into rows that belong to no ticket."""

    later_remarks: dict[str, str] = field(default_factory=dict)
    """By what stood there: what people wrote over another remark, in a row that showed a ticket for a moment."""

    notices: set[str] = field(default_factory=set)
    """How notices begin that people gave reason for."""

    just_started: bool = False
    """Whether a process began since everything was last seen at rest: it brings back rows that were deleted."""

    may_miss: bool = False
    """Whether things happen that the bot can only find out later: then it cannot know what left no trace."""

    has_figures: bool = False
    """Whether the sheet has columns of figures: they change by the clock as well, and bring back a deleted row."""

    unseen: set[int] = field(default_factory=set)
    """The numbers of tickets to which something happened when the bot could not see, or of which an answer could not be
    read: it may call people in vain."""

    def tag(self, name: str) -> Tag | None:
        """The forum's tag of that name."""
        return next((tag for tag in self.tags if tag.name == name), None)

    def remember(self) -> list[dict[str, Expected]]:
        """All rows as they should be now, for `changed_since`."""
        return [ticket.cells() for ticket in self.tickets]

    def changed_since(self, before: Sequence[dict[str, Expected]], *, names_of_tags: bool = False) -> None:
        """Something happened in Discord: take note of the cells that it changed.

        Where that are only `names_of_tags`, nothing happened to the tickets: it brings no row back.
        """
        for number, ticket in enumerate(self.tickets):
            old: dict[str, Expected] = before[number] if number < len(before) else {}
            changed = {name for name, value in ticket.cells().items() if name not in old or old[name] != value}
            ticket.fresh |= changed
            for name in changed & ticket.edits.keys():
                ticket.edits[name].changed = True
            ticket.past.append(old)
            happened = changed - {"type", "team"} if names_of_tags else changed
            if happened and ticket.gone is not None:
                ticket.gone.changed = True

    def restarted(self) -> None:
        """A new process began: it may bring back the rows of tickets that are not resolved."""
        self.just_started = True
        for ticket in self.tickets:
            if ticket.gone is not None and not ticket.is_resolved:
                ticket.gone.certain = False

    def row_deleted(self, ticket: Ticket) -> None:
        """A person deleted the ticket's row, with everything in it."""
        ticket.edits, ticket.notes = {}, {}
        comes_back = self.just_started and not ticket.is_resolved
        # A row with figures comes back when a deadline passes, too.
        certain = not ticket.fresh and not comes_back and not self.agreement.figures
        ticket.gone = GoneRow(cells=ticket.cells(), before=list(ticket.past), certain=certain)

    def edited(self, ticket: Ticket, column: str, text: Value, *, at_rest: bool = True) -> None:
        """A person wrote over one of the bot's cells; not `at_rest`: while the bot still puts its rows right."""
        # Nothing shows how far the bot has come with what happened lately.
        originals = [cells[column] for cells in (*ticket.past, ticket.cells()) if column in cells]
        certain = at_rest and column not in ticket.fresh and column not in JUDGED
        ticket.edits[column] = Edit(text=text, originals=originals, certain=certain)


def last_known(ticket: Ticket, column: str) -> list[Expected]:
    """What the cell may hold for good when the thread was deleted before anybody found out what changed last."""
    edit = ticket.edits.get(column)
    tags = [_cells_of_tags(tags) for tags in ticket.past_tags]
    return [
        *([] if edit is None else [edit.text]),
        *(past[column] for past in (*ticket.past, *tags) if column in past),
    ]


def _cells_of_tags(tags: Sequence[Tag]) -> dict[str, Expected]:
    names = [tag.name for tag in tags if tag.name is not None]
    return {"type": ", ".join(names) or None, "team": _team_of(names)}


def _team_of(names: Sequence[str]) -> str | None:
    return next((team for name in names for team in TEAMS if team.lower() in name.lower()), None)


def days(length: timedelta) -> float:
    """A fraction of a day, to the second."""
    return max(0, length // timedelta(seconds=1)) / 86_400


def may_show(ticket: Ticket, column: str) -> list[Expected]:
    """What the cell may hold: the value from Discord, a person's words over it, or either where they crossed."""
    value = ticket.cells()[column]
    edit = ticket.edits.get(column)
    if edit is None:
        return [value]
    if edit.changed:
        return [value] if value not in edit.originals else [value, edit.text]
    return [edit.text] if edit.certain else [value, edit.text]


def may_have_row(ticket: Ticket, *, may_miss: bool = False, has_figures: bool = False) -> set[bool]:
    """Whether the ticket may have a row, and whether it may have none.

    A change that was taken back brings no row back where nobody heard of either (`may_miss`). Where the sheet
    `has_figures`, any deleted row may have come back.
    """
    gone = ticket.gone
    if gone is None:
        return {True}
    if has_figures:
        return {True, False}
    if gone.changed:
        unheard = may_miss and ticket.cells() in gone.before
        return {True, False} if unheard or gone.cells == ticket.cells() else {True}
    return {False} if gone.certain else {True, False}
