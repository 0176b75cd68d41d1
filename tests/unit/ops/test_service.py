"""The unit file of systemd is one that systemd understands, and locks the bot in."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
UNIT = ROOT / "scripts/support-tracker.service"
EXPOSURE = 15
"""The highest that is allowed, in tenths; systemd calls 0 to 19 OK and 100 the worst."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that has an environment, as the units want it."""
    programs = tmp_path / "checkout" / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    return tmp_path / "checkout"


@pytest.fixture
def unit(tmp_path: Path, checkout: Path) -> Path:
    """The unit file, for this checkout instead of one in /opt."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/support-tracker", str(checkout)), encoding="utf-8")
    return copy


def analyzed(*arguments: str | Path) -> tuple[int, str]:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    command = [analyze, "--no-pager", *arguments]
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603
    return done.returncode, done.stdout


NEWER = ("RestartSteps", "RestartMaxDelaySec")
"""Known to systemd from version 254 on; older ones say so, and leave them out."""


def complaints(unit: Path) -> tuple[int, list[str]]:
    code, report = analyzed("verify", unit)
    return code, [line for line in report.splitlines() if not any(f"'{name}'" in line for name in NEWER)]


def test_systemd_finds_nothing_to_complain_of_in_the_unit(unit: Path) -> None:
    assert complaints(unit) == (0, [])


def test_systemd_finds_nothing_to_complain_of_in_the_unit_of_a_persons_own_folder(
    tmp_path: Path, checkout: Path
) -> None:
    text = (ROOT / "scripts/support-tracker.user.service").read_text(encoding="utf-8")
    unit = tmp_path / "support-tracker.service"
    unit.write_text(text.replace("@FOLDER@", str(checkout)), encoding="utf-8")
    assert complaints(unit) == (0, [])


@pytest.mark.parametrize(
    ("has_environment", "systemctl", "says"),
    [
        (False, "exit 0", "yet. Make it: ./scripts/setup"),
        (True, "exit 1", " && export XDG_RUNTIME_DIR=/run/user/"),
    ],
    ids=["no .venv", "no bus of the user"],
)
def test_the_script_says_in_one_line_what_it_lacks_and_writes_nothing(
    tmp_path: Path,
    has_environment: bool,  # noqa: FBT001 - a column
    systemctl: str,
    says: str,
) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/user-service", tmp_path / "scripts")
    if has_environment:
        (tmp_path / ".venv/bin").mkdir(parents=True)
        (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/systemctl").write_text(f"#!/bin/sh\n{systemctl}\n", encoding="utf-8")
    (tmp_path / "bin/systemctl").chmod(0o755)
    done = subprocess.run(
        ["./scripts/user-service"],
        cwd=tmp_path,
        check=False,
        env={"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert says in line
    assert not (tmp_path / "home").exists()


def test_the_script_makes_a_service_of_whatever_folder_it_stands_in(tmp_path: Path) -> None:
    folder, programs, home = tmp_path / "My desk & 100%", tmp_path / "bin", tmp_path / "home"
    (folder / "scripts").mkdir(parents=True)
    programs.mkdir()
    for name in ("user-service", "support-tracker.user.service"):
        shutil.copy(ROOT / "scripts" / name, folder / "scripts")
    for name in ("systemctl", "loginctl"):
        (programs / name).write_text(f'#!/bin/sh\necho {name} "$@" >>"{tmp_path}/asked"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(  # noqa: S603 - the product's own script
        [folder / "scripts/user-service"],
        check=True,
        env={"PATH": path, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    assert (tmp_path / "asked").read_text(encoding="utf-8").splitlines() == [
        "systemctl --user show-environment",
        "systemctl --user daemon-reload",
        "systemctl --user enable --now support-tracker",
        "loginctl enable-linger",
    ]
    unit = home / ".config/systemd/user/support-tracker.service"
    assert f"WorkingDirectory={tmp_path}/My desk & 100%%\n" in unit.read_text(encoding="utf-8")
    assert complaints(unit) == (0, [])


def test_systemd_finds_the_bot_locked_in(unit: Path) -> None:
    code, report = analyzed("security", "--offline=true", f"--threshold={EXPOSURE}", unit)
    assert code == 0, report


def test_the_unit_relies_on_what_the_bot_promises() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # the names keep their case
    parser.read(UNIT, encoding="utf-8")
    service = parser["Service"]

    assert service["Type"] == "notify"
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")
    assert service["Environment"].split() == ["DATA_DIR=%S/support-tracker"]
    assert service["User"] == service["StateDirectory"] == "support-tracker"
