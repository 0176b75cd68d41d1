"""The settings, `.env.example`, the doctor and the README say the same."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

from pydantic_settings import BaseSettings

from tests.unit.builders import after, created, named
from tracker.domain.wording import REOPENED, alert_message, resolved_message
from tracker.settings import Settings
from tracker.sheet.table.columns import COLUMNS, NAMES, Kind

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KINDS = {
    Kind.TEXT: "text",
    Kind.DATE_TIME: "date and time",
    Kind.DURATION: "duration",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "TRUE or FALSE",
}


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of the README."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def defaults(settings: type[BaseSettings]) -> dict[str, str | None]:
    """Every setting's default as a person writes it; None where it is required."""
    return {
        name.upper(): None if field.is_required() else str(field.default)
        for name, field in settings.model_fields.items()
    }


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    listed = {name.strip("`"): (default, meaning) for name, default, meaning in table("Settings")}
    expected = {}
    for name, default in defaults(Settings).items():
        shown = "required" if default is None else f"`{default}`" if default else "empty"
        expected[name] = (shown, Settings.model_fields[name.lower()].description)
    assert listed == expected


def test_env_example_documents_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert given == {name: default or "" for name, default in defaults(Settings).items()}


def test_the_readme_lists_every_column_in_order_with_its_kind() -> None:
    listed = [(name.strip("`"), cells) for name, cells, _ in (*table("The sheet"), *table("Figures in the sheet"))]
    assert len(table("The sheet")) == len(NAMES)
    assert listed == [(column.name, KINDS[column.kind]) for column in COLUMNS]


def test_the_example_key_has_the_fields_of_a_service_account_key() -> None:
    key = json.loads((ROOT / "credentials.example.json").read_text(encoding="utf-8"))
    assert key["type"] == "service_account"
    assert {"client_email", "private_key", "private_key_id", "token_uri", "project_id", "client_id"} <= set(key)


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_every_section_that_the_readme_links_to_is_there() -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) - anchors == set()


def test_what_the_doctor_is_said_to_say_are_words_of_the_product() -> None:
    product = (path for path in (ROOT / "tracker").rglob("*.py") if "sandbox" not in path.parts)
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in product]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    words = [word for _, says, _ in table("When something is wrong") for word in re.findall(r"`([^`]+)`", says)]
    assert len(words) > len(table("When something is wrong"))
    assert [word for word in words if not any(word in text for text in texts)] == []


def test_the_messages_that_the_readme_shows_are_those_of_the_bot() -> None:
    ticket, hour = after(created(), named("mia")), timedelta(hours=1)
    resolved = resolved_message(ticket.author_id, "Dalgo Support").replace(f"<@{ticket.author_id}>", "@mia")
    alert = alert_message(ticket, team="Engineering", waiting=hour, sla=hour).replace(f"({ticket.link})", "")
    shown = re.findall(r"^```text\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert shown[:3] == [resolved, REOPENED, alert.replace("[Click to view]", "Click to view")]
