"""What there is to see, as JSON: the forum, the alerts, the sheet, the bot, what waits, the weather and the tour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Message, Thread, User
from tracker.sandbox.page.dashboard import dashboard, dashboard_tab
from tracker.sandbox.page.guide import Guide
from tracker.sandbox.page.waiting import StoreWatch
from tracker.sandbox.sheets.a1 import column_name
from tracker.sandbox.sheets.cells import Cell, CellError, Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.weather import Weather
from tracker.store.file import FILE

Picture = dict[str, Any]

_LOG_CHARACTERS = 12_000
_CHANGES = 40
_SPARE_ROWS = 3
_FEWEST_ROWS = 10
_DEFAULT_WIDTH = 100
_SECRET = {"DISCORD_TOKEN"}


class Look:
    """Takes the picture. Ids are texts: a browser's numbers are too short for them."""

    def __init__(self, desk: LocalDesk, watch: SheetWatch, weather: Weather, guide: Guide) -> None:
        self._desk, self._watch, self._weather, self._guide = desk, watch, weather, guide
        self._store = StoreWatch(desk.folder / "data" / FILE)
        self._log_size, self._log = 0, ""
        self._tabs: list[Picture] = []
        self._tabs_shown: Picture = {}

    def picture(self) -> Picture:
        """Everything, by the part of the page that shows it."""
        self._watch.look()
        return {
            "desk": self._names(),
            "settings": {name: "•••" if name in _SECRET else text for name, text in self._desk.settings.items()},
            "threads": [_thread(thread, self._desk) for thread in self._desk.world.threads_of(self._desk.forum)],
            "alerts": [_message(message, self._desk) for message in self._desk.alerts.messages],
            **self._sheets(),
            "changes": [
                {"number": each.number, "thread": each.thread_id, "column": each.column, "after": each.after}
                for each in self._watch.changes[-_CHANGES:]
            ],
            "bot": self._bot(),
            "clock": self._clock(),
            "waiting": self._store.waiting(),
            "weather": self._weather.now,
            "tour": self._guide.picture,
            "log": self._tail_of_log(),
        }

    def _names(self) -> Picture:
        """The people to act as, the tags, and the names that mentions are shown with."""
        world = self._desk.world
        members = [user for user in world.users.values() if not user.bot and user is not world.guild.owner]
        return {
            "guild": str(world.guild.id),
            "people": [_person(user, self._desk) for user in members],
            "tags": [tag.name for tag in self._desk.forum.tags],
            "users": {str(user.id): user.username for user in world.users.values()},
            "roles": {str(role.id): role.name for role in world.roles.values()},
            "channels": {str(channel.id): channel.name for channel in world.channels.values()},
        }

    def _sheets(self) -> Picture:
        """Both tabs; worked out anew only where one has changed, since this is asked all the time."""
        figures = dashboard_tab(self._desk)
        tabs = [_state(tab) for tab in (self._desk.tab, figures) if tab is not None]
        if tabs != self._tabs:
            self._tabs = tabs
            self._tabs_shown = {"sheet": self._sheet(), "dashboard": None if figures is None else dashboard(figures)}
        return self._tabs_shown

    def _sheet(self) -> Picture:
        tab = self._desk.tab
        rows = min(tab.row_count, max(tab.data_end() + _SPARE_ROWS, _FEWEST_ROWS))
        return {
            "book": self._desk.book.title,
            "title": tab.title,
            "header": tab.header_row(),
            "columns": [
                {"letter": column_name(column), "width": line.size or _DEFAULT_WIDTH, "hidden": line.hidden}
                for column in range(tab.column_count)
                for line in [tab.line(Axis.COLUMNS, column)]
            ],
            "rows": [[_cell(tab.cell(row, column)) for column in range(tab.column_count)] for row in range(rows)],
        }

    def _bot(self) -> Picture:
        return {
            "pid": self._desk.bot_pid,
            "runs": self._desk.bot_runs,
            "connected": self._desk.bot_runs and self._desk.discord.gateway.connected.is_set(),
            "ended": self._desk.bot_exit_code,
        }

    def _clock(self) -> Picture:
        """How far it is ahead of the browser's, in seconds, and what it shows, to the minute."""
        clock = self._desk.clock
        return {"ahead": clock.ahead.total_seconds(), "shows": f"{clock.wall:%a %H:%M}"}

    def _tail_of_log(self) -> str:
        """The log's last lines; read only where it has grown."""
        file = self._desk.log_file
        size = file.stat().st_size if file.exists() else 0
        if size != self._log_size:
            self._log_size = size
            self._log = self._desk.log[-_LOG_CHARACTERS:]
        return self._log


def _person(user: User, desk: LocalDesk) -> Picture:
    return {"id": str(user.id), "name": user.username, "staff": desk.is_staff(user)}


def _thread(thread: Thread, desk: LocalDesk) -> Picture:
    return {
        "id": str(thread.id),
        "title": thread.name,
        "author": thread.owner.username,
        "at": thread.created_at.isoformat(),
        "tags": [tag.name for tag in thread.tags],
        "archived": thread.archived,
        "ticked": desk.is_ticked(thread),
        "messages": [_message(message, desk) for message in thread.messages],
    }


def _message(message: Message, desk: LocalDesk) -> Picture:
    return {
        "id": str(message.id),
        "type": int(message.type),
        "author": message.author.username,
        "kind": "bot" if message.author.bot else "staff" if desk.is_staff(message.author) else "customer",
        "at": message.timestamp.isoformat(),
        "text": message.content,
        "edited": message.edited_at is not None,
        "everyone": message.mentioned.everyone,
        "reactions": {emoji: len(users) for emoji, users in message.reactions.items()},
    }


def _state(tab: Tab) -> Picture:
    """All that is shown of a tab, as it is now: rows, lines and charts are never changed in place."""
    return {
        "title": tab.title,
        "size": (tab.row_count, tab.column_count),
        "rows": list(tab.stored),
        "lines": dict(tab.lines),
        "charts": dict(tab.views.charts),
    }


def _cell(cell: Cell) -> Picture | None:
    """The text that is shown, the kind of value behind it, and what stands in the formula bar where that differs."""
    if cell.value is None:
        return None
    effective = cell.effective
    text = shown(effective, cell.number_format) or ""
    picture: Picture = {"text": text}
    match effective:
        case bool():
            picture["kind"] = "boolean"
        case float():
            picture["kind"] = "date" if _is_date(cell.number_format) else "number"
        case CellError():
            picture["kind"] = "error"
        case _:
            pass
    if isinstance(cell.value, Formula):
        picture["entered"] = cell.value.text
    return picture


def _is_date(number_format: Mapping[str, Any] | None) -> bool:
    return str((number_format or {}).get("type", "")).startswith("DATE")
