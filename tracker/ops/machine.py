"""The checks of this machine: the data folder and its disk, the store, the time zone, the versions. Changes nothing."""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.checks import Finding, Group, Level, whatever_happens
from tracker.errors import StoreError, TrackerError
from tracker.ops.healthz import THIS_MACHINE, check_port
from tracker.store.file import FILE, LOCK, SQLITE, SQLITE_NEEDED, DamagedStoreError, holder_of, look, unwritable

MOUNTS = Path("/proc/mounts")
"""Where Linux says which file system is mounted where."""

_NEEDED = {"Python": (3, 11), "hikari": (2, 7), "gspread": (6, 2), "SQLite": SQLITE_NEEDED}
_NETWORKS = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "davfs", "virtiofs")
)
"""File systems, other than those in user space, whose files another machine may be writing at the same moment."""
IN_USER_SPACE = re.compile(r"fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|curlftpfs|smbnetfs)")
IN_USE = "machine.in_use"
_LITTLE_ROOM, _NO_ROOM = 100 * 2**20, 2**20

_good = partial(Finding, group=Group.MACHINE, level=Level.GOOD)
_warning = partial(Finding, group=Group.MACHINE, level=Level.WARNING)
_failed = partial(Finding, group=Group.MACHINE, level=Level.FAILED)


def check_machine(
    *,
    data_dir: Path | None,
    zone: ZoneInfo | None,
    health_port: int | None = None,
    health_host: str | None = None,
    mounts: Path = MOUNTS,
    versions: Mapping[str, str] | None = None,
    anybody_answers: bool = False,
) -> Iterator[Finding]:
    """Everything but what Google and Discord are needed for; None is a setting that cannot be read, or needs no check.

    `mounts` and `versions` (of Python, hikari, gspread, SQLite and the tracker) are the machine's own, if not given.
    `anybody_answers`: SUPPORT_ROLE_IDS is empty.
    """
    runs = False
    if data_dir is not None:
        of_folder = partial(_data_folder, data_dir, mounts, anybody_answers=anybody_answers)
        for finding in whatever_happens(Group.MACHINE, of_folder):
            runs |= finding.id == IN_USE
            yield finding
    if health_port is not None and not runs:
        yield _port(health_port, health_host or THIS_MACHINE)
    if zone is not None:
        yield _good(id="machine.time_zone", text=f"TIMEZONE {zone.key}: it is {datetime.now(zone):%H:%M (UTC%z)} there")
    yield from check_versions(installed() if versions is None else versions)


def _port(port: int, host: str) -> Finding:
    """Whether the bot, which does not run, could answer on it."""
    try:
        check_port(port, host)
    except TrackerError as error:
        return _failed(id="machine.health_port", text=error.what, fix=error.fix)
    return _good(id="machine.health_port", text=f"HEALTH_PORT {port} is free")


def _data_folder(folder: Path, mounts: Path, *, anybody_answers: bool) -> Iterator[Finding]:
    try:
        existing = _writable_part(folder)
    except OSError as error:
        refusal = unwritable(folder, error)
        yield _failed(id="machine.data_dir", text=refusal.what, fix=refusal.fix)
        return
    made = "" if folder.exists() else ", which the first start makes"
    yield _good(id="machine.data_dir", text=f"DATA_DIR {folder.absolute()}{made}: can be written")
    yield from whatever_happens(Group.MACHINE, lambda: check_disk(folder, file_system_of(existing, mounts)))
    yield check_room(folder, shutil.disk_usage(existing).free)
    holder = holder_of(folder / LOCK)
    if holder is not None:
        yield _good(id=IN_USE, text=f"The bot is running: process {holder} uses DATA_DIR")
    yield from _store(folder / FILE, in_use=holder is not None, anybody_answers=anybody_answers)


