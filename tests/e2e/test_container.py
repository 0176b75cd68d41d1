"""The bot as `scripts/Dockerfile` has it: with what the image holds and sets; in a container, where docker runs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_running import free_port
from tests.support.steps import opened
from tracker.sandbox.desk import LocalDesk

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "scripts/Dockerfile").read_text(encoding="utf-8")).splitlines()
IMAGE = "support-tracker-under-test"
UID = "1000"


def instructions(name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in LINES if line.startswith(f"{name} ")]


def python(words: list[str]) -> list[str]:
    """The command with the Python of these tests in the place of the image's."""
    assert words[0] == "python"
    return [sys.executable, *words[1:]]


@pytest.mark.shipped_command
async def test_what_the_image_holds_is_enough_for_the_bot_and_for_the_question_how_it_is(
    desk: LocalDesk, tmp_path: Path
) -> None:
    image = tmp_path / "image"
    for *sources, target in map(str.split, instructions("COPY")):
        for source in sources:
            place = image / target / ("" if (ROOT / source).is_dir() else Path(source).name)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place)
    variables = dict(pair.split("=") for line in instructions("ENV") for pair in line.split())
    environment = {"PATH": os.environ["PATH"]} | variables | desk.settings
    environment |= {
        "DATA_DIR": str(tmp_path / "volume"),
        "GOOGLE_APPLICATION_CREDENTIALS": str(desk.folder / "credentials.json"),
        "HEALTH_PORT": free_port(),
    }
    (started,), (by_default,) = instructions("ENTRYPOINT"), instructions("CMD")
    bot = await asyncio.create_subprocess_exec(
        *python([*json.loads(started), *json.loads(by_default)]), cwd=image, env=environment
    )
    try:
        await desk.discord.gateway.ready()
        await opened(desk, "In a container")
        (check,) = instructions("HEALTHCHECK")
        asked = await asyncio.create_subprocess_exec(
            *python(json.loads(check.partition("CMD ")[2])), cwd=image, env=environment
        )
        assert await asked.wait() == 0
    finally:
        bot.terminate()
        code = await bot.wait()
    assert code == 0
    assert sorted(path.name for path in image.iterdir()) == ["scripts", "tracker"]  # also where nothing may be written


def docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE)  # noqa: S603, S607
    return done.stdout.strip()


def has_daemon() -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "version"], check=False, capture_output=True)  # noqa: S607
    return asked.returncode == 0


@pytest.mark.skipif(not has_daemon(), reason="no docker daemon is here; the files are held to the product all the same")
async def test_docker_builds_the_image_and_runs_the_bot_as_nobody_in_particular(desk: LocalDesk) -> None:
    await asyncio.to_thread(
        docker, "build", "--quiet", "--build-arg", f"UID={UID}", "--file", "scripts/Dockerfile", "--tag", IMAGE, "."
    )
    assert docker("run", "--rm", "--entrypoint", "id", IMAGE, "-u") == UID
    key = desk.folder / "credentials.json"
    key.chmod(0o644)  # the image's user is another one
    settings = desk.settings | {
        "GOOGLE_APPLICATION_CREDENTIALS": "/run/support-tracker/credentials.json",
        "HEALTH_PORT": free_port(),
    }
    variables = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
    secured = ["--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges:true"]
    volume = f"--volume={key}:/run/support-tracker/credentials.json:ro"
    name = docker("run", "--detach", "--network=host", "--health-interval=1s", *secured, volume, *variables, IMAGE)
    try:
        await desk.discord.gateway.ready()
        await opened(desk, "In a container")
        await desk.until(
            "the container's health",
            lambda: docker("inspect", "--format={{.State.Health.Status}}", name) == "healthy",
            seconds=60.0,
        )
        await asyncio.to_thread(docker, "stop", "--time=20", name)
        assert docker("inspect", "--format={{.State.ExitCode}}", name) == "0"
    finally:
        docker("rm", "--force", "--volumes", name)
