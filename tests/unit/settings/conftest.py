"""What the tests of settings run under: nothing is set, and a way to load what a test sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.required_settings import REQUIRED, Load
from tracker.settings import Settings, load


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working directory, and none of the settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the required settings and these."""

    def load_with(**environment: str) -> Settings:
        for name, value in (REQUIRED | environment).items():
            monkeypatch.setenv(name, value)
        return load(Settings)

    return load_with
