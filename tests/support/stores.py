"""Stores as other versions of the tracker left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.store.file import FILE

STORES = Path(__file__).parents[1] / "data" / "stores"

NEWER = 1000
"""A version that no tracker has reached."""


def leave_store(folder: Path, version: int) -> None:
    """Leave in the folder the store of that version, which is there."""
    script = f"PRAGMA user_version = {NEWER}" if version == NEWER else (STORES / f"version-{version}.sql").read_text()
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / FILE)) as database:
        database.executescript(script)


def version_of(folder: Path) -> int:
    """The version of the store in the folder."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)
