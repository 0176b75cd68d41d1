"""The key file and the sign-in with it: files that are no key, keys that Google does not take, tokens and clocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.google_book import Google
from tests.support.keys import private_key
from tests.support.pages import ROOT
from tracker.errors import SheetSetupError
from tracker.secrecy import HiddenText
from tracker.sheet.api.client import GoogleSheet


def without(name: str) -> Callable[[dict[str, str]], str]:
    return lambda key: json.dumps({each: value for each, value in key.items() if each != name})


def with_key(text: Any) -> Callable[[dict[str, str]], str]:  # noqa: ANN401 - whatever a file could hold
    return lambda key: json.dumps({**key, "private_key": text(key["private_key"]) if callable(text) else text})


KEY_FILES: dict[str, tuple[Callable[[dict[str, str]], str], str]] = {
    "empty": (lambda _: "", "is empty."),
    "a blank": (lambda _: " \n", "is empty."),
    "the private key alone": (lambda key: key["private_key"], "holds the private key alone, not the whole JSON file."),
    "the private key's lines": (
        lambda key: key["private_key"].partition("\n")[2],
        "holds the private key alone, not the whole JSON file.",
    ),
    "cut off": (lambda key: json.dumps(key)[:-100], "is not JSON: its end is missing."),
    "a web page": (lambda _: "<html>Sign in</html>", "is not JSON"),
    "a list": (lambda key: json.dumps([key]), "is not a service account's key"),
    "an OAuth client": (lambda key: json.dumps({"installed": key | {"type": None}}), "is not a service account's key"),
    "a person's credentials": (lambda key: json.dumps(key | {"type": "authorized_user"}), "is not a service account's"),
    "no private key": (without("private_key"), "is damaged"),
    "no e-mail": (without("client_email"), "is damaged"),
    "no token address": (without("token_uri"), "is damaged"),
    "a private key cut short": (with_key(lambda text: text[:800]), "is damaged"),
    "a private key with a letter changed": (with_key(lambda text: text.replace("A", "B", 40)), "is damaged"),
    "a private key that is null": (with_key(None), "is damaged"),
    "a private key that is a number": (with_key(5), "is damaged"),
}


@pytest.mark.parametrize(("written", "says"), KEY_FILES.values(), ids=KEY_FILES)
async def test_a_key_file_that_is_none_is_named_with_how_to_get_one(
    google: Google, written: Callable[[dict[str, str]], str], says: str
) -> None:
    google.key_file.write_text(written(google.account.key()), encoding="utf-8")

    with pytest.raises(SheetSetupError) as caught:
        google.sheet()

    message = str(caught.value)
    assert message.startswith(f"GOOGLE_APPLICATION_CREDENTIALS {google.key_file} {says}")
    assert "IAM & Admin > Service Accounts > Keys" in message
    google.assert_no_secret(caught.value)
    assert google.sheets.requests == []


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-le with its mark"])
async def test_a_key_file_is_read_in_whatever_form_an_editor_saved_it(google: Google, coding: str) -> None:
    text = json.dumps(google.account.key(), indent=2)
    mark = "\ufeff" if "with its mark" in coding else ""
    google.key_file.write_bytes((mark + text).encode(coding.split(maxsplit=1)[0]))

    await google.read(google.sheet())


@pytest.mark.parametrize("line_break", ["\\\\n", "\n"], ids=["two characters", "opened by a shell"])
async def test_a_key_is_taken_however_its_line_breaks_are_written(google: Google, line_break: str) -> None:
    # In JSON a line break is a backslash and an n; here there is one backslash more, or the break itself.
    text = json.dumps(google.account.key()).replace("\\n", line_break)
    given = GoogleSheet(key_file=HiddenText(text), spreadsheet_id=google.book.id, base_url=google.sheets.address)

    await google.read(given)


async def test_a_copy_of_the_example_is_named_as_one(google: Google) -> None:
    example = ROOT / "credentials.example.json"
    google.key_file.write_bytes(example.read_bytes())

    with pytest.raises(SheetSetupError, match=r"is a copy of credentials\.example\.json, which holds no key\. Create"):
        google.sheet()


async def test_a_missing_key_file_is_named_with_how_to_get_one(google: Google) -> None:
    google.key_file.unlink()

    with pytest.raises(SheetSetupError, match=r"GOOGLE_APPLICATION_CREDENTIALS .*key\.json does not exist\. Create"):
        google.sheet()


async def test_a_key_file_that_is_a_folder_or_binary_is_no_crash(google: Google) -> None:
    google.key_file.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SheetSetupError, match="is not JSON"):
        google.sheet()
    google.key_file.unlink()
    google.key_file.mkdir()
    with pytest.raises(SheetSetupError, match="cannot be read: Is a directory"):
        google.sheet()


async def test_a_revoked_key_is_named_before_and_after_the_first_token(google: Google) -> None:
    used = google.sheet()
    await google.read(used)
    google.account.revoke()

    for sheet in (used, google.sheet()):
        with pytest.raises(SheetSetupError, match="does not accept the key") as caught:
            await google.write(sheet)
        assert google.account.email in str(caught.value)
        assert "make a new one" in str(caught.value)
        google.assert_no_secret(caught.value)


async def test_a_new_key_in_the_files_place_is_used_without_a_restart(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    google.account.revoke()
    with pytest.raises(SheetSetupError, match="does not accept the key"):
        await google.read(sheet)

    google.key_file.write_text("half of it", encoding="utf-8")
    with pytest.raises(SheetSetupError, match="is not JSON"):
        await google.read(sheet)
    successor = google.sheets.new_account(private_key())
    google.book.share(successor.email)
    successor.write_key(google.key_file)

    await google.read(sheet)
    assert sheet.account == successor.email


async def test_a_key_of_a_deleted_account_is_named_as_one(google: Google) -> None:
    stranger = google.account.key() | {"client_email": "gone@sandbox-project.iam.gserviceaccount.com"}
    google.key_file.write_text(json.dumps(stranger), encoding="utf-8")

    with pytest.raises(SheetSetupError, match=r"does not accept the key of gone@.*account not found"):
        await google.read()


async def test_a_token_that_expires_early_is_renewed_without_anyone_noticing(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    now = google.sheets.clock()
    google.sheets.clock = lambda: now + 3605  # only at Google: the client still believes in its token

    await google.read(sheet)

    statuses = [(request.path == "/token", request.status) for request in google.sheets.requests]
    assert statuses == [(True, 200), (False, 200), (False, 401), (True, 200), (False, 200)]


@pytest.mark.parametrize(("off", "says"), [(90_000, "1d 0h [0-9]+m behind"), (-4000, "1h 6m ahead of")])
async def test_a_wrong_clock_is_named_with_how_wrong_it_is(google: Google, off: int, says: str) -> None:
    now = google.sheets.clock()
    google.sheets.clock = lambda: now + off

    with pytest.raises(SheetSetupError, match=rf"clock is {says} Google's, .* Set the clock"):
        await google.read()
