"""Access to the sheet that was there a moment ago: a first refusal may pass by itself, a second one is for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.google_book import Google
from tests.support.keys import private_key
from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets.errors import invalid_credentials
from tracker.sheet.api.client import GoogleSheet


async def refused(google: Google, sheet: GoogleSheet, *, write: bool) -> SheetError:
    with pytest.raises(SheetError) as caught:
        await (google.write(sheet) if write else google.read(sheet))
    return caught.value


def unshare(google: Google) -> None:
    google.book.unshare(google.account.email)


def make_viewer(google: Google) -> None:
    google.book.share(google.account.email, role="reader")


def lose(google: Google) -> None:
    google.sheets.forget(google.book.id)


def deny_tokens(google: Google) -> None:
    refusal = invalid_credentials("x")
    google.sheets.faults.append(Fault(path="^/v4/", outcome=refusal.response, times=None))


LOST: dict[str, tuple[Callable[[Google], None], bool, str]] = {
    "401": (deny_tokens, False, "sheet.sign_in"),
    "403": (unshare, False, "sheet.shared"),
    "403 for writes": (make_viewer, True, "sheet.editable"),
    "404": (lose, False, "sheet.found"),
}


@pytest.mark.parametrize(("cause", "write", "check"), LOST.values(), ids=LOST)
async def test_a_refusal_of_what_worked_a_moment_ago_is_believed_after_a_second_look(
    google: Google,
    cause: Callable[[Google], None],
    write: bool,  # noqa: FBT001 - pytest hands it in
    check: str,
) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    await google.write(sheet)
    cause(google)

    first = await refused(google, sheet, write=write)
    second = await refused(google, sheet, write=write)
    third = await refused(google, sheet, write=write)

    assert isinstance(first, SheetUnavailable)
    assert "allowed a moment ago" in str(first)
    assert isinstance(second, SheetSetupError)
    assert second.check == first.check == check
    assert second.what in str(first)
    assert str(third) == str(second)


async def test_a_success_in_between_makes_the_next_refusal_a_first_one_again(google: Google) -> None:
    sheet = google.sheet()
    for _ in range(2):
        google.book.share(google.account.email)
        await google.read(sheet)
        unshare(google)
        assert isinstance(await refused(google, sheet, write=False), SheetUnavailable)


async def test_reading_in_between_does_not_hide_that_writing_is_refused(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    await google.write(sheet)
    make_viewer(google)

    first = await refused(google, sheet, write=True)
    await google.read(sheet)

    assert isinstance(first, SheetUnavailable)
    assert isinstance(await refused(google, sheet, write=True), SheetSetupError)


async def test_a_new_key_has_to_show_first_what_it_may_do(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    google.account.revoke()
    assert isinstance(await refused(google, sheet, write=False), SheetSetupError)
    google.sheets.new_account(private_key()).write_key(google.key_file)  # with which nothing is shared yet

    meant = await refused(google, sheet, write=False)

    assert isinstance(meant, SheetSetupError)
    assert meant.check == "sheet.shared"


async def test_a_token_that_is_refused_again_and_again_costs_few_requests(google: Google) -> None:
    deny_tokens(google)

    await refused(google, google.sheet(), write=False)

    assert [request.path == "/token" for request in google.sheets.requests] == [True, False, True, False]
