"""`./scripts/setup` from a fresh checkout: it ends with the doctor, or with one line that says what is missing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELLS = ("bash", "env", "dirname", "cat", "cksum", "tr", "cp", "touch", "rm", "mkdir", "chmod")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a setup needs."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copytree(ROOT / "tracker", folder / "tracker", ignore=shutil.ignore_patterns("sandbox"))
    shutil.copy(ROOT / ".env.example", folder)
    return folder


def path_with(folder: Path, **programs: str) -> str:
    """A PATH of these scripts and what a shell script needs, and nothing else: above all no other Python, and no uv."""
    folder.mkdir()
    for name in SHELLS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name, text in programs.items():
        (folder / name).write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def setup(checkout: Path, path: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - the product's own script
        ["./scripts/setup", *arguments],
        cwd=checkout,
        env={"PATH": path, "HOME": str(checkout), "LANG": "C.UTF-8"},
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


def test_with_an_environment_it_makes_the_settings_and_ends_with_the_doctor(checkout: Path, tmp_path: Path) -> None:
    environment = checkout / ".venv/bin"
    environment.mkdir(parents=True)
    (environment / "python").write_text(f'#!/usr/bin/env bash\nexec {sys.executable} "$@"\n', encoding="utf-8")
    (environment / "python").chmod(0o755)
    of_pins = subprocess.check_output(["cksum"], input=(checkout / "scripts/requirements.txt").read_bytes())  # noqa: S607
    (checkout / f".venv/installed-{of_pins.decode().strip().replace(' ', '-')}").touch()

    code, printed = setup(checkout, path_with(tmp_path / "bin"))

    assert code == 0
    assert f"Made {checkout}/.env: fill in its first three lines" in printed
    assert "✗ DISCORD_TOKEN is not set." in printed
    assert stat.S_IMODE((checkout / ".env").stat().st_mode) == 0o600
    assert (checkout / ".env").read_bytes() == (ROOT / ".env.example").read_bytes()
    (checkout / ".env").write_text("SLA_TIMEOUT=soon\n", encoding="utf-8")
    code, printed = setup(checkout, os.fspath(tmp_path / "bin"))
    assert "Made" not in printed
    assert '"soon" is not a time span' in printed


def test_an_argument_sets_nothing_up(checkout: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin")
    for arguments, code in ((["--help"], 0), (["-v"], 2)):
        ended, printed = setup(checkout, path, *arguments)
        assert ended == code
        assert printed.startswith("Usage: ./scripts/setup, without anything behind it.")
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_is_one_line_with_the_fix(checkout: Path, tmp_path: Path) -> None:
    code, printed = setup(checkout, path_with(tmp_path / "bin", python3="exit 1"))
    assert code != 0
    assert (
        printed == "Python 3.11 or newer is needed, and none was found. Get it from https://www.python.org/downloads/\n"
    )


def test_a_venv_whose_python_is_gone_is_one_line_with_the_fix(checkout: Path, tmp_path: Path) -> None:
    own = checkout / ".venv/bin/python"
    own.parent.mkdir(parents=True)
    own.symlink_to(tmp_path / "python3.9")
    code, printed = setup(checkout, path_with(tmp_path / "bin"))
    line = f"The Python of {checkout}/.venv is gone. Make it anew: rm -r .venv && ./scripts/setup\n"
    assert (code, printed) == (1, line)


@pytest.mark.parametrize(
    ("python", "line"),
    [
        pytest.param(
            'mkdir -p .venv/bin && echo "exit 1" > .venv/bin/python && chmod +x .venv/bin/python',
            "{checkout}/.venv is not finished. Make it anew: rm -r .venv && ./scripts/setup",
            id="stopped half-way",
        ),
        pytest.param(
            'echo "Traceback"; echo "Error: [Errno 30] Read-only file system"; exit 1',
            "python3 cannot make {checkout}/.venv. Error: [Errno 30] Read-only file system",
            id="no room",
        ),
    ],
)
def test_an_environment_that_cannot_be_made_is_one_line_with_its_reason(
    checkout: Path, tmp_path: Path, python: str, line: str
) -> None:
    path = path_with(tmp_path / "bin", python3=f'if [ "$1" = -c ]; then exit 0; fi; {python}')
    code, printed = setup(checkout, path)
    assert (code, printed) == (1, f"{line.format(checkout=checkout)}\n")


def test_packages_that_do_not_come_are_one_line_with_what_to_look_at(checkout: Path, tmp_path: Path) -> None:
    made = 'mkdir -p .venv/bin && printf "#!/bin/sh\\n[ \\$1 = -c ]\\n" > .venv/bin/python && chmod +x .venv/bin/python'
    path = path_with(tmp_path / "bin", python3=f'if [ "$1" = -c ]; then exit 0; fi; {made}')
    code, printed = setup(checkout, path)
    assert code == 1
    assert "look at this machine's network, at HTTPS_PROXY" in printed.splitlines()[-1]


def test_a_venv_of_a_python_that_is_too_old_is_one_line_with_the_fix(checkout: Path, tmp_path: Path) -> None:
    own = checkout / ".venv/bin/python"
    own.parent.mkdir(parents=True)
    own.write_text("#!/usr/bin/env bash\nexit 1\n", encoding="utf-8")
    own.chmod(0o755)
    code, printed = setup(checkout, path_with(tmp_path / "bin", python3="exit 0"))
    assert (code, printed) == (
        1,
        "Python 3.11 or newer is needed, and .venv has another. Make it anew: rm -r .venv && ./scripts/setup\n",
    )


def test_a_python_without_its_venv_is_one_line_with_the_fix(checkout: Path, tmp_path: Path) -> None:
    python = 'if [ "$1" = -c ]; then exit 0; fi; echo "because ensurepip is not"; echo "available."; exit 1'
    code, printed = setup(checkout, path_with(tmp_path / "bin", python3=python))
    assert code != 0
    assert printed == "python3 cannot make an environment. On Debian and Ubuntu: sudo apt install python3-venv\n"
    assert not (checkout / ".venv").exists()
