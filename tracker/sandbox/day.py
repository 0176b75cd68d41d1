"""A support day in steps: what people do, what the bot makes of it, and how to know that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.wording import span_of
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread, User

NOTES = "our notes"
"""The column that the manager puts in."""

NOTE = "call her back"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the day, told in three sentences: what people do, what must follow in Discord, what in the sheet.

    `act` is what they do. `done` tells whether everything that must follow is there; it is asked until it is. `thread`
    is the ticket that the step is about. `due` is when it can be done at the earliest, where that is not at once.
    """

    people: str
    discord: str
    sheet: str
    act: Callable[[], None]
    done: Callable[[], object]
    thread: Callable[[], Thread]
    due: Callable[[], datetime | None] = lambda: None


class Day:
    """One support day on a desk whose bot runs. Its steps are played in order; it can be played once."""

    def __init__(self, desk: LocalDesk) -> None:
        self.desk = desk
        self.sla = span_of(desk.settings["SLA_TIMEOUT"]) or timedelta(hours=1)
        self.mia, self.sam = desk.customer, desk.staff
        self.raj, self.kim = desk.person("raj"), desk.person("kim", staff=True)
        self.login: Thread
        self.invoice: Thread
        self.forgotten: Thread
        self.resolved_from: datetime
        self.steps: Sequence[Step] = (
            Step(
                people='mia opens "Login fails with error 500" and tags it Engineering.',
                discord="✅ on her message, as soon as the row is in the sheet.",
                sheet="A new row: who asked, when, which team.",
                act=self._open_login,
                done=lambda: desk.is_ticked(self.login) and self._row(self.login).get("team") == "Engineering",
                thread=lambda: self.login,
            ),
            Step(
                people='raj opens "Where is our invoice?", without a tag.',
                discord="✅ again.",
                sheet="A row without a team.",
                act=self._open_invoice,
                done=lambda: desk.is_ticked(self.invoice) and self._row(self.invoice).get("raised_by") == "raj",
                thread=lambda: self.invoice,
            ),
            Step(
                people='raj opens "Export is slow". Nobody is going to answer this one for a while.',
                discord="✅ once more, and a clock that runs.",
                sheet="A third row.",
                act=self._open_forgotten,
                done=lambda: desk.is_ticked(self.forgotten),
                thread=lambda: self.forgotten,
            ),
            Step(
                people="sam answers mia.",
                discord="Nothing: the bot keeps out of conversations.",
                sheet="Who answered first, and how long mia waited.",
                act=lambda: self._say(self.login, self.sam, "We are looking into it."),
                done=lambda: (
                    self._row(self.login).get("first_responded_by") == "sam"
                    and self._row(self.login).get("time_to_first_response")
                ),
                thread=lambda: self.login,
            ),
            Step(
                people="kim tags raj's invoice ticket Consulting and answers.",
                discord="Nothing.",
                sheet="type, team and the first response.",
                act=self._take_invoice,
                done=lambda: (
                    self._row(self.invoice).get("team") == "Consulting"
                    and self._row(self.invoice).get("first_responded_by") == "kim"
                ),
                thread=lambda: self.invoice,
            ),
            Step(
                people="A manager sorts the sheet by title, puts in a column of notes and writes one. mia renames her "
                "ticket.",
                discord="Nothing.",
                sheet="The title changes in the right row, wherever it is now; the note stays beside it.",
                act=self._manage,
                done=lambda: self._row(self.login).get("title") == "Login fails with error 500 since Monday",
                thread=lambda: self.login,
            ),
            Step(
                people="sam adds the tag resolved.",
                discord="A message in the thread that mentions mia.",
                sheet="When it was resolved, how long that took, and the message's id.",
                act=lambda: desk.world.add_tag(self.login, "resolved", by=self.sam),
                done=lambda: self._knows_message(1),
                thread=lambda: self.login,
            ),
            Step(
                people="It is not solved after all: sam takes the tag off.",
                discord="The message is edited: reopened.",
                sheet="A reopening is counted; the resolution stays.",
                act=lambda: desk.world.remove_tag(self.login, "resolved", by=self.sam),
                done=lambda: (
                    self._row(self.login).get("reopen_count") == 1
                    and "REOPENED" in desk.bot_messages(self.login)[0].content
                ),
                thread=lambda: self.login,
            ),
            Step(
                people="Now it is: sam adds resolved again.",
                discord="A new message.",
                sheet="The new date, the new time and the new message's id.",
                act=self._resolve_again,
                done=lambda: self._knows_message(2),
                thread=lambda: self.login,
            ),
            Step(
                people=f"Nobody has answered raj's slow export within {desk.settings['SLA_TIMEOUT']}.",
                discord="One alert in #alerts.",
                sheet="Nothing.",
                act=lambda: None,
                done=lambda: any(str(self.forgotten.id) in alert.content for alert in desk.alerts.messages),
                thread=lambda: self.forgotten,
                due=lambda: self.forgotten.created_at + self.sla,
            ),
            Step(
                people="raj deletes his invoice thread. kim answers the slow export.",
                discord="Nothing.",
                sheet="The deleted thread's row stays; the slow export has its first response.",
                act=self._clear_up,
                done=lambda: self._row(self.forgotten).get("first_responded_by") == "kim",
                thread=lambda: self.forgotten,
            ),
        )

    @property
    def threads(self) -> list[Thread]:
        """The day's tickets, in the order in which they were opened."""
        return [self.login, self.invoice, self.forgotten]

    # -- what people do

    def _open_login(self) -> None:
        text = "Since this morning nobody here can log in.\n```\nHTTP 500: internal error\n```\nCan you help? 🙏"
        self.login = self._open(self.mia, "Login fails with error 500", text, "Engineering")

    def _open_invoice(self) -> None:
        self.invoice = self._open(self.raj, "Where is our invoice?", "We did not get the invoice for *October*.")

    def _open_forgotten(self) -> None:
        text = "The export of **one** table takes 20 minutes."
        self.forgotten = self._open(self.raj, "Export is slow", text, "Engineering")

    def _open(self, author: User, title: str, text: str, *tags: str) -> Thread:
        return self.desk.world.open_thread(self.desk.forum, author, title, text, tags=tags)

    def _say(self, thread: Thread, author: User, text: str) -> None:
        self.desk.world.reply(thread, author, text)

    def _take_invoice(self) -> None:
        self.desk.world.add_tag(self.invoice, "Consulting", by=self.kim)
        self._say(self.invoice, self.kim, f"{self.raj.mention} I have sent it again.")

    def _manage(self) -> None:
        tab = self.desk.tab
        top = tab.header_row()
        tab.sort(self._columns().index("title"))
        if NOTES not in self._columns():
            tab.insert_columns(self._columns().index("title") + 1)
            tab.enter(top, self._columns().index("title") + 1, NOTES)
        key = self._columns().index("thread_id")
        rows = [number for number, row in enumerate(tab.values()) if row[key : key + 1] == [str(self.login.id)]]
        tab.enter(rows[0], self._columns().index(NOTES), NOTE)
        self.desk.world.rename(self.login, "Login fails with error 500 since Monday", by=self.mia)

    def _resolve_again(self) -> None:
        self.resolved_from = self.desk.world.now()
        self.desk.world.add_tag(self.login, "resolved", by=self.sam)

    def _clear_up(self) -> None:
        self.desk.world.delete_thread(self.invoice, by=self.raj)
        self._say(self.forgotten, self.kim, "Sorry for the wait.")

    # -- what follows

    def _columns(self) -> list[str]:
        return [name or "" for name in self.desk.tab.shown()[self.desk.tab.header_row()]]

    def _row(self, thread: Thread) -> dict[str, str | float | bool | None]:
        return self.desk.rows().get(thread.id, {})

    def _knows_message(self, number: int) -> bool:
        """Whether the bot has written so many messages to mia, and the sheet knows the last of them."""
        messages = self.desk.bot_messages(self.login)
        return len(messages) == number and self._row(self.login).get("warning_message_id") == str(messages[-1].id)
