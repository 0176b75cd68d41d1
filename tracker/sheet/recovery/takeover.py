"""The file beside the store in which an earlier edition kept what a write had covered: taken over once, and gone."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import ALL_BUT_KEY, KEY, LINK
from tracker.sheet.write.plan import Misplaced, OpenWrite, as_text
from tracker.store import Store

_log = logging.getLogger(__name__)

_FILE = "sheet-write.json"


def take_over(folder: Path, store: Store) -> None:
    """Bring into the store what the file in the data folder says, if there is one.

    Of a write without an answer the rows are written anew; what was known to be hit is put back.
    """
    path = folder / _FILE
    try:
        kept = json.loads(path.read_bytes())
        with store.transaction():
            _take_over(kept, store)
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.exception("%s is damaged and left out: what the last write covered by mistake, if anything, stays.", path)
    path.unlink(missing_ok=True)


def _take_over(kept: Json, store: Store) -> None:
    attempt = kept.get("attempt") or {}
    thread_ids = {target["thread_id"] for target in attempt.get("targets", []) if target.get("thread_id") is not None}
    thread_ids |= {int(thread_id) for thread_id in (*kept.get("rewrite", {}), *kept.get("arrived", {}))}
    for thread_id in thread_ids:
        store.rows.forget_cells(thread_id, ALL_BUT_KEY)
    hits = [each for each in kept.get("hits", []) if each["row"] >= 0]
    if hits:
        store.rows.begin_write(as_text(OpenWrite(misplaced=tuple(map(_misplaced, hits)))))


def _misplaced(hit: Json) -> Misplaced:
    names = {int(column): name for column, name in hit["names"].items()}
    after, held = _line(hit["after"]), _line(hit["held"])
    places = {name: column for column, name in names.items()}
    return Misplaced(
        row=hit["row"],
        cells={column: after.get(column, {}) for column in held},
        before={column: content for column, content in {**after, **held}.items() if content},
        identifying=tuple(places[name] for name in (KEY, LINK) if name in places),
        header={column: content_of(name) for column, name in names.items()},
    )


def _line(cells: dict[str, Any]) -> dict[int, Json]:
    return {int(column): content for column, content in cells.items()}
