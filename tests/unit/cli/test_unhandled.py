"""A Python that cannot run the product is one line with the command that does it, not a traceback."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.cli.unhandled import is_command, wrong_python

ROOT = Path(__file__).parents[3]
LACKING = ModuleNotFoundError("No module named 'hikari'", name="hikari")
TOO_OLD = ImportError("cannot import name 'UTC' from 'datetime'", name="datetime")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a `.venv`, and the working directory there."""
    for name in ("scripts/setup", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("error", "version", "python", "line"),
    [
        pytest.param(
            LACKING,
            (3, 11),
            "/usr/bin/python3",
            (
                "This Python (/usr/bin/python3) lacks the package hikari. "
                "Use the checkout's own: .venv/bin/python -m tracker.doctor"
            ),
            id="another Python",
        ),
        pytest.param(
            TOO_OLD,
            (3, 10),
            "/usr/bin/python3",
            (
                "Python 3.10 (/usr/bin/python3) is too old: 3.11 or newer is needed. "
                "Use the checkout's own: .venv/bin/python -m tracker.doctor"
            ),
            id="an old Python",
        ),
        pytest.param(
            TOO_OLD,
            (3, 10),
            ".venv/bin/python",
            ("Python 3.10 ({python}) is too old: 3.11 or newer is needed. Set it up: rm -r .venv && ./scripts/setup"),
            id="a .venv of an old Python",
        ),
        pytest.param(
            LACKING,
            (3, 13),
            ".venv/bin/python",
            "This Python ({python}) lacks the package hikari. Set it up: ./scripts/setup",
            id="an unfinished .venv",
        ),
    ],
)
def test_a_python_that_cannot_run_it_is_one_line_with_the_fix(
    checkout: Path, error: ImportError, version: tuple[int, int], python: str, line: str
) -> None:
    path, doctor = checkout / python, str(checkout / "tracker" / "doctor.py")
    said = wrong_python(error, version=version, python=path, started_as=doctor, root=checkout)
    assert said == line.format(python=path)


def test_from_another_folder_the_fix_begins_with_the_checkouts(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    started = str(checkout / "tracker" / "__main__.py")
    said = wrong_python(LACKING, version=(3, 11), python=Path("/bin/python3"), started_as=started, root=checkout)
    assert str(said).endswith(f": cd {shlex.quote(str(checkout))} && .venv/bin/python -m tracker")


def test_without_a_venv_the_fix_is_to_set_it_up(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()
    said = wrong_python(LACKING, version=(3, 11), python=Path("/bin/python3"), started_as="-m", root=checkout)
    assert str(said).endswith("lacks the package hikari. Set it up: ./scripts/setup")


def test_outside_a_checkout_the_fix_is_to_install_it_again(tmp_path: Path) -> None:
    said = wrong_python(LACKING, version=(3, 11), python=Path("/bin/python3"), started_as="-m", root=tmp_path)
    assert "Install the support tracker again" in str(said)


def test_a_folder_that_is_gone_is_one_line_with_the_fix(tmp_path: Path) -> None:
    folder = tmp_path / "my desk"
    folder.mkdir()
    gone = f"import os, sys; os.rmdir('{folder}'); import tracker; os.getcwd()"
    ended = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", f"import sys; sys.argv = ['support-tracker']; {gone}"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PWD": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"The folder that you are in was deleted, or made anew; enter it again: cd '{folder}'\n"


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'tracker.nothing'", name="tracker.nothing"),
        ModuleNotFoundError("No module named '_sqlite3'", name="_sqlite3"),
        ImportError("cannot import name 'x' from 'hikari'", name="hikari"),
        ValueError("x"),
    ],
)
def test_another_error_is_left_to_its_traceback(checkout: Path, error: Exception) -> None:
    said = wrong_python(error, version=(3, 11), python=Path("/bin/python3"), started_as="-m", root=checkout)
    assert said is None


@pytest.mark.parametrize(
    ("started_as", "is_ours"),
    [
        ("-m", True),  # tracker, tracker.doctor, tracker.init_sheet and tracker.backfill alike
        ("/opt/support-tracker/.venv/bin/support-tracker", True),
        ("support-tracker-doctor", True),
        (r"support-tracker-backfill.exe", True),
        ("-c", False),
        ("", False),
        ("/usr/bin/pytest", False),
    ],
)
def test_commands_are_distinguished_from_programs_that_import_the_product(started_as: str, *, is_ours: bool) -> None:
    assert is_command(started_as) is is_ours
