"""The README's commands work: each is run here as it stands there, or by the test that `readme_commands.py` names."""

from __future__ import annotations

import ast
import asyncio
import configparser
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests.e2e.test_running import free_port
from tests.support.pages import README, ROOT, TEXTS
from tests.support.readme_commands import DOCUMENTS, HERE, PROOFS, Proof, commands
from tests.support.sandbox_command import SandboxCommand
from tests.support.steps import opened
from tracker.sandbox.desk import LocalDesk
from tracker.store import Store

UNIT = ROOT / "scripts/support-tracker.service"


@cache
def strings_in(test: str) -> set[str]:
    """Every text in the code of a test of this file."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [part for node in found if node.name == test for part in ast.walk(node)]
    return {part.value for part in inside if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_command_has_a_proof_and_every_proof_a_command() -> None:
    assert commands() == PROOFS.keys()


def test_each_named_test_is_there_and_runs_its_command() -> None:
    assert [command for command, proof in PROOFS.items() if not is_run(command, proof)] == []


def is_run(command: str, proof: Proof) -> bool:
    """Whether the test is there and has in it what shows that it runs the command."""
    file, _, name = proof.test.partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    words = proof.words or ("" if proof.only else command)
    shown = words in source if f"{file}::" != HERE else not words or words in strings_in(name)
    return shown and re.search(rf"^(async )?def {name}\(", source, re.MULTILINE) is not None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing was done yet but to install the packages, which are those of this one."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copy(ROOT / ".env.example", tmp_path)
    (tmp_path / "tracker").symlink_to(ROOT / "tracker")
    (tmp_path / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (tmp_path / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    # As scripts/environment.sh notes what it has installed.
    for file in ("scripts/requirements.txt", "scripts/requirements-sandbox.txt"):
        bash(f'touch ".venv/installed-$(cksum < {file} | tr " " "-")"', cwd=tmp_path)
    return tmp_path


def bash(*lines: str, cwd: Path, places: dict[str, str] | None = None) -> str:
    """What these commands print, one after the other without sudo, at other `places` than the README names."""
    script = "\n".join(re.sub(r"^sudo ", "", line) for line in lines)
    for place, other in (places or {}).items():
        script = script.replace(place, other)
    done = subprocess.run(  # noqa: S603
        ["bash", "-euc", script],  # noqa: S607
        cwd=cwd,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


async def started(desk: LocalDesk, command: str) -> asyncio.subprocess.Process:
    """A command as a person types it in the checkout."""
    environment = {name: value for name, value in desk.command_environment.items() if name != "PYTHONPATH"}
    return await asyncio.create_subprocess_exec(
        *("bash", "-c", f"exec {command}"),
        cwd=desk.folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def run(desk: LocalDesk, command: str, *, code: int = 0) -> str:
    """What the command prints until it ends."""
    process = await started(desk, command)
    output, _ = await process.communicate()
    assert process.returncode == code, output.decode()
    return output.decode()


def fill_in(file: Path, settings: dict[str, str]) -> None:
    """Write the values behind the names that stand there."""
    text = file.read_text(encoding="utf-8")
    for name, value in settings.items():
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, name
    file.write_text(text, encoding="utf-8")


async def test_from_a_checkout_to_the_first_row(checkout: Path, bare_desk: LocalDesk) -> None:
    desk, world = bare_desk, bare_desk.world
    old, older = (
        world.open_thread(desk.forum, desk.customer, f"Of {at:%d %B}", at=at)
        for at in (datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 1, 30, 12, tzinfo=UTC))
    )
    for thread in (old, older):
        world.archive(thread, at=thread.created_at)

    # In a thread, so that the local Google can answer the doctor.
    printed = await asyncio.to_thread(bash, "./scripts/setup", "chmod 600 credentials.json", cwd=checkout)
    assert [stat.S_IMODE((checkout / name).stat().st_mode) for name in (".env", "credentials.json")] == [0o600, 0o600]
    should_see = re.findall(r"^You should see .*$", TEXTS[README], re.MULTILINE)
    of_doctor, of_bot = (re.findall(r"`([^`]+)`", line) for line in should_see)
    assert [words for words in of_doctor if words not in printed] == []
    port = free_port()
    fill_in(checkout / ".env", desk.settings | {"HEALTH_PORT": port})

    printed = await run(desk, ".venv/bin/python -m tracker.doctor", code=1)
    (wrong,) = [line for line in printed.splitlines() if "✗" in line]
    assert 'has no tab "Support Tickets"' in wrong
    await run(desk, ".venv/bin/python -m tracker.init_sheet")
    printed = await run(desk, ".venv/bin/python -m tracker.doctor --send-test")
    assert printed.count("A row was added") == printed.count("a message was posted") == 1

    bot = await started(desk, ".venv/bin/python -m tracker")
    try:
        await desk.discord.gateway.ready()
        (thread,) = await opened(desk, "First")
        assert desk.rows()[thread.id]["title"] == "First"
        if shutil.which("curl"):
            printed = await run(desk, "curl http://127.0.0.1:8780/healthz".replace("8780", port))
            assert '"healthy": true' in printed
    finally:
        bot.send_signal(signal.SIGINT)
        output, _ = await bot.communicate()
    assert bot.returncode == 0
    assert "Stopped." in output.decode()
    assert [words for words in of_bot if words not in output.decode()] == []

    await run(desk, ".venv/bin/python -m tracker.backfill --since 2026-01-31")
    assert desk.rows().keys() == {thread.id, old.id}


async def test_the_sandbox_opens_from_a_fresh_checkout(checkout: Path, tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    nothing, to_stdout = asyncio.subprocess.DEVNULL, asyncio.subprocess.STDOUT
    with printed.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            "./scripts/sandbox",
            cwd=checkout,
            env={**os.environ, "BROWSER": "true"},  # a command that opens nothing
            stdin=nothing,
            stdout=output,
            stderr=to_stdout,
        )
    command = SandboxCommand(process=process, printed=printed)
    try:
        await command.until_open()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", command.address)
    finally:
        code = await command.stop(signal.SIGHUP)  # the terminal is closed
    assert code == 0


def test_python_makes_an_environment(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".env.example", tmp_path)
    bash("cp .env.example .env", "chmod 600 .env", cwd=tmp_path)
    bash("python3 -m venv .venv".replace("venv ", "venv --without-pip "), cwd=tmp_path)
    bash(".venv/bin/python -c 'import sys; assert sys.version_info >= (3, 11)'", cwd=tmp_path)


def test_every_package_that_is_needed_is_pinned_with_its_hashes() -> None:
    pip = f"{sys.executable} -m pip install --no-index --dry-run --quiet --disable-pip-version-check"
    bash(f"{pip} --require-hashes -r scripts/requirements.txt", cwd=ROOT)


def test_each_script_starts_a_command_that_knows_the_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for script in ("chaos", "bench"):
        last = (ROOT / "scripts" / script).read_text(encoding="utf-8").splitlines()[-1]
        module = last.removeprefix("exec python -m ").removesuffix(' "$@"')
        monkeypatch.setattr(sys, "argv", [script, "--help"])
        with pytest.raises(SystemExit):
            import_module(f"{module}.__main__").main()
        known = capsys.readouterr().out
        options = {word for command in PROOFS if f"scripts/{script} " in command for word in command.split()[1:]}
        assert options
        assert [word for word in options if word.startswith("--") and f"{word} " not in known] == []
    for path in (ROOT / "scripts").iterdir():
        if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash"):
            assert os.access(path, os.X_OK)
            bash(f"bash -n {path}", cwd=ROOT)
    assert (ROOT / "tests/unit").is_dir()


def test_what_root_is_asked_to_do_fits_the_unit() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # the names keep their case
    parser.read(UNIT, encoding="utf-8")
    service, of_readme = parser["Service"], commands()

    user, folder, state = service["User"], service["WorkingDirectory"], f"/var/lib/{service['StateDirectory']}"
    assert f"sudo useradd --system --home-dir {state} --shell /usr/sbin/nologin {user}" in of_readme
    assert f"sudo chown root:{user} {folder}/.env {folder}/credentials.json" in of_readme
    assert f"sudo chown -R {user}: {state}" in of_readme
    assert f"sudo git clone ADDRESS {folder}" in of_readme
    assert service["ExecStart"] == f"{folder}/.venv/bin/python -m tracker"
    assert service["Environment"].split()[0] == "DATA_DIR=%S/support-tracker"
    assert f"Set `DATA_DIR={state}` in" in DOCUMENTS
    of_systemd = {command.split()[-1] for command in of_readme if re.search(r"systemctl \w+ .*\w", command)}
    assert of_systemd == {UNIT.stem}
    above = re.findall(r"^#   (.+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert above
    assert [command for command in above if command not in of_readme] == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_clone_has_what_the_next_steps_need(tmp_path: Path) -> None:
    origin, here = tmp_path / "origin", tmp_path / "here"
    here.mkdir()
    shutil.copytree(ROOT / "scripts", origin / "scripts")
    shutil.copy(ROOT / ".env.example", origin)
    git = f"git -C {origin} -c user.name=A -c user.email=a@localhost"
    bash(f"{git} init", f"{git} add .", f"{git} commit -m First", cwd=origin)
    lines = ("git clone ADDRESS support-tracker", "cd support-tracker", "cp .env.example .env", "ls -a . scripts")
    left = bash(*lines, cwd=here, places={"ADDRESS": str(origin)})
    assert {".env", "requirements.txt"} <= set(left.split())


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_checkout_of_the_service_is_laid_out_and_brought_up_to_date(tmp_path: Path) -> None:
    origin, here, opt, units = (tmp_path / name for name in ("origin", "here", "opt", "systemd"))
    git = f"git -C {origin} -c user.name=A -c user.email=a@localhost"
    for folder in (origin, here, opt, units):
        folder.mkdir()
    for name in (".env", "credentials.json"):
        (here / name).write_text(name, encoding="utf-8")
    shutil.copytree(ROOT / "scripts", origin / "scripts")
    bash(f"{git} init", f"{git} add .", f"{git} commit -m First", cwd=origin)

    places = {"/opt/": f"{opt}/", "ADDRESS": str(origin), "/etc/systemd/system": str(units)}
    bash(
        "sudo git clone ADDRESS /opt/support-tracker",
        "sudo cp .env credentials.json /opt/support-tracker/",
        "sudo chmod 640 /opt/support-tracker/.env /opt/support-tracker/credentials.json",
        "sudo cp /opt/support-tracker/scripts/support-tracker.service /etc/systemd/system/",
        cwd=here,
        places=places,
    )
    checkout = opt / "support-tracker"
    assert stat.S_IMODE((checkout / ".env").stat().st_mode) == 0o640
    assert (checkout / "credentials.json").read_text(encoding="utf-8") == "credentials.json"
    assert (units / UNIT.name).read_bytes() == UNIT.read_bytes()

    (origin / "newer").write_text("newer", encoding="utf-8")
    bash(f"{git} add .", f"{git} commit -m Second", cwd=origin)
    bash("cd /opt/support-tracker", "sudo git pull", cwd=here, places=places)
    assert (checkout / "newer").exists()
    assert (checkout / ".env").exists()


def test_a_backup_is_made_and_put_back(tmp_path: Path) -> None:
    data = tmp_path / "lib/support-tracker"
    places = {"/var/lib": str(tmp_path / "lib"), "2026-01-31": "$(date +%F)"}
    with closing(Store.open(data)) as store:
        store.facts.set("note", "saved")
    bash("sudo tar -czf support-tracker-$(date +%F).tar.gz -C /var/lib support-tracker", cwd=tmp_path, places=places)
    with closing(Store.open(data)) as store:
        store.facts.set("note", "later")
    (data / "sheet-write.json").write_text("later", encoding="utf-8")
    bash("sudo find /var/lib/support-tracker -mindepth 1 -delete", cwd=tmp_path, places=places)
    assert list(data.iterdir()) == []
    bash("sudo tar -xzf support-tracker-2026-01-31.tar.gz -C /var/lib", cwd=tmp_path, places=places)
    with closing(Store.open(data)) as store:
        assert store.facts.find("note") == "saved"
    assert not (data / "sheet-write.json").exists()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the command sqlite3 is not installed")
def test_the_store_is_saved_while_the_bot_runs_and_put_back(tmp_path: Path) -> None:
    data, backups = tmp_path / "lib/support-tracker", tmp_path / "backups"
    backups.mkdir()
    places = {"/var/lib": str(tmp_path / "lib"), "/var/backups": str(backups)}
    with closing(Store.open(data)) as store:
        store.facts.set("note", "saved")
        bash(
            "sudo sqlite3 /var/lib/support-tracker/tracker.sqlite3 \".backup '/var/backups/tracker.sqlite3'\"",
            cwd=tmp_path,
            places=places,
        )
        store.facts.set("note", "later")
    shutil.rmtree(data)
    data.mkdir()
    bash("sudo cp /var/backups/tracker.sqlite3 /var/lib/support-tracker/tracker.sqlite3", cwd=tmp_path, places=places)
    with closing(Store.open(data)) as store:
        assert store.facts.find("note") == "saved"
