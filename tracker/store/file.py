"""The store's file: taking hold of it, bringing it to this version, looking at it, and what is wrong in a sentence."""

from __future__ import annotations

import errno
import os
import shlex
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
from tracker.store.migrations import MIGRATIONS

FILE = "tracker.sqlite3"
LOCK = "tracker.lock"
OPENED_BY_APPS = "opened_by_apps"
"""The fact that a bot or a webhook opened one of the posts: when that became known."""
_LOOK = LockFlags.EXCLUSIVE if sys.platform == "win32" else LockFlags.SHARED
"""To see whether a lock is held, without disturbing others who look; Windows by itself knows no shared locks."""
_FOR_ITS_OWNER, _FOR_OTHERS = 0o600, 0o077
SQLITE, SQLITE_NEEDED = sqlite3.sqlite_version, (3, 25)
"""The version of SQLite, and the first that can do what the store asks of it: rename columns."""


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
        return self.version < len(MIGRATIONS)


def take_lock(path: Path) -> int:
    """Hold the lock file until this process ends, however it ends; the file names who holds it.

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
            f"Another tracker (process {holder}) already uses DATA_DIR {path.parent.absolute()}.",
            "Stop it where it was started. (One for another desk needs a DATA_DIR and a sheet of its own.) What it is: "
            f"ps -fp {holder}",
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
    whole = folder.absolute()
    other = {
        errno.ENOSPC: "Make room on its disk.",
        errno.EDQUOT: "Make room on its disk.",
        errno.EEXIST: "It is no folder: name a folder in DATA_DIR.",
        errno.ENOTDIR: "It lies below something that is no folder: name a folder in DATA_DIR.",
        errno.EROFS: "Nothing can be written on its disk: name a folder on another one in DATA_DIR.",
    }
    quoted = shlex.quote(str(whole))
    yours = f"Let the user who runs this own it: sudo mkdir -p {quoted} && sudo chown -R $(id -un) {quoted}"
    return StoreError(f"DATA_DIR {whole} cannot be used: {error.strerror}.", other.get(error.errno or 0, yours))


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
    if version > len(MIGRATIONS):
        raise StoreError(
            f"The store was written by a newer tracker (its version {version}, this one knows {len(MIGRATIONS)}).",
            "Run the newer tracker again, or give this one another DATA_DIR.",
        )
    return version


def _migrate(database: sqlite3.Connection, version: int) -> None:
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        database.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
