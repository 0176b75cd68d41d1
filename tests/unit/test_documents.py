"""The settings, `.env.example`, the doctor, the README and the pages that it leads to say the same."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings

from tests.support.builders import after, created, named
from tests.support.pages import FILES, README, ROOT, TEXTS, anchors, section, table
from tracker.domain.snowflakes import created_at
from tracker.domain.wording import REOPENED, alert_message, resolved_message
from tracker.settings import Settings
from tracker.sheet.table.columns import COLUMNS, NAMES, Kind

KINDS = {
    Kind.TEXT: "text",
    Kind.DATE_TIME: "date and time",
    Kind.DURATION: "duration",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "TRUE or FALSE",
}


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


def test_every_column_is_listed_in_order_with_its_kind_and_an_example() -> None:
    rows = (*table("The sheet"), *table("Figures in the sheet"))
    assert [(name.strip("`"), cells) for name, cells, *_ in rows] == [(each.name, KINDS[each.kind]) for each in COLUMNS]
    assert len(table("The sheet")) == len(NAMES)
    example = {name.strip("`"): cell.strip("`") for name, _, cell, _ in rows}
    assert "" not in example.values()
    opened = created_at(int(example["thread_id"])).astimezone(ZoneInfo("Asia/Kolkata"))
    resolved = opened + timedelta(days=2, hours=4, minutes=15)
    assert example["date_created"] == f"{opened:%Y-%m-%d %H:%M:%S}"
    assert (example["resolution_date"], example["time_to_resolution"]) == (f"{resolved:%Y-%m-%d %H:%M:%S}", "2d 4h 15m")
    assert (example["resolution"], example["resolution_business"]) == ("52:15:00", "0:00:00")  # a weekend
    assert example["sla_due"] == f"{opened + timedelta(hours=1):%Y-%m-%d %H:%M:%S}"
    assert example["link"].endswith(f"/{example['thread_id']}")


def test_the_example_key_has_the_fields_of_a_service_account_key() -> None:
    key = json.loads((ROOT / "credentials.example.json").read_text(encoding="utf-8"))
    assert key["type"] == "service_account"
    assert {"client_email", "private_key", "private_key_id", "token_uri", "project_id", "client_id"} <= set(key)


def test_the_readme_is_a_front_page_that_leads_to_every_page() -> None:
    assert len(TEXTS[README].splitlines()) <= 250
    links = set(re.findall(r"\]\(([^)#]+\.md)", section("Read on")))
    assert {ROOT / link for link in links} == set(FILES) - {README}


def test_every_file_and_every_section_that_a_page_links_to_is_there() -> None:
    links = [(file, link) for file, text in TEXTS.items() for link in re.findall(r"\]\((?!https?://)([^)]+)\)", text)]
    assert len(links) > len(FILES)
    lost = []
    for file, link in links:
        name, _, anchor = link.partition("#")
        to = (file.parent / name).resolve() if name else file
        if not to.is_file() or (anchor and anchor not in anchors(TEXTS[to])):
            lost.append((file.name, link))
    assert lost == []


def test_the_pages_that_the_package_ships_link_only_to_one_another() -> None:
    lost = []
    for page in set(FILES) - {README}:  # an installed package has them, and not what lies around them in a checkout
        names = re.findall(r"\]\((?!https?://)([^)#]+)", TEXTS[page])
        lost += [(page.name, name) for name in names if (page.parent / name).resolve().parent != page.parent]
    assert lost == []


def texts_of_the_product() -> list[str]:
    """Every text in the product's code."""
    product = (path for path in (ROOT / "tracker").rglob("*.py") if "sandbox" not in path.parts)
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in product]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def test_what_the_doctor_and_the_log_are_said_to_say_are_words_of_the_product() -> None:
    texts = texts_of_the_product()
    words = [word for _, says, _ in table("When something is wrong") for word in re.findall(r"`([^`]+)`", says)]
    assert len(words) > len(table("When something is wrong"))
    words += [line.strip("`") for line, _ in table("What it logs at its start")]
    assert [word for word in words if not any(word in text for text in texts)] == []


def test_the_words_of_the_older_guide_are_answered() -> None:
    answers = {word: answer for words, answer in table("The words of the older guide") for word in [words.strip("`")]}
    assert {"WEBHOOK_URL", "uv", "PM2"} <= answers.keys()
    assert "" not in answers.values()
    named = {name.strip("`") for _, _, names in table("The rules") for name in names.split(", ") if name}
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_messages_that_the_readme_shows_are_those_of_the_bot() -> None:
    ticket, hour = after(created(), named("mia")), timedelta(hours=1)
    resolved = resolved_message(ticket.author_id, "Dalgo Support").replace(f"<@{ticket.author_id}>", "@mia")
    alert = alert_message(ticket, team="Engineering", waiting=hour, sla=hour).replace(f"({ticket.link})", "")
    shown = re.findall(r"^```text\n(.*?)\n```$", section("What people read"), re.MULTILINE | re.DOTALL)
    assert shown == [resolved, REOPENED, alert.replace("[Click to view]", "Click to view")]
