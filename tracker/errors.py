"""The errors of the product.

    TrackerError                 everything below; its text is a complete sentence for the person who runs the bot
    ├── SettingsError            settings that cannot be used: all of them, one line each
    ├── StoreError               the local store cannot be opened
    ├── DiscordSetupError        Discord refuses what the bot needs, until a person changes something
    └── SheetError               the sheet could not be read or written
        ├── SheetUnavailable     Google did not do it this time; trying again later is right
        │   └── QuotaUsedUp      because it was asked too often
        └── SheetSetupError      Google will not do it until a person changes something

A transient failure is retried; the others are shown to people together with their fix.
"""

from __future__ import annotations

import errno
import shlex
from pathlib import Path


class TrackerError(Exception):
    """Something a person can put right; `str(error)` says what is wrong and how.

    `what` is what is wrong, `fix` what a person does about it; None where `what` says both.
    """

    def __init__(self, what: str, fix: str | None = None) -> None:
        super().__init__(what if fix is None else f"{what} {fix}")
        self.what = what
        self.fix = fix


class SettingsError(TrackerError):
    """Settings are missing or cannot be understood; one line for each."""


class StoreError(TrackerError):
    """The local store cannot be opened or is in use by another process."""


class DiscordSetupError(TrackerError):
    """Discord refuses what the bot needs: the token, the forum, a permission."""


class SheetError(TrackerError):
    """The sheet could not be read or written. `check` is the id of the finding that the doctor makes of it."""

    def __init__(self, what: str, fix: str | None = None, *, check: str = "sheet.reach") -> None:
        super().__init__(what, fix)
        self.check = check


class SheetUnavailable(SheetError):  # noqa: N818 - named for the state people know, as Google names it
    """Google could not be reached or was busy. Whether a write was applied is unknown."""


class QuotaUsedUp(SheetUnavailable):
    """Google's quota of requests a minute is used up."""


class SheetSetupError(SheetError):
    """Something about the key, the sheet, the tab or its header has to be changed by a person."""


def fix_of(error: OSError, path: Path) -> str:
    """What a person does about a file that this machine does not let be read or written."""
    whole = shlex.quote(str(path.absolute()))
    if error.errno == errno.EACCES:
        return f"Let the user who runs this own it: sudo chown -R $(id -un) {whole}"
    if error.errno == errno.EISDIR:
        return "It is a folder: put the file in its place."
    return f"See what is there: ls -la {whole}"
