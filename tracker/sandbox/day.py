"""A support day in steps: what people do, what the bot makes of it, and how to know that it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tracker.domain.wording import span_of
from tracker.sandbox.clock import OPENS
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread, User
from tracker.sandbox.weather import Weather

NOTES = "our notes"
"""The column that the manager puts in."""

NOTE = "call her back"

_EVENING = time(18, 30)
_READY = "Ready: "
"""What the bot logs once it has looked at the forum."""

RENAMED = "squad"
"""What the manager calls the column of the teams for a while."""

THREAD, ALERTS = "thread", "alerts"
"""What a step can show: the last message of its ticket, and the last alert."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the day, in three sentences: what people do, what must follow in Discord, what in the sheet.

    `act` is what they do; what it returns is awaited. `done` says whether everything that must follow is there; it is
    asked until it is. `thread` is the ticket that the step is about. `due` is when it can be done at the earliest,
    where that is not at once. `shows` names what there is to look at besides the cells that the bot changed: THREAD,
    ALERTS, or a part of the page (`weather google_down`, `waiting`, `bot`, `clock`, `name team`).
    """

    people: str
    discord: str
    sheet: str
    act: Callable[[], Awaitable[None] | None]
    done: Callable[[], object]
    thread: Callable[[], Thread]
    due: Callable[[], datetime | None] = lambda: None
    shows: Sequence[str] = (THREAD,)


class Day:
    """One support day on a desk whose bot runs. Its steps are played in order; it can be played once."""

    def __init__(self, desk: LocalDesk, weather: Weather) -> None:
        self.desk, self.weather = desk, weather
        self.sla = span_of(desk.settings["SLA_TIMEOUT"]) or timedelta(hours=1)
        self.mia, self.sam = desk.customer, desk.staff
        self.raj, self.kim = desk.person("raj"), desk.person("kim", staff=True)
        self.login: Thread
        self.invoice: Thread
        self.forgotten: Thread
        self.photos: Thread
        self.printer: Thread
        self.password: Thread
        self.threads: list[Thread] = []
        """The day's tickets, in the order in which they were opened."""
        self._starts = 0
        self.resolved_from: dict[int, datetime] = {}
        """When the tickets that are resolved at the day's end were resolved, or just before."""
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
                shows=(ALERTS,),
            ),
            Step(
                people="raj deletes his invoice thread. kim answers the slow export.",
                discord="Nothing.",
                sheet="The deleted thread's row stays; the slow export has its first response.",
                act=self._clear_up,
                done=lambda: self._row(self.forgotten).get("first_responded_by") == "kim",
                thread=lambda: self.forgotten,
            ),
            Step(
                people='Google is down. mia opens "Photos do not upload", and sam answers.',
                discord="No ✅: her ticket is not in the sheet yet.",
                sheet="Nothing. The row waits in the bot's store.",
                act=self._open_photos,
                done=lambda: desk.unfinished() > 0,
                thread=lambda: self.photos,
                shows=("weather google_down", "waiting", THREAD),
            ),
            Step(
                people="kill -9 ends the bot while the row waits. mia renames her ticket.",
                discord="Nothing: nobody is there who could see it.",
                sheet="Nothing. The store is a file, and the row still waits in it.",
                act=self._kill,
                done=lambda: not desk.bot_runs,
                thread=lambda: self.photos,
                shows=("bot", "waiting", THREAD),
            ),
            Step(
                people="Google is back, and the bot is started again.",
                discord="✅ on mia's message.",
                sheet="One row, with sam's answer and the title that the bot had not seen.",
                act=self._come_back,
                done=lambda: (
                    desk.is_ticked(self.photos)
                    and self._row(self.photos).get("title") == self.photos.name
                    and self._row(self.photos).get("first_responded_by") == "sam"
                ),
                thread=lambda: self.photos,
                shows=("bot", "weather google_down", THREAD),
            ),
            Step(
                people=f"A manager renames the column team to {RENAMED}. kim tags mia's photos Engineering.",
                discord="A message in #alerts that names the column.",
                sheet="type. Into the column that the bot does not know, nothing is written.",
                act=self._rename_column,
                done=lambda: self._alerted("has no column") and self._row(self.photos).get("type") == "Engineering",
                thread=lambda: self.photos,
                shows=(f"name {RENAMED}", ALERTS),
            ),
            Step(
                people="The manager gives the column its name back. mia says thank you, and sam resolves her ticket.",
                discord="A message in #alerts, and one to mia.",
                sheet="The resolution, and the team that was missing.",
                act=self._end_well,
                done=lambda: (
                    self._alerted("has its column")
                    and self._row(self.photos).get("team") == "Engineering"
                    and len(desk.bot_messages(self.photos)) == 1
                    and self._row(self.photos).get("warning_message_id") == str(desk.bot_messages(self.photos)[0].id)
                ),
                thread=lambda: self.photos,
                shows=("name team", ALERTS, THREAD),
            ),
            Step(
                people="It is evening: the clock is put forward to half past six, and the desk has closed at six. mia "
                'opens "Printer does not print" and raj "Password has expired".',
                discord="✅ on both. The time for an answer begins when the desk opens.",
                sheet="Two rows, outside business hours.",
                act=self._open_in_the_evening,
                done=lambda: desk.is_ticked(self.printer) and desk.is_ticked(self.password),
                thread=lambda: self.password,
                shows=("clock", THREAD),
            ),
            Step(
                people="It is three in the night, and nobody has answered.",
                discord="Nothing: an alert at night would wake the wrong people.",
                sheet="Nothing.",
                act=lambda: self._put_forward(time(3)),
                done=self._is_quiet,
                thread=lambda: self.password,
                shows=("clock",),
            ),
            Step(
                people=f"The next working day: the desk opens at nine, and {desk.settings['SLA_TIMEOUT']} later there "
                "is still no answer.",
                discord="One message in #alerts for both tickets.",
                sheet="Nothing.",
                act=lambda: self._put_forward(OPENS, self.sla),
                done=lambda: self._alerted(str(self.printer.id)) and self._alerted(str(self.password.id)),
                thread=lambda: self.password,
                shows=("clock", ALERTS),
            ),
            Step(
                people="sam answers mia.",
                discord="Her line in the message is struck through, and says who answered.",
                sheet="Who answered first, and how long mia waited.",
                act=lambda: self._say(self.printer, self.sam, "Is it switched on?"),
                done=lambda: (
                    self._row(self.printer).get("first_responded_by") == "sam" and self._alerted("Answered by sam")
                ),
                thread=lambda: self.printer,
                shows=(ALERTS, THREAD),
            ),
        )

    def put_right(self) -> None:
        """Take back what the day does to the sheet and the weather, wherever it has come to; the bot is not started."""
        self.weather.clear()
        self._name_column(RENAMED, "team")

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
        thread = self.desk.world.open_thread(self.desk.forum, author, title, text, tags=tags)
        self.threads.append(thread)
        return thread

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
        self._resolve(self.login)

    def _clear_up(self) -> None:
        self.desk.world.delete_thread(self.invoice, by=self.raj)
        self._say(self.forgotten, self.kim, "Sorry for the wait.")

    def _open_photos(self) -> None:
        self.weather.switch("google_down", on=True)
        self.photos = self._open(self.mia, "Photos do not upload", "They stay at 99 % since noon.")
        self._say(self.photos, self.sam, "Which browser is it?")

    def _kill(self) -> None:
        self.desk.strike_bot()
        self.desk.world.rename(self.photos, "Photos do not upload in Firefox", by=self.mia)

    async def _come_back(self) -> None:
        self.weather.clear()
        if not self.desk.bot_runs:
            await self.desk.launch_bot()

    def _rename_column(self) -> None:
        self._name_column("team", RENAMED)
        self.desk.world.add_tag(self.photos, "Engineering", by=self.kim)

    def _end_well(self) -> None:
        self._name_column(RENAMED, "team")
        self._say(self.photos, self.mia, "It works again, thank you!")
        self._resolve(self.photos)

    async def _open_in_the_evening(self) -> None:
        await self._put_forward(_EVENING)
        self.printer = self._open(self.mia, "Printer does not print", "It says that it is offline.")
        self.password = self._open(self.raj, "Password has expired", "How do I get a new one?")

    async def _put_forward(self, at: time, more: timedelta = timedelta()) -> None:
        self._starts = self.desk.log.count(_READY)
        await self.desk.put_forward(self.desk.clock.until(at) + more)

    def _is_quiet(self) -> bool:
        """Whether the bot has looked at everything since it was started last, and has nothing left to do."""
        return self.desk.log.count(_READY) > self._starts and not self.desk.unfinished()

    def _resolve(self, thread: Thread) -> None:
        self.resolved_from[thread.id] = self.desk.world.now()
        self.desk.world.add_tag(thread, "resolved", by=self.sam)

    def _name_column(self, name: str, new_name: str) -> None:
        if name in self._columns():
            self.desk.tab.enter(self.desk.tab.header_row(), self._columns().index(name), new_name)

    # -- what follows

    def _columns(self) -> list[str]:
        return [name or "" for name in self.desk.tab.shown()[self.desk.tab.header_row()]]

    def _alerted(self, words: str) -> bool:
        """Whether one of the last alerts says so."""
        return any(words in alert.content for alert in self.desk.alerts.messages[-2:])

    def _row(self, thread: Thread) -> dict[str, str | float | bool | None]:
        return self.desk.rows().get(thread.id, {})

    def _knows_message(self, number: int) -> bool:
        """Whether the bot has written so many messages to mia, and the sheet knows the last of them."""
        messages = self.desk.bot_messages(self.login)
        return len(messages) == number and self._row(self.login).get("warning_message_id") == str(messages[-1].id)
