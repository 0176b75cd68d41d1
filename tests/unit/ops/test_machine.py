"""The checks of this machine one by one, also where nothing is wrong with the machine that runs them."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import TICKET
from tests.support.stores import leave_store, version_of
from tracker.checks import Finding, Level
from tracker.domain.effects import Effect, EffectKind
from tracker.ops.machine import check_disk, check_machine, check_room, file_system_of, installed
from tracker.store import Store

MOUNTS = r"""
overlay / overlay rw,relatime 0 0
/dev/sda2 /srv ext4 rw 0 0
nas:/export /srv/shared nfs4 rw,vers=4.2 0 0
sam@host:/home /mnt/with\040space fuse.sshfs rw 0 0
tmpfs /srv/shared/local tmpfs rw 0 0
/dev/sdb1 /twice xfs rw 0 0
//nas/share /twice cifs rw 0 0
""".lstrip()


def check(folder: Path, **given: object) -> dict[str, Finding]:
    """The findings about a data folder by their ids, none of which comes twice."""
    found = list(check_machine(data_dir=folder, zone=ZoneInfo("Asia/Kolkata"), **given))  # type: ignore[arg-type]  # named by the tests
    assert len({finding.id for finding in found}) == len(found)
    return {finding.id: finding for finding in found}


def everything_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """As a user whom the permissions of files bind; root is bound by none."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that every user may write, below folders that every user may enter."""
    base = tmp_path_factory.getbasetemp()
    modes = {path: path.stat().st_mode for path in (base, base.parent)}
    folder = tmp_path_factory.mktemp("open")
    folder.chmod(0o777)
    for path, mode in modes.items():
        path.chmod(stat.S_IMODE(mode) | 0o011)
    yield folder
    for path, mode in modes.items():
        path.chmod(stat.S_IMODE(mode))


def test_a_machine_without_a_store_is_good_and_nothing_is_made(tmp_path: Path) -> None:
    for folder, made in ((tmp_path / "not" / "there", True), (tmp_path, False)):
        found = check(folder)

        assert {finding.level for finding in found.values()} == {Level.GOOD}
        assert ("which the first start makes" in found["machine.data_dir"].text) is made
        assert "No store yet" in found["machine.store"].text
        assert "Asia/Kolkata" in found["machine.time_zone"].text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("known", "anybody_answers"), [(True, True), (True, False), (False, True)])
def test_posts_by_bots_and_webhooks_are_a_warning_where_anybody_may_answer(
    tmp_path: Path, *, known: bool, anybody_answers: bool
) -> None:
    with closing(Store.open(tmp_path)) as store:
        store.tickets.save(TICKET)
        if known:
            store.facts.note_post_by_app()

    warning = check(tmp_path, anybody_answers=anybody_answers).get("machine.posts_by_apps")

    assert (warning is not None) == (known and anybody_answers)
    assert warning is None or (warning.level, "SUPPORT_ROLE_IDS" in str(warning.fix)) == (Level.WARNING, True)


