"""What is still to be done in Discord, in lanes: in each, one thing after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.effects import Closed, Effect, EffectKind
from tracker.store.connection import Connection, moment_or_none, text_of, text_or_null


@dataclass(frozen=True, kw_only=True)
class PendingEffect:
    """An effect waiting in the store; `attempts` counts the failed ones, `refused_since` is when the refusals began."""

    id: int
    effect: Effect
    attempts: int
    refused_since: datetime | None = None


@dataclass(frozen=True)
class Effects:
    """The effects that were enqueued and are not done."""

    connection: Connection

    def enqueue(self, effect: Effect, now: datetime) -> None:
        """Keep the effect until it is `done`."""
        sql = """
            INSERT INTO effects (lane, kind, thread_id, channel_id, number, text, not_before)
            VALUES (?, ?, ?, ?, ?, ?, ?)
        """
        what = (effect.lane, effect.kind, effect.thread_id, effect.channel_id, effect.number, effect.text)
        self.connection.execute(sql, (*what, text_of(now + effect.delay)))

    def heads(
        self, limit: int, *, elsewhere_than: Collection[int] = (), but: Collection[str] = ()
    ) -> list[tuple[datetime, PendingEffect]]:
        """The first effect of each lane with the time before which it must not be tried, soonest first.

        `elsewhere_than` leaves out those that act in these channels or threads, `but` those of these kinds in threads,
        those in the alert channels with these ids, and, as "end_alert 123", those that edit alerts in a channel.
        """
        sql = f"""
            SELECT not_before, id, kind, thread_id, channel_id, number, text, attempts, refused_since
            FROM effects AS head
            WHERE COALESCE(channel_id, thread_id) NOT IN ({", ".join("?" for _ in elsewhere_than)})
            AND CASE kind WHEN 'end_alert' THEN kind || ' ' || text ELSE CAST(COALESCE(channel_id, kind) AS TEXT) END
                NOT IN ({", ".join("?" for _ in but)})
            AND NOT EXISTS (SELECT 1 FROM effects WHERE lane = head.lane AND id < head.id)
            ORDER BY not_before, id LIMIT ?
        """  # noqa: S608 - placeholders only
        return [
            (
                datetime.fromisoformat(row["not_before"]),
                _pending(row),
            )
            for row in self.connection.execute(sql, (*elsewhere_than, *but, limit))
        ]

    def latest(self) -> int:
        """The number of the effect enqueued last that is still to be done (0: none is)."""
        return int(self.connection.execute("SELECT COALESCE(MAX(id), 0) FROM effects").fetchone()[0])

    def count_due(self, kind: EffectKind, now: datetime) -> int:
        """How many lanes have an effect of this kind that could be tried at `now`, or is being tried."""
        sql = """
            SELECT COUNT(*) FROM effects AS head WHERE kind = ? AND not_before <= ?
            AND NOT EXISTS (SELECT 1 FROM effects WHERE lane = head.lane AND id < head.id)
        """
        return int(self.connection.execute(sql, (kind, text_of(now))).fetchone()[0])

    def is_to_be_done(self, kind: EffectKind, thread_id: int) -> bool:
        """Whether an effect of this kind in the thread is still to be done, or being done."""
        sql = "SELECT 1 FROM effects WHERE kind = ? AND thread_id = ?"
        return self.connection.execute(sql, (kind, thread_id)).fetchone() is not None

    def waiting_in(self, channel_id: int | None) -> list[PendingEffect]:
        """All effects for this alert channel, oldest first."""
        sql = "SELECT * FROM effects WHERE channel_id = ? ORDER BY id"
        return [_pending(row) for row in self.connection.execute(sql, (channel_id,))]

    def put_off(self, effect_id: int, until: datetime) -> None:
        """The effect is not to be tried before `until`; that it is not tried now is no failure."""
        self.connection.execute("UPDATE effects SET not_before = ? WHERE id = ?", (text_of(until), effect_id))

    def look_again_at(self, kinds: Collection[EffectKind], now: datetime) -> None:
        """Whether to wait with effects of these kinds that were never tried is to be decided anew."""
        sql = f"""
            UPDATE effects SET not_before = MIN(not_before, ?)
            WHERE attempts = 0 AND kind IN ({", ".join("?" for _ in kinds)})
        """  # noqa: S608 - placeholders only
        self.connection.execute(sql, (text_of(now), *kinds))

    def postpone(
        self, effect_id: int, until: datetime, *, refused_at: datetime | None = None, closed: Closed | None = None
    ) -> None:
        """The effect failed this time, or was refused: count it, and try again no sooner than `until`.

        `closed` is why the thread took nothing, where that was it: `hasten` then may bring it forward.
        """
        sql = """
            UPDATE effects SET attempts = attempts + 1, not_before = ?, refused_since = COALESCE(refused_since, ?),
                closed = ? WHERE id = ?
        """
        self.connection.execute(sql, (text_of(until), text_or_null(refused_at), closed, effect_id))

    def hasten(self, thread_id: int, now: datetime, *, archived: bool, locked: bool) -> bool:
        """Make due what waits for the thread to be open, now that it is so; whether there is anything.

        What waits for an archived thread may be done in a locked one that is open, and the bot itself can open one that
        is not locked any more. What waits for a locked one may not be woken by an opening: the bot does that, too.
        """
        reasons = [*([Closed.LOCKED] if not locked else []), *([Closed.ARCHIVED] if not (archived and locked) else [])]
        sql = f"""
            UPDATE effects SET not_before = MIN(not_before, ?)
            WHERE thread_id = ? AND closed IN ({", ".join("?" for _ in reasons)})
        """  # noqa: S608 - placeholders only
        return self.connection.execute(sql, (text_of(now), thread_id, *reasons)).rowcount > 0

    def hasten_refused(self, now: datetime) -> None:
        """Make due what Discord refused for another reason than a closed thread."""
        sql = "UPDATE effects SET not_before = MIN(not_before, ?) WHERE refused_since IS NOT NULL AND closed IS NULL"
        self.connection.execute(sql, (text_of(now),))

    def drop_old(self, kind: EffectKind, before: datetime, text: str | None = None) -> int:
        """Drop effects of this kind (with this text) that wait since before that moment; how many those were."""
        sql = """
            DELETE FROM effects WHERE kind = ? AND COALESCE(refused_since, not_before) < ? AND text = COALESCE(?, text)
        """
        return self.connection.execute(sql, (kind, text_of(before), text)).rowcount

    def drop_ends(self, channel_id: str) -> int:
        """Drop what was to be written into alerts of this channel; how many effects those were."""
        sql = "DELETE FROM effects WHERE kind = ? AND text = ?"
        return self.connection.execute(sql, (EffectKind.END_ALERT, channel_id)).rowcount

    def drop_in_channel(self, channel_id: int) -> int:
        """Drop what was to be posted in this alert channel; how many effects those were."""
        return self.connection.execute("DELETE FROM effects WHERE channel_id = ?", (channel_id,)).rowcount

    def done(self, effect_id: int) -> None:
        """The effect has been carried out or given up."""
        self.connection.execute("DELETE FROM effects WHERE id = ?", (effect_id,))

    def drop_in_thread(self, thread_id: int) -> None:
        """Nothing of what was to be done in this thread makes sense any more; its author can still be named."""
        sql = "DELETE FROM effects WHERE thread_id = ? AND kind NOT IN (?, ?)"
        self.connection.execute(sql, (thread_id, EffectKind.NAME_AUTHOR, EffectKind.END_ALERT))


def _pending(row: sqlite3.Row) -> PendingEffect:
    return PendingEffect(
        id=row["id"],
        effect=Effect(
            kind=EffectKind(row["kind"]),
            thread_id=row["thread_id"],
            channel_id=row["channel_id"],
            number=row["number"],
            text=row["text"],
        ),
        attempts=row["attempts"],
        refused_since=moment_or_none(row["refused_since"]),
    )
