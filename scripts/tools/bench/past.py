"""A desk with a history: tickets in its store and the rows that they have in its sheet."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.domain.cells import Cells
from tracker.domain.events import Tag, TagsWere
from tracker.domain.snowflakes import first_at
from tracker.domain.ticket import Answer, Ticket
from tracker.sandbox.desk import SHEET_NAME, LocalDesk
from tracker.sandbox.sheets.cells import Entered
from tracker.settings import Settings
from tracker.sheet.recovery.images import title_for
from tracker.sheet.table.columns import NAMES, cells_of
from tracker.store import Store
from tracker.store.file import FILE
from tracker.wiring import desk_of

KIND: ContextVar[type[LocalDesk]] = ContextVar("kind", default=LocalDesk)
"""The kind of desk whose bot is measured: tests, which look at no figure, take one whose processes start quickly."""
SPARE_ROWS = 1000
_A_MINUTE = timedelta(minutes=1)
_ANSWER_AFTER, _RESOLVED_AFTER = timedelta(minutes=17), timedelta(hours=5)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a desk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="support-tracker-") as name:
        yield Path(name)


@asynccontextmanager
async def desk_with(
    count: int,
    *,
    change: Callable[[Ticket], Ticket] | None = None,
    changed: int = 0,
    quota: bool = True,
    dashboard: bool = False,
) -> AsyncIterator[LocalDesk]:
    """A desk ready to start the bot, which left `count` tickets, done and archived, in store and sheet.

    Of the latest `changed` of them the store knows more than the sheet: what `change` made of them. With a `dashboard`
    there is a tab of figures, which shows none yet.
    """
    with folder() as place:
        async with KIND.get()(folder=place) as desk:
            desk.sheets.quota.enabled = quota
            desk.book.add_tab(SHEET_NAME, rows=count + SPARE_ROWS)
            await desk.prepare_sheet(dashboard=dashboard)
            _add_hidden_tab(desk)
            tickets = done_tickets(desk, count)
            shown = cells_in(desk, tickets)
            _fill_tab(desk, tickets, shown)
            with closing(Store.open(place / "data")) as store, store.transaction():
                _fill_store(desk, store, tickets, shown)
                if change is not None:
                    for ticket in tickets[len(tickets) - changed :]:
                        store.tickets.save(change(ticket))
            desk.sheets.requests.clear()
            yield desk


def requests_to_sheets(desk: LocalDesk) -> int:
    """How many requests the quotas have counted or refused so far: all but those for tokens."""
    return sum(request.path != "/token" for request in desk.sheets.requests)


def waiting_tickets(desk: LocalDesk) -> int:
    """How many tickets the running bot's store knows to be otherwise in the sheet."""
    with closing(sqlite3.connect(f"file:{desk.folder / 'data' / FILE}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT COUNT(*) FROM tickets WHERE revision > sheet_revision").fetchone()[0])


def pid_of(desk: LocalDesk) -> int:
    """The number of the desk's bot, which was started."""
    if desk.bot_pid is None:
        raise ValueError("there is no bot")
    return desk.bot_pid


def done_tickets(desk: LocalDesk, count: int) -> list[Ticket]:
    """Tickets opened one a minute until yesterday, all answered, resolved and archived."""
    began = datetime.now(UTC) - timedelta(days=1) - count * _A_MINUTE
    billing, resolved = (Tag(id=desk.forum.tag(name).id, name=name) for name in ("billing", "resolved"))
    agreement = settings_of(desk).agreement
    pattern = Ticket(
        thread_id=0,
        guild_id=desk.world.guild.id,
        author_id=desk.customer.id,
        author_name=desk.customer.username,
        title="",
        tags=(billing, resolved),
        resolved_by=frozenset({resolved.id}),
        archived=True,
        in_sheet=True,
        due_under=agreement.fingerprint,
    )
    return [_done(pattern, number, began + number * _A_MINUTE, agreement.span) for number in range(count)]


def _done(pattern: Ticket, number: int, opened: datetime, allowed: timedelta) -> Ticket:
    answer, resolved = opened + _ANSWER_AFTER, opened + _RESOLVED_AFTER
    return replace(
        pattern,
        thread_id=first_at(opened),
        title=f"Invoice {number} is wrong, and nobody knows why",
        tags_known_until=opened,
        tags_changed=(TagsWere(at=resolved, tags=pattern.tags),),
        due_at=opened + allowed,
        first_answer=Answer(message_id=first_at(answer), author_name="sam"),
        resolved_at=resolved,
        resolved_message_id=first_at(resolved),
    )


def cells_in(desk: LocalDesk, tickets: Sequence[Ticket]) -> list[Cells]:
    """How the desk's sheet shows these tickets."""
    shown_by = desk_of(settings_of(desk))
    return [cells_of(ticket, shown_by) for ticket in tickets]


def settings_of(desk: LocalDesk) -> Settings:
    """The settings that a bot on this desk has."""
    return Settings.model_validate(
        {"google_application_credentials": str(desk.folder / "credentials.json")}
        | {name.lower(): value for name, value in desk.settings.items()}
    )


def _fill_tab(desk: LocalDesk, tickets: Sequence[Ticket], shown: Sequence[Cells]) -> None:
    def entered(cells: Mapping[str, Entered]) -> list[Entered]:
        return [cells[name] for name in NAMES]

    if tickets:
        desk.tab.paste(1, 0, [entered(cells) for cells in shown])


def _add_hidden_tab(desk: LocalDesk) -> None:
    """The tab that the bot's first write made."""
    tab = desk.tab
    hidden = desk.book.add_tab(title_for(tab.sheet_id), rows=250, columns=tab.column_count)
    hidden.looks = {"hidden": True}


def _fill_store(desk: LocalDesk, store: Store, tickets: Sequence[Ticket], shown: Sequence[Cells]) -> None:
    """What a bot that was stopped a moment ago would have left."""
    store.facts.set("tracking_since", (datetime.now(UTC) - timedelta(days=3650)).isoformat())
    store.facts.set("heard_until", datetime.now(UTC).isoformat())
    store.facts.save_tags([Tag(id=tag.id, name=tag.name) for tag in desk.forum.tags])
    for ticket, cells in zip(tickets, shown, strict=True):
        store.tickets.save(ticket)
        store.rows.acknowledge(ticket.thread_id, 1, cells)
