"""A file or folder that cannot be used is named with the fix of that very fault."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.support.keys import private_key
from tracker.errors import SheetSetupError, fix_of
from tracker.sandbox.sheets.accounts import ServiceAccount
from tracker.sheet.api.credentials import credentials_of
from tracker.store.file import unwritable

FILE = Path("/srv/my desk/key.json")
NOT_THERE = Path("/srv/desk/data")


def refused(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.EACCES, "Let the user who runs this own it: sudo chown -R $(id -un) '/srv/my desk/key.json'"),
        (errno.EISDIR, "It is a folder: put the file in its place."),
        (errno.EIO, "See what is there: ls -la '/srv/my desk/key.json'"),
    ],
)
def test_the_fix_of_a_file_is_that_of_its_fault(number: int, fix: str) -> None:
    assert fix_of(refused(number), FILE) == fix


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.EACCES, "Let the user who runs this own it: sudo mkdir -p {0} && sudo chown -R $(id -un) {0}"),
        (errno.EEXIST, "It is no folder: name a folder in DATA_DIR."),
        (errno.ENOTDIR, "It lies below something that is no folder: name a folder in DATA_DIR."),
        (errno.EROFS, "Nothing can be written on its disk: name a folder on another one in DATA_DIR."),
        (errno.ENOSPC, "Make room on its disk."),
    ],
)
def test_the_fix_of_the_data_folder_is_that_of_its_fault(number: int, fix: str) -> None:
    error = unwritable(NOT_THERE, refused(number))
    assert error.what == f"DATA_DIR {NOT_THERE} cannot be used: {os.strerror(number)}."
    assert error.fix == fix.format(NOT_THERE)


def test_a_missing_key_file_is_to_be_saved_as_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SheetSetupError) as refusal:
        credentials_of(Path("credentials.json"))
    assert str(refusal.value.fix).endswith(f" and save it as {tmp_path}/credentials.json.")


@pytest.mark.parametrize("name", ["credentials.json.json", "desk-412310-0a1b2c3d4e5f.json"])
def test_a_key_under_another_name_is_to_be_given_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.json").write_text("{}", encoding="utf-8")
    account = ServiceAccount(email="a@b", token_uri="https://x.example", private_key=private_key())  # noqa: S106 - an address
    account.write_key(Path(name))
    with pytest.raises(SheetSetupError) as refusal:
        credentials_of(Path("credentials.json"))
    assert f"credentials.json does not exist, but there is {name}, which is such a key." in str(refusal.value)
    assert refusal.value.fix == f"Give it its name: mv {name} credentials.json"


def test_a_password_in_the_place_of_the_key_file_is_not_shown() -> None:
    with pytest.raises(SheetSetupError) as refusal:
        credentials_of(Path("aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC"))
    assert "aB3d" not in str(refusal.value)
    assert "(hidden: it looks like a password) does not exist" in str(refusal.value)
