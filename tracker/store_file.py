"""The store's file: taking hold of it, bringing it to this version, looking at it, and what is wrong in a sentence."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from contextlib import ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import portalocker
from portalocker import AlreadyLocked, LockException, LockFlags

from tracker.errors import StoreError

FILE = "tracker.sqlite3"
NOW = "strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')"
"""This moment in SQL, written as all times of the store are."""
LOCK = "tracker.lock"
OPENED_BY_APPS = "opened_by_apps"
"""The fact that a bot or a webhook opened one of the posts: when that became known."""
_LOOK = LockFlags.EXCLUSIVE if sys.platform == "win32" else LockFlags.SHARED
"""To see whether a lock is held, without disturbing others who look; Windows by itself knows no shared locks."""
_FOR_ITS_OWNER, _FOR_OTHERS = 0o600, 0o077
SQLITE, SQLITE_NEEDED = sqlite3.sqlite_version, (3, 25)
"""The version of SQLite, and the first that can do what the store asks of it: rename columns."""

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
    f"""
    ALTER TABLE tickets ADD COLUMN waiting_since TEXT; -- when the first change came that the sheet does not show
    UPDATE tickets SET waiting_since = {NOW} WHERE revision > sheet_revision;
    """,  # noqa: S608 - constants only
    """
    -- In tickets.tags a name may be null now: the tag was deleted from the forum.
    """,
    """
    ALTER TABLE tickets ADD COLUMN named_anew INTEGER NOT NULL DEFAULT 0; -- only names of its tags wait for the sheet
    """,
    """
    CREATE TABLE open_write (only INTEGER PRIMARY KEY CHECK (only = 1), write TEXT NOT NULL); -- see sheet/write/plan.py
    """,
    """
    ALTER TABLE effects ADD COLUMN refused_since TEXT; -- when Discord refused it for the first time
    ALTER TABLE effects ADD COLUMN closed TEXT; -- why the thread took nothing when it was tried last
    """,
    """
    ALTER TABLE tickets ADD COLUMN due_at TEXT;                         -- by when the first answer has to come
    ALTER TABLE tickets ADD COLUMN due_under TEXT NOT NULL DEFAULT '';  -- under which agreement that was fixed
    ALTER TABLE tickets ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;   -- nobody had answered then
    ALTER TABLE tickets ADD COLUMN called TEXT NOT NULL DEFAULT '[]';   -- JSON: for what people were called so far
    ALTER TABLE tickets ADD COLUMN stops TEXT NOT NULL DEFAULT '[]';    -- JSON: [[from, to], …] resolved unanswered
    ALTER TABLE tickets ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';   -- JSON: the same: it was the asker's turn
    ALTER TABLE tickets ADD COLUMN posted TEXT NOT NULL DEFAULT '[]';   -- JSON: [[channel, message], …] of alerts
    ALTER TABLE tickets ADD COLUMN activity TEXT;                       -- JSON: [last message, by asker, staff's]
    ALTER TABLE tickets ADD COLUMN quiet_since TEXT;                    -- since when it waits for a quiet moment
    CREATE INDEX tickets_quiet ON tickets (quiet_since) WHERE quiet_since IS NOT NULL;
    """,
    """
    CREATE INDEX tickets_by_resolution ON tickets (resolved_at) WHERE resolved_at IS NOT NULL;
    CREATE INDEX tickets_unanswered ON tickets (thread_id)
    WHERE answer_message_id IS NULL AND resolved_by = '[]' AND NOT deleted;
    """,
)


class DamagedStoreError(StoreError):
    """The file is damaged: the next start will set it aside."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a look at a store found: its version, how many tickets it has, and how much waits to be delivered.

    `opened_by_apps`: some of its tickets were opened by bots or webhooks.
    """

    version: int
    tickets: int
    rows_waiting: int
    messages_waiting: int
    opened_by_apps: bool

    @property
    def is_older(self) -> bool:
        """Whether the next start will bring it to this version."""
        return self.version < len(_MIGRATIONS)


def take_lock(path: Path) -> int:
    """Hold the lock file until this process ends, however it ends; the file tells who holds it.

    Raises:
        StoreError: another process holds it.
    """
    own(path)
    lock = os.open(path, os.O_RDWR)
    try:
        portalocker.lock(lock, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
    except AlreadyLocked as error:
        holder = _holder(lock)
        os.close(lock)
        raise StoreError(
            f"Another tracker (process {holder}) already uses {path.parent.absolute()}.",
            "Stop it first. (One for another desk needs a DATA_DIR and a sheet of its own.)",
        ) from error
    except LockException as error:
        os.close(lock)
        raise StoreError(
            f"DATA_DIR {path.parent} cannot be used: its disk lets no process lock a file ({error}).",
            "Name a folder on a disk of this machine in DATA_DIR.",
        ) from error
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def holder_of(path: Path) -> str | None:
    """The number of the process that holds the lock file; None where nobody does. Makes and changes no file."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        portalocker.lock(lock, _LOOK | LockFlags.NON_BLOCKING)
    except AlreadyLocked:
        return _holder(lock)
    finally:
        os.close(lock)
    return None


def own(path: Path) -> None:
    """Make the file, if it is not there, and see that its owner alone may read it: people's names stand in the store.

    SQLite gives the files that it adds the permissions of the first one.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _FOR_ITS_OWNER))
    if path.stat().st_mode & _FOR_OTHERS:
        with suppress(PermissionError):  # the file of another user, who lets this one write
            path.chmod(_FOR_ITS_OWNER)


def _holder(lock: int) -> str:
    with suppress(OSError):  # Windows keeps others from reading, too
        return os.read(lock, 32).decode(errors="replace").strip() or "unknown"
    return "unknown"


def look(path: Path, *, in_use: bool) -> Contents | None:
    """What the store holds; None for one that nothing was ever put into. Makes and changes no file of the store's.

    One that no process has open is copied and the copy looked at, as SQLite would bring the files of the original up
    to date. One `in_use` may change while it is copied, but there SQLite makes no files that are not there already.

    Raises:
        DamagedStoreError: it is damaged.
        StoreError: a newer tracker wrote it, or it cannot be read.
    """
    try:
        with TemporaryDirectory(prefix="tracker-doctor-") as folder:
            seen = path if in_use else _copy(path, Path(folder))
            with closing(sqlite3.connect(f"{seen.absolute().as_uri()}?mode=ro", uri=True)) as database:
                return _contents(database)
    except (OSError, sqlite3.OperationalError) as error:
        raise unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise DamagedStoreError(
            _damage(path, error),
            "Put a backup in its place, or just start the bot: it sets the file aside and begins anew from the sheet "
            "and the forum.",
        ) from error


def _copy(path: Path, folder: Path) -> Path:
    for ending in ("", "-wal"):
        with suppress(FileNotFoundError) if ending else nullcontext():
            shutil.copyfile(path.with_name(path.name + ending), folder / (FILE + ending))
    return folder / FILE


def _contents(database: sqlite3.Connection) -> Contents | None:
    version = _version(database)
    _check(database)
    if not version:
        return None

    def count(what: str) -> int:
        return int(database.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])  # noqa: S608 - constants only

    return Contents(
        version=version,
        tickets=count("tickets"),
        rows_waiting=count("tickets WHERE revision > sheet_revision"),
        messages_waiting=count("effects"),
        opened_by_apps=count(f"facts WHERE name = '{OPENED_BY_APPS}'") > 0,
    )


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, check it, and bring it to this version. The connection is closed again when that fails."""
    with suppress(OSError):  # SQLite says it better
        own(path)
    with ExitStack() as held:
        database = held.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        database.row_factory = sqlite3.Row
        version = _version(database)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        _check(database)
        _migrate(database, version)
        held.pop_all()
        return database


def _check(database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def unwritable(folder: Path, error: OSError) -> StoreError:
    """What the file system does not allow in the data folder."""
    fix = "Make room on its disk." if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Make it writable."
    return StoreError(f"DATA_DIR {folder} cannot be used: {error.strerror}.", fix)


def unusable(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    """What SQLite could not do, for the person who runs the bot."""
    reason = error.strerror if isinstance(error, OSError) else error
    return StoreError(
        f"The store {path} cannot be used: {reason}.",
        "See that the disk has room and that the bot may write there; what happened in the forum meanwhile is found "
        "at the next start.",
    )


def _damage(path: Path, error: sqlite3.DatabaseError) -> str:
    return f"The store {path} is damaged ({error})."


def set_aside(path: Path, error: sqlite3.DatabaseError) -> str:
    """Rename a damaged store with what belongs to it; the sentence that says so."""
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    return f"{_damage(path, error)} It was set aside as {kept.name}; a new one is begun from the sheet and the forum."


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
