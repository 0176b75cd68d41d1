"""What is about to be written, kept on disk until it is proved: a process that dies in between can be made up for."""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tracker.errors import StoreError
from tracker.sheet.recovery.mending import Unproved

_log = logging.getLogger(__name__)

_FILE = "sheet-write.json"
_FORM = TypeAdapter(Unproved)


class Journal:
    """One `Unproved`, or none, in a file of the data folder beside the store, whose lock guards it.

    The file is replaced as a whole, so it is never half written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._kept = _read(self._path)

    def kept(self) -> Unproved | None:
        """What has not been proved yet."""
        return self._kept

    def keep(self, unproved: Unproved) -> None:
        """Keep this instead of what was kept.

        Raises:
            StoreError: it cannot be written.
        """
        new = self._path.with_suffix(".new")
        try:
            new.write_bytes(_FORM.dump_json(unproved))
            new.replace(self._path)
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be written: {error.strerror}.",
                "See that the disk has room and that the bot may write there; nothing is written to the sheet before "
                "that.",
            ) from error
        self._kept = unproved

    def clear(self) -> None:
        """Everything is proved."""
        self._path.unlink(missing_ok=True)
        self._kept = None


def _read(path: Path) -> Unproved | None:
    try:
        return _FORM.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        _log.error("%s is damaged and left out: what the last write hit by mistake, if anything, stays.", path)
        return None
