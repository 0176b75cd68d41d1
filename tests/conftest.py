"""What all tests run under."""

from __future__ import annotations

import gc

import pytest
from coverage import Coverage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first: nothing of it is still under way when all the rest is done."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_configure() -> None:
    """Search for no garbage while the tests are imported: there is none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later search for garbage: it stays, and to go through it takes a while."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Keep what `./scripts/test --coverage` has measured now: a worker that takes long to end is killed."""
    measured = Coverage.current()
    if measured is not None:
        measured.save()
