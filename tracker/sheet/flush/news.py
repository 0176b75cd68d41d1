"""What is announced about the sheet in the alert channels: each thing once, and once more when it is over.

What has been announced is kept in the store, so that a restart neither repeats it nor forgets to say that it is over.
So is when an outage began: otherwise one in which the bot is started again and again would never be announced.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tracker.cli.invocation import command
from tracker.domain.cells import Cells
from tracker.domain.figures import FIGURES_SHOWN
from tracker.domain.wording import (
    columns_back_notice,
    columns_missing_notice,
    kept_notice,
    never_known_notice,
    not_taken_notice,
    same_id_notice,
    sheet_back_notice,
)
from tracker.errors import SheetError
from tracker.sheet.flush.trouble import Trouble
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.cells import value_of
from tracker.sheet.table.columns import FIGURES, NAME_AGAIN, NAMES, name_again, quoted
from tracker.sheet.table.ownership import of_people
from tracker.sheet.table.rows import Row
from tracker.sheet.table.spelling import renamed_cells
from tracker.sheet.write.plan import Outcome, WritePlan
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_ANNOUNCED_TROUBLE = "sheet_trouble_told"
OUT_SINCE = "sheet_out_since"
"""The fact that says since when Google has been in trouble."""

_SEEN_COLUMNS = "sheet_columns_seen"
_SEEN_PLACES = "sheet_column_places"
"""Where the columns stood then, and how many the tab had."""
_OWN_FIGURES = "sheet_own_figures"
"""The columns of figures that the bot has filled at some time: whatever people write there, they are its own."""
_ANNOUNCED_SAME_IDS = "sheet_same_ids_told"
_ANNOUNCED_NOT_TAKEN = "sheet_not_taken_told"


class News:
    """`trouble` is the spell of trouble with the sheet, `columns` are those that its header named at the last look.

    `of_people` are those that it named besides, and that people fill.
    """

    def __init__(self, *, store: Store, tracking: Tracking, repository: SheetRepository, patience: timedelta) -> None:
        self._store = store
        self._tracking = tracking
        self._repository = repository
        out_since = store.facts.find(OUT_SINCE)
        self.trouble = Trouble(
            patience=patience,
            announced=self._remembered(_ANNOUNCED_TROUBLE),
            out_since=datetime.fromisoformat(out_since) if out_since else None,
        )
        self.columns = frozenset(self._remembered(_SEEN_COLUMNS, otherwise=NAMES))
        self.of_people: frozenset[str] = frozenset()
        self._not_taken = set(map(int, self._remembered(_ANNOUNCED_NOT_TAKEN)))

    def failed(self, error: SheetError, notice: str) -> bool:
        """Announce a failed attempt if it is time to; whether it was."""
        is_news = self.trouble.failed(error, datetime.now(UTC))
        if is_news:
            self._tracking.announce(notice)
        self._remember_trouble()
        return is_news

    def of_races(self, outcome: Outcome) -> None:
        """Log what a write put where it does not belong, and its end; what could not be put back is announced."""
        if outcome.races:
            _log.warning(
                "People moved rows or columns at the moment of a write: it reached %d rows that it was not meant for. "
                "They are put back.",
                outcome.races,
            )
        if outcome.put_back:
            _log.info("Rows put back as they were before a write reached them: %d.", outcome.put_back)
        if outcome.never_known:
            _log.error("What became of a write to %d rows cannot be found out any more.", len(outcome.never_known))
            self._tracking.announce(never_known_notice(outcome.never_known, self._repository.address))
        if outcome.kept is not None:
            kept = outcome.kept
            _log.error(
                "%d rows that a write reached by mistake could not be put back; %s",
                kept.rows,
                f"what they held is kept: {kept.address}" if kept.address else f"nor could it be kept: {kept.reason}",
            )
            self._tracking.announce(kept_notice(kept.rows, kept.address, kept.reason))

    def not_taken(self, reasons: Mapping[int, str]) -> None:
        """Announce which tickets' rows do not take what is written; of each once, until it does."""
        new = {thread_id: reason for thread_id, reason in reasons.items() if thread_id not in self._not_taken}
        for thread_id, reason in new.items():
            _log.error("The row of %d does not take what is written to it: %s.", thread_id, reason.rstrip("."))
        if new:
            self._tracking.announce(not_taken_notice(new, self._repository.address))
            self._not_taken |= new.keys()
            self.remember(_ANNOUNCED_NOT_TAKEN, _as_json(map(str, self._not_taken)))

    def taken(self, thread_id: int) -> None:
        """The ticket's row is as it should be."""
        if thread_id in self._not_taken:
            self._not_taken.discard(thread_id)
            self.remember(_ANNOUNCED_NOT_TAKEN, _as_json(map(str, self._not_taken)))

    def without_those_of_people(self, shown: Mapping[int, Cells]) -> dict[int, Cells]:
        """The cells of columns that the header names anew, but for those that people fill: these are left alone."""
        names = {name for cells in shown.values() for name in cells}
        unknown = names.difference(self._remembered(_OWN_FIGURES))
        people = of_people({name: [cells.get(name) for cells in shown.values()] for name in unknown})
        for name, value in people.items():
            _log.warning(
                'The column "%s" of the sheet holds what people wrote ("%s"): it is left alone. To have that figure, '
                "give theirs another name, and run: %s --figures",
                name,
                value,
                command("init-sheet"),
            )
        self.of_people |= people.keys()
        return {i: {name: value for name, value in cells.items() if name not in people} for i, cells in shown.items()}

    def announce(self, plan: WritePlan, rows: Sequence[Row]) -> None:
        """Announce in one message what the look before this write to `rows` showed for the first time."""
        news = []
        if self.trouble.failures:
            _log.info("The sheet can be written again.")
        if self.trouble.over():
            news.append(sheet_back_notice())
        self.of_people &= plan.columns.keys()
        columns = frozenset(plan.columns) - self.of_people
        gone, back = (self.columns - columns).difference(FIGURES), (columns - self.columns).difference(FIGURES)
        if figures := columns.difference(self.columns).intersection(FIGURES):
            _log.info("The sheet has columns of figures, which are filled now: %s", quoted(sorted(figures)))
        if gone:
            cells = self._renamed(gone, plan)
            _log.error(
                "The sheet has no column %s any more; the others are written. %s",
                quoted(sorted(gone)),
                name_again(cells) if len(cells) == len(gone) else NAME_AGAIN,
            )
            waiting = sum(any(row.known.get(name) != row.cells.get(name) for name in gone) for row in rows)
            news.append(columns_missing_notice(gone, self._repository.address, waiting, cells))
        if back:
            _log.info("The sheet has its column %s again.", quoted(sorted(back)))
            news.append(columns_back_notice(back))
        doubled = plan.doubled.difference(map(int, self._remembered(_ANNOUNCED_SAME_IDS)))
        if doubled:
            _log.warning("Several rows of the sheet have the same thread_id: %s", sorted(doubled))
            news.append(same_id_notice(doubled, self._repository.address))
        if news:
            self._tracking.announce("\n\n".join(news))
        self.columns = columns
        self._remember_trouble()
        self.remember(_SEEN_COLUMNS, _as_json(columns))
        self.remember(_SEEN_PLACES, json.dumps({"width": plan.width, "places": plan.columns}, sort_keys=True))
        figures = columns.intersection(FIGURES)
        self.remember(_OWN_FIGURES, _as_json(figures.union(self._remembered(_OWN_FIGURES))))
        self.remember(FIGURES_SHOWN, "yes" if figures else "no")
        self.remember(_ANNOUNCED_SAME_IDS, _as_json(map(str, plan.doubled)))
        self.remember(self._repository.tab_fact, str(self._repository.tab_id))

    def _renamed(self, gone: Collection[str], plan: WritePlan) -> dict[str, str]:
        """The cells in which somebody wrote over these columns' names, as far as that is known."""
        seen = json.loads(self._store.facts.find(_SEEN_PLACES) or "{}")
        header = [value_of(plan.header.get(column, {})) for column in range(plan.width)]
        return renamed_cells(gone, header, plan.header_row, seen["places"] if seen.get("width") == plan.width else {})

    def remember(self, name: str, value: str) -> None:
        """Keep a fact in the store."""
        if self._store.facts.find(name) != value:
            self._store.facts.set(name, value)

    def _remember_trouble(self) -> None:
        out_since = self.trouble.out_since
        self.remember(_ANNOUNCED_TROUBLE, _as_json(self.trouble.announced))
        self.remember(OUT_SINCE, out_since.isoformat() if out_since else "")

    def _remembered(self, name: str, otherwise: Iterable[str] = ()) -> list[str]:
        value = self._store.facts.find(name)
        return list(otherwise) if value is None else json.loads(value)


def _as_json(values: Iterable[str]) -> str:
    return json.dumps(sorted(values))