def _writable_part(folder: Path) -> Path:
    """The folder, or the one above in which it can be made.

    Raises:
        OSError: neither can be written.
    """
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists() or path.is_symlink())
    if not existing.is_dir():
        # As the start finds when it makes the folder.
        number = errno.EEXIST if existing == folder else errno.ENOTDIR
        raise OSError(number, os.strerror(number))
    if sys.platform != "win32" and os.statvfs(existing).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))
    files = [path for path in (folder / FILE, folder / LOCK) if existing == folder and path.exists()]
    if not (_allowed(existing, os.W_OK | os.X_OK) and all(_allowed(file, os.R_OK | os.W_OK) for file in files)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return existing


def _allowed(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def file_system_of(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The kind of file system that the path lies on; None where the system does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    # Spaces and the like stand there as octal numbers. Of several mounts at one place the last is the one to be seen.
    kinds = {
        Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), at)): kind
        for _, at, kind, *_ in map(str.split, lines)
    }
    resolved = path.resolve()
    return next((kinds[each] for each in (resolved, *resolved.parents) if each in kinds), None)


def check_disk(folder: Path, kind: str | None) -> Iterator[Finding]:
    """Whether the disk is this machine's own, as SQLite's log has to be."""
    if kind is None:
        return
    if kind in _NETWORKS or IN_USER_SPACE.fullmatch(kind):
        text = f"DATA_DIR {folder} lies on a network file system ({kind}), on which SQLite's log can be damaged."
        yield _warning(id="machine.disk", text=text, fix="Name a folder on a disk of this machine in DATA_DIR.")
    else:
        yield _good(id="machine.disk", text=f"DATA_DIR lies on a local disk ({kind})")


def check_room(folder: Path, free: int) -> Finding:
    """Whether so many free bytes are enough; a store with 10,000 tickets takes about 10 MB."""
    text = f"{free // 2**20:,} MB are free on the disk of DATA_DIR {folder.absolute()}"
    if free >= _LITTLE_ROOM:
        return _good(id="machine.room", text=text)
    finding = _failed if free < _NO_ROOM else _warning
    fix = "Move DATA_DIR, or delete what is not needed; what is large: du -xh / | sort -h | tail"
    return finding(id="machine.room", text=f"{text}.", fix=fix)


def _store(path: Path, *, in_use: bool, anybody_answers: bool) -> Iterator[Finding]:
    if not path.exists():
        yield _good(id="machine.store", text="No store yet: the first start makes it")
        return
    try:
        found = look(path, in_use=in_use)
    except StoreError as error:
        finding = _warning if isinstance(error, DamagedStoreError) else _failed
        yield finding(id="machine.store", text=error.what, fix=error.fix)
        return
    if found is None:
        yield _good(id="machine.store", text="The store is empty")
        return
    text = f"The store is of version {found.version}"
    if found.is_older:
        text += ", which the next start brings up to date"
    waiting = f"waiting for the sheet: {found.rows_waiting:,}, for Discord: {found.messages_waiting:,}"
    yield _good(id="machine.store", text=f"{text}. Tickets: {found.tickets:,}, {waiting}")
    if found.opened_by_apps and anybody_answers:
        yield _warning(
            id="machine.posts_by_apps",
            text="Some posts are opened by bots or webhooks: the first person to write there counts as the answer, "
            "also the one who asks.",
            fix="Put the ids of your support's roles into SUPPORT_ROLE_IDS.",
        )


def installed() -> dict[str, str]:
    """The versions that count."""
    versions = {"Python": platform.python_version(), "SQLite": SQLITE}
    for name, package in (("hikari", "hikari"), ("gspread", "gspread"), ("tracker", "support-tracker")):
        try:
            versions[name] = version(package)
        except PackageNotFoundError:  # the tracker itself, run from its folder
            continue
    return versions


def check_versions(versions: Mapping[str, str]) -> Iterator[Finding]:
    """Whether each is at least as new as what the tracker was written for."""
    old = []
    for name, needed in _NEEDED.items():
        numbers = tuple(int(part) for part in re.findall(r"\d+", versions.get(name, ""))[:2])
        if numbers < needed:
            old.append(f"{name} {versions.get(name, 'is missing')} (needed: {'.'.join(map(str, needed))} or newer)")
    if old:
        fix = (
            "In a .venv of a Python that is new enough: "
            ".venv/bin/pip install --require-hashes -r scripts/requirements.txt"
        )
        yield _failed(id="machine.versions", text=f"Too old: {', '.join(old)}.", fix=fix)
    else:
        yield _good(id="machine.versions", text=", ".join(f"{name} {number}" for name, number in versions.items()))
