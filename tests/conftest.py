"""What all tests run under."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later search for garbage: it stays, and to go through it takes a while."""
    gc.collect()
    gc.freeze()
