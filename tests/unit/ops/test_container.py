"""The container's files fit the product: what they copy is there, what they set are settings, and it is not root."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from tracker.cli.invocation import VARIABLE
from tracker.settings import Settings

ROOT = Path(__file__).parents[3]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "scripts/Dockerfile").read_text(encoding="utf-8")).splitlines()
COMPOSE = (ROOT / "scripts/compose.yaml").read_text(encoding="utf-8")
SETTINGS = {name.upper() for name in Settings.model_fields}
KEYS_OF_A_SERVICE = {
    *("build", "cap_drop", "env_file", "environment", "logging", "read_only", "restart", "security_opt"),
    *("stop_grace_period", "tmpfs", "volumes"),
}
"""Of those in https://docs.docker.com/reference/compose-file/services/, which compose holds to the letter."""
OF_PYTHON = {"PYTHONDONTWRITEBYTECODE"}


def instructions(name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in LINES if line.startswith(f"{name} ")]


def test_the_image_is_slim_and_copies_what_is_there_and_nothing_secret() -> None:
    (base,) = instructions("FROM")
    assert re.fullmatch(r"python:3\.\d+-slim", base)
    copied = [line.split()[:-1] for line in instructions("COPY")]
    assert copied
    assert all((ROOT / source).exists() for sources in copied for source in sources)
    let_in = {
        line[1:]
        for line in (ROOT / "scripts/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    assert let_in == {source for sources in copied for source in sources}


def test_the_bot_is_not_root_and_starts_as_the_one_command_of_all_four() -> None:
    assert instructions("USER") == ["support-tracker"]
    assert [json.loads(line) for line in (*instructions("ENTRYPOINT"), *instructions("CMD"))] == [
        ["python", "-m", "tracker"],
        ["run"],
    ]
    assert LINES.index("USER support-tracker") > max(
        number for number, line in enumerate(LINES) if line.startswith("RUN ")
    )


def test_what_the_image_and_compose_set_are_settings() -> None:
    (variables,) = instructions("ENV")
    set_by_image = {pair.partition("=")[0] for pair in variables.split()}
    (block,) = re.findall(r"^    environment:\n((?:      .*\n)+)", COMPOSE, re.MULTILINE)
    set_by_compose = set(re.findall(r"^      ([A-Z_]+):", block, re.MULTILINE))
    assert set_by_image - OF_PYTHON <= SETTINGS
    assert set_by_compose - {VARIABLE} <= SETTINGS
    assert "DATA_DIR" in set_by_image & set_by_compose


def test_compose_runs_the_image_locked_in_and_keeps_the_store_in_a_named_volume() -> None:
    project = yaml.safe_load(COMPOSE)
    assert project.keys() == {"name", "services", "volumes"}
    (service,) = project["services"].values()
    assert service.keys() <= KEYS_OF_A_SERVICE
    assert (ROOT / "scripts" / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert service["environment"][VARIABLE].endswith(f"run --rm {next(iter(project['services']))}")
    volumes = dict(each.split(":")[:2] for each in service["volumes"])
    assert volumes["data"] == service["environment"]["DATA_DIR"]
    assert volumes["../credentials.json"] == service["environment"]["GOOGLE_APPLICATION_CREDENTIALS"]
    assert list(project["volumes"]) == ["data"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_the_store_is_in_a_volume_and_the_health_is_asked_where_it_answers() -> None:
    assert instructions("VOLUME") == ["/data"]
    assert "DATA_DIR=/data" in instructions("ENV")[0]
    (check,) = instructions("HEALTHCHECK")
    asked = json.loads(check.partition("CMD ")[2])
    assert asked[:2] == ["python", "-c"]
    compile(asked[2], "HEALTHCHECK", "exec")
    assert "HEALTH_PORT" in asked[2]
    assert "/healthz" in asked[2]
    for path in re.findall(r"(?:dockerfile: (\S+)|env_file: \.\./(\S+))", COMPOSE):
        assert any((ROOT / part).exists() or part == ".env" for part in path if part)
