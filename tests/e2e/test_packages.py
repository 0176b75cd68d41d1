"""The packages: what is in them, what never is, and that a command of an installed one runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
MARK = "left by an installation"
PLANTED = (
    *(".env", "credentials.json", "data/tracker.sqlite3", "chaos-seed-1.jsonl", ".cache/npm", "notes.txt"),
    *("tracker/.env", "tracker/sandbox/credentials.json", "tracker/__pycache__/app.cpython-311.pyc", "scripts/.env"),
)
"""What an installation or a day's work leaves in a checkout."""
CALLED = """
import sys
from importlib.metadata import distributions

for distribution in distributions(path=sys.argv[1:]):
    for each in sorted(distribution.entry_points):
        called = each.load()
        assert sys.modules[called.__module__].__file__.startswith(sys.argv[1])
        print(f"{each.name}: {called.__module__}.{called.__name__}")
"""
"""Prints what each command of the packages in a folder calls."""


def run(*command: str | Path, cwd: Path, code: int = 0, **environment: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(  # noqa: S603
        command,
        cwd=cwd,
        env=kept | environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel and a source distribution, built without a network from a checkout in which somebody works."""
    checkout, packages = tmp_path_factory.mktemp("checkout") / "tracker", tmp_path_factory.mktemp("packages")
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".git", ".venv", ".cache", ".*_cache", "__pycache__"))
    for name in PLANTED:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(MARK, encoding="utf-8")
    run(sys.executable, "-m", "hatchling", "build", "--directory", packages, cwd=checkout)
    (wheel,) = packages.glob("*.whl")
    (source,) = packages.glob("*.tar.gz")
    return wheel, source


def sources(folder: str) -> set[str]:
    """The files of a folder of the checkout, as paths from its root, without what Python makes."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_the_wheel_has_the_product_with_the_sandboxs_page_and_nothing_else(built: tuple[Path, Path]) -> None:
    with ZipFile(built[0]) as wheel:
        contents = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    assert contents.keys() == sources("tracker")
    assert {"tracker/sandbox/page/static/index.html", "tracker/docs/troubleshooting.md"} <= contents.keys()
    assert all((ROOT / name).read_bytes() == content for name, content in contents.items())


def test_the_source_has_what_it_takes_to_build_test_and_run_it_and_nothing_secret(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[1]) as source:
        files = {member.name.partition("/")[2]: source.extractfile(member) for member in source if member.isfile()}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    beside = {"pyproject.toml", "README.md", ".env.example", "credentials.example.json", ".gitignore", "PKG-INFO"}
    assert contents.keys() == sources("tracker") | sources("tests") | sources("scripts") | beside
    assert [name for name, content in contents.items() if content == MARK.encode()] == []


def test_an_installed_wheel_brings_its_commands(built: tuple[Path, Path], tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", "--no-deps", "--quiet")
    run(*pip, "--no-compile", "--target", installed, built[0], cwd=elsewhere)

    assert {path.name for path in (installed / "bin").iterdir()} == {
        "support-tracker",
        "support-tracker-backfill",
        "support-tracker-doctor",
        "support-tracker-init-sheet",
    }
    printed = run(installed / "bin" / "support-tracker", cwd=elsewhere, code=2, PYTHONPATH=str(installed))
    no_file, *lines = printed.splitlines()
    assert no_file.startswith(f"There is no {elsewhere}/.env. ")
    assert {line.split()[0] for line in lines} == {"DISCORD_TOKEN", "SUPPORT_CHANNEL_ID", "SPREADSHEET_ID"}
    # The others are as this one but for what they call. It is taken from what was installed, in one process for all.
    printed = run(sys.executable, "-c", CALLED, installed, cwd=elsewhere, PYTHONPATH=str(installed))
    assert printed.splitlines() == [
        "support-tracker: tracker.__main__.command",
        "support-tracker-backfill: tracker.backfill.command",
        "support-tracker-doctor: tracker.doctor.main",
        "support-tracker-init-sheet: tracker.init_sheet.main",
    ]
