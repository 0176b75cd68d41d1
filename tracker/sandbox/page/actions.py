"""What a person may do on the page: each is one of the doors that the tests use, behind Discord's own limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.channels import LONGEST_NAME, MOST_TAGS_ON_A_THREAD
from tracker.sandbox.discord.entities import Thread, User
from tracker.sandbox.discord.messages import LONGEST_CONTENT
from tracker.sandbox.page.guide import Guide
from tracker.sandbox.sheets.errors import SheetsError
from tracker.sandbox.weather import Weather

Asked = Mapping[str, Any]
Done = TypeVar("Done")

_HOURS_LATER = (1, 8)


class NotPossibleError(Exception):
    """What was asked for cannot be done; the message is for the person who asked."""


class Actions:
    """Does what an open page asks for. An action is a JSON object: `do` names it, the rest is what it needs."""

    def __init__(self, desk: LocalDesk, watch: SheetWatch, weather: Weather, guide: Guide) -> None:
        self._desk, self._watch, self._weather, self._guide = desk, watch, weather, guide
        self._actions: dict[str, Callable[[Asked], None]] = {
            "reply": self._reply,
            "tag": self._tag,
            "untag": lambda asked: desk.world.remove_tag(self._thread(asked), _text(asked, "tag"), by=self._by(asked)),
            "rename": lambda asked: desk.world.rename(
                self._thread(asked), _text(asked, "title", LONGEST_NAME), by=self._by(asked)
            ),
            "archive": lambda asked: desk.world.archive(self._thread(asked), by=self._by(asked)),
            "unarchive": lambda asked: desk.world.unarchive(self._thread(asked), by=self._by(asked)),
            "delete": lambda asked: desk.world.delete_thread(self._thread(asked), by=self._by(asked)),
            "enter": lambda asked: desk.tab.enter(*self._cell(asked), str(asked["text"])),
            "sort": lambda asked: desk.tab.sort(self._cell(asked)[1], descending=bool(asked["descending"])),
            "insert_row": lambda asked: desk.tab.insert_rows(self._cell(asked)[0]),
            "delete_row": lambda asked: desk.tab.delete_rows(self._cell(asked)[0]),
            "add_column": lambda asked: desk.tab.insert_columns(self._cell(asked)[1] + 1),
            "hide_column": lambda asked: desk.tab.hide_columns(self._cell(asked)[1]),
            "show_columns": lambda _: desk.tab.show_columns(),
            "weather": lambda asked: weather.switch(_text(asked, "name"), on=bool(asked["on"])),
            "tour_pause": lambda asked: guide.pause(paused=bool(asked["paused"])),
            "tour_next": lambda _: guide.next_step(),
            "tour_close": lambda _: guide.close(),
        }

    async def do(self, asked: Asked) -> str | None:
        """Do it. What was opened is answered by its id.

        Raises:
            NotPossibleError: it cannot be done.
        """
        match asked.get("do"):
            case "open":
                return self._act(lambda: self._open(asked), "open")
            case "kill_bot":
                await self._desk.kill_bot()
            case "start_bot":
                await self._start_bot()
            case "later":
                await self._put_forward(asked)
            case "tour_start":
                self._weather.clear()
                if more := self._desk.clock.until_work():
                    await self._desk.put_forward(more)
                await self._start_bot()
                self._guide.start()
            case "tour_end":
                self._guide.end()
                await self._start_bot()
            case str() as name if name in self._actions:
                action = self._actions[name]
                self._act(lambda: action(asked), name)
            case name:
                raise NotPossibleError(f"Nobody knows how to {name}.")
        return None

    async def _start_bot(self) -> None:
        if not self._desk.bot_runs:
            await self._desk.launch_bot()

    async def _put_forward(self, asked: Asked) -> None:
        hours = asked.get("hours")
        if hours not in _HOURS_LATER:
            raise NotPossibleError(f"The clock is not put forward by {hours} hours.")
        await self._desk.put_forward(timedelta(hours=hours))

    def _act(self, act: Callable[[], Done], name: str) -> Done:
        try:
            with self._watch.people():
                return act()
        except SheetsError as error:
            raise NotPossibleError(error.message) from None
        except KeyError as error:
            raise NotPossibleError(f"There is no {error} (any more).") from None
        except (TypeError, ValueError) as error:
            raise NotPossibleError(f"Nobody knows how to {name} so: {error}") from None

    # -- Discord

    def _open(self, asked: Asked) -> str:
        tags = [str(tag) for tag in asked.get("tags", [])]
        if len(tags) > MOST_TAGS_ON_A_THREAD:
            raise NotPossibleError(f"A thread can have {MOST_TAGS_ON_A_THREAD} tags.")
        title, text = _text(asked, "title", LONGEST_NAME), _text(asked, "text", LONGEST_CONTENT)
        return str(self._desk.world.open_thread(self._desk.forum, self._by(asked), title, text, tags=tags).id)

    def _reply(self, asked: Asked) -> None:
        self._desk.world.reply(self._thread(asked), self._by(asked), _text(asked, "text", LONGEST_CONTENT))

    def _tag(self, asked: Asked) -> None:
        thread, tag = self._thread(asked), _text(asked, "tag")
        if len(thread.tags) >= MOST_TAGS_ON_A_THREAD:
            raise NotPossibleError(f"A thread can have {MOST_TAGS_ON_A_THREAD} tags.")
        if tag not in (each.name for each in thread.tags):
            self._desk.world.add_tag(thread, tag, by=self._by(asked))

    def _thread(self, asked: Asked) -> Thread:
        return self._desk.world.threads[int(asked["thread"])]

    def _by(self, asked: Asked) -> User:
        return self._desk.world.users[int(asked["by"])]

    # -- the sheet

    def _cell(self, asked: Asked) -> tuple[int, int]:
        """The row and the column that the person has selected."""
        row, column = int(asked["row"]), int(asked["column"])
        if not (0 <= row < self._desk.tab.row_count and 0 <= column < self._desk.tab.column_count):
            raise NotPossibleError("The sheet has no such cell any more.")
        return row, column


def _text(asked: Asked, name: str, longest: int | None = None) -> str:
    text = str(asked[name]).strip()
    if not text:
        raise NotPossibleError(f"The {name} is empty.")
    if longest is not None and len(text) > longest:
        raise NotPossibleError(f"The {name} has {len(text)} characters; Discord takes {longest}.")
    return text
