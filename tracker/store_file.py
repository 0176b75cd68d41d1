"""The store's file: taking hold of it, bringing it to this version, and what is wrong with it in a sentence."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from tracker.errors import StoreError

FILE = "tracker.sqlite3"

# Each entry brings a store from the version before it (its index) to the next. Never change one that was released.
_MIGRATIONS = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL);
    CREATE TABLE tickets (
        thread_id           INTEGER PRIMARY KEY,
        guild_id            INTEGER NOT NULL,
        author_id           INTEGER NOT NULL,
        author_name         TEXT,
        title               TEXT NOT NULL,
        tags                TEXT NOT NULL,     -- JSON: [[id, name], …]
        tags_at             TEXT,
        archived            INTEGER NOT NULL,
        answer_message_id   INTEGER,
        answer_author_name  TEXT,
        resolved_by         TEXT NOT NULL,     -- JSON: [tag id, …]; [] while open
        resolved_at         TEXT,              -- ISO 8601, UTC, as all times here
        resolved_message_id INTEGER,
        reopen_count        INTEGER NOT NULL,
        alert_due_at        TEXT,
        adopted             INTEGER NOT NULL,
        in_sheet            INTEGER NOT NULL,
        deleted             INTEGER NOT NULL,
        revision            INTEGER NOT NULL,           -- grows with each change
        sheet_revision      INTEGER NOT NULL DEFAULT 0, -- the revision that the sheet is known to show
        sheet_cells         TEXT NOT NULL DEFAULT '{}'  -- JSON: the cell values last written, by column
    );
    CREATE INDEX tickets_to_write ON tickets (thread_id) WHERE revision > sheet_revision;
    CREATE INDEX tickets_to_alert ON tickets (alert_due_at) WHERE alert_due_at IS NOT NULL;
    CREATE TABLE effects (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        lane       TEXT NOT NULL,
        kind       TEXT NOT NULL,
        thread_id  INTEGER NOT NULL,
        channel_id INTEGER,
        number     INTEGER NOT NULL,
        text       TEXT NOT NULL,
        attempts   INTEGER NOT NULL DEFAULT 0,
        not_before TEXT NOT NULL
    );
    CREATE INDEX effects_by_lane ON effects (lane, id);
    CREATE INDEX effects_by_thread ON effects (thread_id);
    """,
    """
    ALTER TABLE tickets RENAME COLUMN tags_at TO tags_changed; -- JSON: the moments of the latest changes of tags
    UPDATE tickets SET tags_changed = CASE WHEN tags_changed IS NULL THEN '[]' ELSE '["' || tags_changed || '"]' END;
    """,
)


def take_lock(path: Path) -> int:
    """Hold the lock file until this process ends, however it ends; the file tells who holds it.

    Raises:
        StoreError: another process holds it.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 32).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise StoreError(
            f"Another tracker (process {holder}) already uses {path.parent}.",
            "Stop it first, or give this one a DATA_DIR of its own.",
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, check it, and bring it to this version. The connection is closed again when that fails."""
    with ExitStack() as held:
        database = held.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        database.row_factory = sqlite3.Row
        version = _version(database)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        _migrate(database, version)
        held.pop_all()
        return database


def unusable(path: Path, error: sqlite3.Error) -> StoreError:
    """What SQLite could not do, for the person who runs the bot."""
    return StoreError(
        f"The store {path} cannot be used: {error}.",
        "See that the disk has room and that the bot may write there; what happened in the forum meanwhile is found "
        "at the next start.",
    )


def set_aside(path: Path, error: sqlite3.DatabaseError) -> str:
    """Rename a damaged store with what belongs to it; the sentence that says so."""
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    return (
        f"The store {path} is damaged ({error}). It was set aside as {kept.name}; a new one is begun from the sheet "
        "and the forum."
    )


def _version(database: sqlite3.Connection) -> int:
    """The store's version; raises `StoreError` for one that only a newer tracker understands."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_MIGRATIONS):
        raise StoreError(
            f"The store was written by a newer tracker (its version {version}, this one knows {len(_MIGRATIONS)}).",
            "Run the newer tracker again, or give this one another DATA_DIR.",
        )
    return version


def _migrate(database: sqlite3.Connection, version: int) -> None:
    for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
        database.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
