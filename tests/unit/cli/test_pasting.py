"""A command in a sentence can be pasted as it stands: it begins behind a colon, and nothing comes after it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracker

PACKAGE = Path(tracker.__file__).parent
MADE = "\0"
"""Stands for what `invocation.command` makes."""

_BEGIN = re.compile(
    rf"{MADE}|(?<![\w/.-])"
    r"(?:cd|chmod|chown|cp|du|export|mkdir|rm|sudo|systemctl|\./scripts/\w+|\.venv/\w+/\w+) (?=[\w./~'-])"
)
_PROSE = re.compile(r"(?<!\$)\(|, |\.$|\b(?:and|or|tells|with|in) ")


def sentences() -> Iterator[tuple[str, str]]:
    """Every text of the product that is no docstring, with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "sandbox" in path.parts or path.parent.name == "cli":
            continue
        nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        others = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
        others |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in others:
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", text_of(node)


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The text, with `MADE` for a command that is put in and a word for whatever else is."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part_of(part) for part in node.values)


def part_of(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    is_command = isinstance(value, ast.Call) and ast.unparse(value.func).endswith("command")
    return MADE if is_command else "word"


def wrong(text: str) -> bool:
    """Whether a command in the text has something before it but a colon, or a sentence behind it."""
    found = _BEGIN.search(text)
    if found is None:
        return False
    before, after = text[: found.start()], text[found.start() :].partition("\n")[0]
    return bool(before and not before.endswith((": ", "\n", "\n  ", "&& "))) or bool(_PROSE.search(after))


def test_no_sentence_runs_into_a_command() -> None:
    assert [f"{where}: {text}" for where, text in sentences() if wrong(text)] == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("cp .env.example .env and fill it in", True),
        ("chmod 600 word (and see that the bot's user owns it)", True),
        ("Delete what is not needed (du -xh / | sort -h | tail tells what is large)", True),
        ("Run: \0, and look.", True),
        ("Run \0", True),
        ("Run: \0", False),
        ("See that the bot's user owns it, and: chmod 600 word", False),
        ("What is large: du -xh / | sort -h | tail", False),
    ],
)
def test_a_sentence_that_runs_into_a_command_is_noticed(text: str, is_wrong: bool) -> None:  # noqa: FBT001 - a column
    assert wrong(text) is is_wrong
