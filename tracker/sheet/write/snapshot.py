"""What is believed of the tab from one write to the next. Every belief is checked when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.sheet.recovery.images import ImageTab
from tracker.sheet.table.layout import Layout
from tracker.sheet.write.plan import Outcome, WritePlan


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The tab as it was last seen.

    `positions` are the rows of the tickets, `end` is the row after the last one that names a ticket. `rekeyed` are
    tickets recognised by their link, whose id has to be written back; `mixed` those whose row holds cells of others;
    `doubled` those with several rows. `unknown` are tickets whose cells were seen to be elsewhere, of which no plan has
    said so yet. `fences` are the ids of the fences on the hidden tab: others mean that somebody
    else has written since.
    """

    tab_id: int
    title: str
    row_count: int
    column_count: int
    layout: Layout
    positions: Mapping[int, int]
    end: int
    rekeyed: frozenset[int]
    mixed: frozenset[int]
    doubled: frozenset[int]
    unknown: frozenset[int]
    images: ImageTab | None
    fences: frozenset[int]

    def after(self, plan: WritePlan, outcome: Outcome) -> Snapshot:
        """The same after a write that was proved to have gone where it was meant to."""
        written = [target for target in plan.targets if target.thread_id in outcome.known]
        rows = {target.thread_id: target.row for target in written if target.thread_id is not None}
        new = {thread_id: row for thread_id, row in rows.items() if thread_id not in self.positions}
        written_back = {target.thread_id for target in plan.targets if target.known is None}
        return replace(
            self,
            positions={**self.positions, **new} if new else self.positions,  # a copy takes time where they are many
            end=max([self.end, *(row + 1 for row in new.values())]),
            rekeyed=self.rekeyed - written_back,
            mixed=self.mixed - outcome.known.keys(),
            fences=self.fences - set(plan.replaces) | {plan.fence},
        )
