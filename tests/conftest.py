"""What all tests run under."""

from __future__ import annotations

import gc

from coverage import Coverage


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later search for garbage: it stays, and to go through it takes a while."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Keep what `./scripts/test --coverage` has measured now: a worker that takes long to end is killed."""
    measured = Coverage.current()
    if measured is not None:
        measured.save()
