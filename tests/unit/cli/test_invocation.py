"""Commands in messages can be pasted where the process that says them was started."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracker
from tracker.cli.invocation import Start

PACKAGE = Path(tracker.__file__).parent
MODULE = str(PACKAGE / "__main__.py")
DESK = Path("/srv/desk")


def start(
    argument: str, *, python: str = "/usr/bin/python3", on_path: tuple[str, ...] = (), **environment: str
) -> Start:
    found = {Path(each).stem: each for each in on_path}
    return Start(argument=argument, python=python, folder=DESK, environment=environment, find=found.get)


@pytest.mark.parametrize(
    ("started", "doctor"),
    [
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python"), ".venv/bin/python -m tracker.doctor", id="checkout"
        ),
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python", on_path=("/srv/desk/.venv/bin/python",)),
            "python -m tracker.doctor",
            id="activated environment",
        ),
        pytest.param(
            start(MODULE, on_path=("/usr/bin/python3",)), "python3 -m tracker.doctor", id="the machine's Python"
        ),
        pytest.param(
            start(MODULE, python="/opt/my python/bin/python3"),
            "'/opt/my python/bin/python3' -m tracker.doctor",
            id="a folder with a blank",
        ),
        pytest.param(
            start("/usr/local/bin/support-tracker", on_path=("/usr/local/bin/support-tracker",)),
            "support-tracker doctor",
            id="installed",
        ),
        pytest.param(
            start("/usr/local/bin/support-tracker-init-sheet", on_path=("/usr/local/bin/support-tracker",)),
            "support-tracker doctor",
            id="another command of an installed package",
        ),
        pytest.param(
            start("/srv/desk/.venv/bin/support-tracker"), ".venv/bin/support-tracker doctor", id="not on the PATH"
        ),
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python", UV_RUN_RECURSION_DEPTH="1"),
            "uv run python -m tracker.doctor",
            id="uv",
        ),
        pytest.param(
            start("/srv/desk/.venv/bin/support-tracker", UV_RUN_RECURSION_DEPTH="1"),
            "uv run support-tracker doctor",
            id="uv, installed",
        ),
        pytest.param(
            start(MODULE, SUPPORT_TRACKER_COMMAND="docker compose run --rm support-tracker"),
            "docker compose run --rm support-tracker doctor",
            id="container",
        ),
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python", JOURNAL_STREAM="8:1"),
            "cd /srv/desk && .venv/bin/python -m tracker.doctor",
            id="service",
        ),
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python", SUPPORT_TRACKER_FOLDER="/home/mia"),
            "cd /srv/desk && .venv/bin/python -m tracker.doctor",
            id="a script from another folder",
        ),
        pytest.param(
            start(MODULE, python="/srv/desk/.venv/bin/python", SUPPORT_TRACKER_FOLDER="/srv/desk"),
            ".venv/bin/python -m tracker.doctor",
            id="a script from its own folder",
        ),
        pytest.param(start("/usr/bin/pytest"), "python -m tracker.doctor", id="another program"),
    ],
)
def test_a_command_is_named_as_this_one_was_started(started: Start, doctor: str) -> None:
    assert started.command("doctor") == doctor


def test_options_stand_behind_it() -> None:
    assert start("/usr/bin/pytest").command("init-sheet", "--dry-run") == "python -m tracker.init_sheet --dry-run"
