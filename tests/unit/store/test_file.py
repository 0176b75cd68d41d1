"""The store's file: held by one process, brought to this version, and what happens to one that cannot be used."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.builders import TICKET
from tests.support.stores import NEWER, leave_store
from tracker.errors import StoreError
from tracker.store import Store
from tracker.store.file import unwritable


def test_only_the_owner_may_read_the_store_and_its_lock(tmp_path: Path) -> None:
    for name in ("tracker.sqlite3", "tracker.lock"):
        (tmp_path / name).touch(0o644)  # as older versions made them
    (tmp_path / "tracker.lock").chmod(0o666)

    with closing(Store.open(tmp_path)) as store:
        store.facts.set("note", "written")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert modes.keys() >= {"tracker.sqlite3", "tracker.sqlite3-wal", "tracker.lock"}
    assert set(modes.values()) == {0o600}


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    store.close()


def test_a_second_process_is_refused_and_the_one_that_holds_the_store_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import pathlib, sys; from tracker.store import Store\n"
        "store = Store.open(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - this Python, with a program written above
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        monkeypatch.chdir(tmp_path.parent)
        with pytest.raises(StoreError) as refused:
            Store.open(Path(tmp_path.name))  # named by its whole path all the same
        holder.kill()

    assert str(refused.value) == (
        f"Another tracker (process {holder.pid}) already uses DATA_DIR {tmp_path}. Stop it where it was started. (One "
        f"for another desk needs a DATA_DIR and a sheet of its own.) What it is: ps -fp {holder.pid}"
    )
    with closing(Store.open(tmp_path)):
        assert (tmp_path / "tracker.lock").read_text() == str(os.getpid())


def test_a_store_of_a_newer_tracker_is_refused_and_left_alone(tmp_path: Path) -> None:
    leave_store(tmp_path, NEWER)

    for _ in range(2):  # a refusal lets go of the store
        with pytest.raises(StoreError, match=r"newer tracker \(its version 1000, this one knows \d+\)"):
            Store.open(tmp_path)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no database": lambda _: b"not a database, but long enough to be looked at" * 100,
    "overwritten in the middle": lambda content: content[:5000] + b"\xff" * 8000 + content[13000:],
    "cut short": lambda content: content[: len(content) // 2],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_store_is_set_aside_whole_and_a_new_one_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    with closing(Store.open(tmp_path)) as store:
        for number in range(200):
            store.tickets.save(replace(TICKET, thread_id=TICKET.thread_id + number))
    path = tmp_path / "tracker.sqlite3"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    with closing(Store.open(tmp_path)) as store:
        assert store.tickets.find(TICKET.thread_id) is None
        store.tickets.save(TICKET)

    (kept,) = tmp_path.glob("tracker.sqlite3.damaged-*")
    assert kept.read_bytes() == damaged
    assert kept.name in caplog.text
    with closing(Store.open(tmp_path)) as store:
        assert store.tickets.find(TICKET.thread_id) == TICKET


def test_a_file_that_is_refused_is_closed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(sqlite3.Connection):
        def close(self) -> None:
            closed.append(self)
            super().close()

    closed: list[sqlite3.Connection] = []
    leave_store(tmp_path, NEWER)
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Watched))

    with pytest.raises(StoreError):
        Store.open(tmp_path)

    assert len(closed) == 1


def test_a_full_disk_is_named_and_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from tests.support.builders import TICKET
from tracker.errors import StoreError
from tracker.store import Store
store = Store.open(Path(sys.argv[1]))
store.tickets.save(TICKET)
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))
from dataclasses import replace
try:
    for number in range(1000):
        with store.transaction():
            store.tickets.save(replace(TICKET, thread_id=TICKET.thread_id + number, title="long " * 100))
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # for coverage, which writes its figures at the end
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", program, tmp_path], cwd=root, capture_output=True, text=True, check=True
    )
    assert "cannot be used" in done.stdout
    assert "disk has room" in done.stdout
    with closing(Store.open(tmp_path)) as store:
        assert store.tickets.find(TICKET.thread_id) is not None


@pytest.mark.parametrize("folder", [".", "below/it"], ids=["a-file", "below-a-file"])
def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    wanted = tmp_path / "file" / folder

    with pytest.raises(StoreError) as refused:
        Store.open(wanted)

    assert str(refused.value).startswith(f"DATA_DIR {wanted} cannot be used: ")


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.ENOSPC, "Make room on its disk."),
        (errno.EDQUOT, "Make room on its disk."),
        (errno.EROFS, "Nothing can be"),
    ],
)
def test_the_error_about_a_data_folder_says_whether_it_is_room_that_it_lacks(
    tmp_path: Path, number: int, fix: str
) -> None:
    refused = unwritable(tmp_path, OSError(number, os.strerror(number)))

    assert f"cannot be used: {os.strerror(number)}. {fix}" in str(refused)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    Store.open(tmp_path / "a" / "b").close()

    assert (tmp_path / "a" / "b" / "tracker.sqlite3").exists()
