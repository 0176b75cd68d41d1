"""What every unit test runs under: Hypothesis tries the same examples each time, so a run can be repeated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from tracker.store import Store

EXAMPLES = "EXAMPLES"
"""Names how many examples a law is tried with; `./scripts/test --fast` tries fewer."""

hypothesis.settings.register_profile(
    "unit", derandomize=True, deadline=None, database=None, max_examples=int(os.environ.get(EXAMPLES, "40"))
)
hypothesis.settings.load_profile("unit")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store in the test's folder."""
    with closing(Store.open(tmp_path)) as store:
        yield store