def test_what_a_store_holds_is_shown_and_none_of_its_files_changes(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        for number in range(3):
            store.tickets.save(replace(TICKET, thread_id=TICKET.thread_id + number))
        store.rows.acknowledge(TICKET.thread_id, 1, {})
        store.effects.enqueue(Effect(kind=EffectKind.REACT, thread_id=TICKET.thread_id), datetime.now(UTC))
        # As a process that was killed leaves it: what was written last is only in the log beside the file.
        shutil.copytree(tmp_path, tmp_path / "killed")
    killed = tmp_path / "killed"
    (killed / "tracker.sqlite3-shm").unlink()
    before = everything_in(killed)

    found = check(killed)

    assert "of version 12. Tickets: 3, waiting for the sheet: 2, for Discord: 1" in found["machine.store"].text
    assert "machine.in_use" not in found
    assert everything_in(killed) == before


def test_beside_the_running_bot_its_process_is_named_and_the_store_looked_at_as_it_is(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        store.tickets.save(TICKET)
        files = {path.name for path in tmp_path.iterdir()}

        found = check(tmp_path)

        assert f"process {os.getpid()}" in found["machine.in_use"].text
        assert "Tickets: 1" in found["machine.store"].text
        assert {path.name for path in tmp_path.iterdir()} == files
        store.tickets.save(replace(TICKET, thread_id=TICKET.thread_id + 1))
    assert "machine.in_use" not in check(tmp_path)


def test_an_older_store_is_good_and_not_yet_brought_up_to_date(tmp_path: Path) -> None:
    leave_store(tmp_path, 1)

    finding = check(tmp_path)["machine.store"]

    assert (finding.level, "version 1, which the next start brings up to date" in finding.text) == (Level.GOOD, True)
    assert version_of(tmp_path) == 1


@pytest.mark.parametrize("what", ["folder", "store"])
def test_what_the_bot_may_not_write_is_named(open_folder: Path, what: str) -> None:
    Store.open(open_folder).close()
    for path in (open_folder / "tracker.sqlite3", open_folder / "tracker.lock"):
        path.chmod(0o444 if what == "store" else 0o666)
    open_folder.chmod(0o755 if what == "folder" else 0o777)
    if what == "folder" and os.geteuid() != 0:
        open_folder.chmod(0o555)

    with as_somebody_else():
        finding = check(open_folder)["machine.data_dir"]

    assert finding.level is Level.FAILED
    assert finding.text == f"DATA_DIR {open_folder} cannot be used: Permission denied."
    assert str(finding.fix).endswith(f": sudo mkdir -p {open_folder} && sudo chown -R $(id -un) {open_folder}")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/bot/data", "overlay"),
        ("/srv/data", "ext4"),
        ("/srv/shared/data", "nfs4"),
        ("/srv/shared/local/data", "tmpfs"),
        ("/srv/sharedness", "ext4"),
        ("/mnt/with space/data", "fuse.sshfs"),
        ("/twice/data", "cifs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS, encoding="utf-8")

    assert file_system_of(Path(folder), tmp_path / "mounts") == kind


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_network_file_system_is_a_warning_and_a_disk_is_not(tmp_path: Path, kind: str) -> None:
    (tmp_path / "mounts").write_text(f"nas:/export / {kind} rw 0 0\n", encoding="utf-8")

    finding = check(tmp_path, mounts=tmp_path / "mounts")["machine.disk"]

    assert finding.level is Level.WARNING
    assert f"network file system ({kind})" in finding.text
    assert finding.fix is not None
    assert [local.level for local in check_disk(tmp_path, "ext4")] == [Level.GOOD]


def test_mounts_of_a_form_that_nobody_foresaw_cost_no_other_check(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("odd\n", encoding="utf-8")
    odd, plain = check(tmp_path, mounts=tmp_path / "mounts"), check(tmp_path, mounts=tmp_path / "nothing")
    assert odd.pop("machine.unforeseen").level is Level.FAILED
    assert list(odd) == list(plain)


def test_a_system_that_does_not_show_its_mounts_is_not_checked_for_them(tmp_path: Path) -> None:
    assert "machine.disk" not in check(tmp_path, mounts=tmp_path / "nothing")


def test_the_room_on_the_disk_is_shown_and_too_little_is_pointed_out() -> None:
    megabyte = 2**20

    found = [check_room(Path("/srv/data"), free) for free in (5000 * megabyte, 50 * megabyte, megabyte // 2)]

    assert [finding.level for finding in found] == [Level.GOOD, Level.WARNING, Level.FAILED]
    assert found[0].text == "5,000 MB are free on the disk of DATA_DIR /srv/data"
    assert all((finding.fix is None) == (finding.level is Level.GOOD) for finding in found)


def test_versions_are_shown_and_old_ones_named_with_what_is_needed(tmp_path: Path) -> None:
    good = check(tmp_path)["machine.versions"]
    assert good.level is Level.GOOD
    assert all(f"{name} {version}" in good.text for name, version in installed().items())

    old = check(tmp_path, versions={"Python": "3.14.0", "SQLite": "3.7.17", "hikari": "2.7.0"})["machine.versions"]

    assert old.level is Level.FAILED
    assert old.text == "Too old: gspread is missing (needed: 6.2 or newer), SQLite 3.7.17 (needed: 3.25 or newer)."
    assert "pip install" in str(old.fix)


def test_settings_that_cannot_be_read_leave_the_rest_to_be_checked() -> None:
    found = list(check_machine(data_dir=None, zone=None))

    assert [finding.id for finding in found] == ["machine.versions"]


def test_the_port_is_free_another_programs_or_the_running_bots_own(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]

        taken = check(tmp_path, health_port=port)["machine.health_port"]
        assert taken.level is Level.FAILED
        assert taken.text == f"HEALTH_PORT {port} cannot be used on 127.0.0.1: Address already in use."
        assert taken.fix is not None
        assert "leave HEALTH_PORT empty" in taken.fix
        with closing(Store.open(tmp_path)):
            assert "machine.health_port" not in check(tmp_path, health_port=port)
    assert check(tmp_path, health_port=port)["machine.health_port"].level is Level.GOOD
    assert "machine.health_port" not in check(tmp_path)
