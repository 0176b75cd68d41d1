"""Set-ups in which the bot cannot sign in at Google: the key, its account, this machine's clock, the way there.

The doctor names exactly that; the bot ends over what only a person can put right, and goes on where Google may be back.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from aiohttp import web

from tests.support.breaks import ON_WITHOUT_GOOGLE, Break, clock_off_by, fault
from tests.support.setups import Broken, SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault

pytest_plugins = ("tests.support.setup_fixtures",)

NEW_KEY = "IAM & Admin > Service Accounts > Keys"


def key_file(written: Callable[[dict[str, str]], str]) -> Break:
    """What somebody saved in the key file's place."""

    def save(desk: LocalDesk) -> None:
        (desk.folder / "credentials.json").write_text(written(desk.account.key()), encoding="utf-8")

    return save


def key_is_a_folder(desk: LocalDesk) -> None:
    (desk.folder / "credentials.json").unlink()
    (desk.folder / "credentials.json").mkdir()


BROKEN = [
    Broken(
        name="the key file is missing",
        breaks=lambda desk: (desk.folder / "credentials.json").unlink(),
        id="sheet.key_file",
        says="credentials.json does not exist",
        fix=NEW_KEY,
        ends=1,
        line="credentials.json does not exist",
    ),
    Broken(
        name="the key file is a folder",
        breaks=key_is_a_folder,
        id="sheet.key_file",
        says="cannot be read: Is a directory",
        fix="It is a folder: put the file in its place.",
        ends=1,
        line="cannot be read: Is a directory",
    ),
    Broken(
        name="the key file is cut off",
        breaks=key_file(lambda key: json.dumps(key)[:-100]),
        id="sheet.key",
        says="is not JSON",
        fix=NEW_KEY,
        ends=1,
        line="is not JSON",
    ),
    Broken(
        name="the key file is that of an OAuth client",
        breaks=key_file(lambda key: json.dumps({"installed": {"client_id": key["client_id"], "client_secret": "x"}})),
        id="sheet.key",
        says="but that of an OAuth client",
        fix=NEW_KEY,
        ends=1,
        line="but that of an OAuth client",
    ),
    Broken(
        name="the key file is an API key",
        breaks=key_file(lambda _: "AIzaSyA-not-a-real-key\n"),
        id="sheet.key",
        says="is an API key",
        fix=NEW_KEY,
        ends=1,
        line="is an API key",
    ),
    Broken(
        name="the key file is what gcloud shows of an API key",
        breaks=key_file(lambda _: json.dumps({"keyString": "AIzaSyA-not-a-real-key", "name": "projects/1/keys/2"})),
        id="sheet.key",
        says="but an API key",
        fix=NEW_KEY,
        ends=1,
        line="but an API key",
    ),
    Broken(
        name="the key file is a person's",
        breaks=key_file(lambda key: json.dumps({"type": "authorized_user", "client_id": key["client_id"]})),
        id="sheet.key",
        says='"type" is not "service_account"',
        fix=NEW_KEY,
        ends=1,
        line='"type" is not "service_account"',
    ),
    Broken(
        name="the private key cannot sign",
        breaks=key_file(lambda key: json.dumps({**key, "private_key": key["private_key"][:800]})),
        id="sheet.key",
        says="its private key is broken",
        fix=NEW_KEY,
        ends=1,
        line="its private key is broken",
    ),
    Broken(
        name="the key was revoked",
        breaks=lambda desk: desk.account.revoke(),
        id="sheet.sign_in",
        says="Google does not accept the key of tracker-1@",
        fix="make a new one in the Google Cloud console",
        ends=1,
        line="Google does not accept the key of tracker-1@",
    ),
    Broken(
        name="the service account was deleted",
        breaks=key_file(lambda key: json.dumps({**key, "client_email": "gone@sandbox-project.example"})),
        id="sheet.sign_in",
        says="account not found",
        fix="make a new one in the Google Cloud console",
        ends=1,
        line="account not found",
    ),
    Broken(
        name="the clock is ahead",
        breaks=clock_off_by(4000),
        id="sheet.clock",
        says="clock is 1h 6m ahead of Google's",
        fix="sudo timedatectl set-ntp true",
        ends=1,
        line="clock is 1h 6m ahead of Google's",
    ),
    Broken(
        name="the clock is behind",
        breaks=clock_off_by(-90_030),
        id="sheet.clock",
        says="clock is 1d 1h 0m behind Google's",
        fix="sudo timedatectl set-ntp true",
        ends=1,
        line="clock is 1d 1h 0m behind Google's",
    ),
    Broken(
        name="nobody is at the sign-in's address",
        breaks=key_file(lambda key: json.dumps({**key, "token_uri": "http://127.0.0.1:9/token"})),
        id="sheet.sign_in",
        says="sign-in service could not be reached",
        fix="See that this machine can reach http://127.0.0.1:9/token ",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="a network's welcome page answers the sign-in",
        breaks=fault(Fault(path="^/token$", outcome=lambda: web.Response(text="<html>Welcome"), times=None)),
        id="sheet.reach",
        says="Something between the bot and Google Sheets answered",
        fix="See that this machine can reach http://127.0.0.1",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_what_keeps_the_bot_from_its_work_is_named_with_its_fix(set_up: SetUp, broken: Broken) -> None:
    lines = set_up.expect(broken)

    if broken.ends:
        assert all(line.startswith("ERROR ") and broken.says in line and broken.fix in line for line in lines), lines
