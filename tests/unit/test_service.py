"""The unit file of systemd is one that systemd understands, and locks the bot in."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "scripts/support-tracker.service"
EXPOSURE = 15
"""The highest that is allowed, in tenths; systemd calls 0 to 19 OK and 100 the worst."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit file, for this checkout instead of one in /opt."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/support-tracker", str(ROOT)), encoding="utf-8")
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


def test_systemd_finds_nothing_to_complain_of_in_the_unit_of_a_persons_own_folder(tmp_path: Path) -> None:
    text = (ROOT / "scripts/support-tracker.user.service").read_text(encoding="utf-8")
    unit = tmp_path / "support-tracker.service"
    unit.write_text(text.replace("@FOLDER@", str(ROOT)), encoding="utf-8")
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
