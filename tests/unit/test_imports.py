"""Imports point one way, and each outside library is known in one place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRY_POINTS = ("tracker.__main__", "tracker.init_sheet", "tracker.backfill", "tracker.doctor")

# Which parts of the product a part may import, besides itself. The two halves, sheet and discord, never meet; both
# stand on tracking, through which what they learn becomes an event again.
_BASE = (
    "tracker.checks",
    "tracker.domain",
    "tracker.errors",
    "tracker.cli.invocation",
    "tracker.logs",
    "tracker.retry",
    "tracker.secrecy",
    "tracker.store",
    "tracker.tracking",
    "tracker.waiting",
)
ONLY_ON_UNIX = {"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"}
MAY_IMPORT = {
    "tracker.errors": (),
    "tracker.checks": ("tracker.errors", "tracker.secrecy"),
    "tracker.retry": (),
    "tracker.secrecy": (),
    "tracker.cli.invocation": (),
    "tracker.cli.terminal": (),
    "tracker.cli.unhandled": ("tracker.secrecy",),
    "tracker.logs": ("tracker.secrecy",),
    "tracker.waiting": (),
    "tracker.ops.stopping": (),
    "tracker.ops.progress": (),
    "tracker.domain": ("tracker.errors",),
    "tracker.store": ("tracker.domain", "tracker.errors"),
    "tracker.ops.machine": ("tracker.checks", "tracker.errors", "tracker.ops.healthz", "tracker.store.file"),
    "tracker.settings": ("tracker.domain", "tracker.errors", "tracker.secrecy"),
    "tracker.tracking": ("tracker.domain", "tracker.logs", "tracker.store"),
    "tracker.sla": ("tracker.domain", "tracker.store", "tracker.tracking", "tracker.waiting"),
    "tracker.ops.health": ("tracker.domain", "tracker.sheet.flush.activity"),
    "tracker.ops.healthz": ("tracker.errors", "tracker.ops.health"),
    "tracker.ops.systemd": ("tracker.ops.health",),
    "tracker.sheet": _BASE,
    "tracker.reconcile.sight": (),
    "tracker.reconcile.feed": ("tracker.domain", "tracker.reconcile.sight"),
    "tracker.reconcile.missed": ("tracker.discord.forum", "tracker.domain"),
    "tracker.reconcile.notices": ("tracker.reconcile.sight",),
    "tracker.discord": (*_BASE, "tracker.reconcile.feed", "tracker.reconcile.sight"),
    "tracker.reconcile": (*_BASE, "tracker.discord", "tracker.ops.progress"),
}

# Who may import a library, by the library's top-level name.
KNOWN_ONLY_BY = {
    "gspread": ("tracker.sheet.api.client",),
    "google": ("tracker.sheet.api.client", "tracker.sheet.api.credentials"),
    "requests": ("tracker.sheet.api.client",),
    "hikari": ("tracker.discord", "tracker.reconcile", "tracker.app", "tracker.startup", "tracker.backfill"),
    "aiohttp": ("tracker.discord", "tracker.ops.healthz"),
    "sqlite3": ("tracker.store",),
    "portalocker": ("tracker.store.file",),
    "pydantic": ("tracker.settings", "tracker.sheet.write.plan"),
    "pydantic_settings": ("tracker.settings",),
    "holidays": ("tracker.settings.public_holidays",),
    "PIL": ("tracker.discord.picture",),
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path
    for path in sorted((ROOT / "tracker").rglob("*.py"))
    if "sandbox" not in path.relative_to(ROOT).parts
}


def belongs(module: str, parts: Iterable[str]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


@cache
def imports(module: str) -> frozenset[str]:
    """The modules this one imports anywhere in its text; of `from tracker import app`, `tracker.app`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            assert node.module is not None
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            found |= inner or {node.module}
    return frozenset(found)


def inside(module: str) -> frozenset[str]:
    return frozenset(name for name in imports(module) if belongs(name, ["tracker"]))


def part_of(module: str) -> str | None:
    return next((part for part in MAY_IMPORT if belongs(module, [part])), None)


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 25
    assert "tracker.domain.ticket" in imports("tracker.tracking")
    assert "tracker.startup" in imports("tracker.app")  # from tracker import startup
    assert "gspread" in imports("tracker.sheet.api.client")


@pytest.mark.parametrize("module", [name for name in MODULES if part_of(name)])
def test_a_part_imports_only_what_lies_before_it(module: str) -> None:
    part = part_of(module)
    assert part is not None

    assert {name for name in inside(module) if not belongs(name, [part, *MAY_IMPORT[part]])} == set()


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    outside = {
        name.split(".")[0] for module in MODULES if belongs(module, ["tracker.domain"]) for name in imports(module)
    }

    assert outside - sys.stdlib_module_names == {"tracker"}


def test_the_bot_imports_nothing_that_windows_lacks() -> None:
    assert {name for module in MODULES for name in imports(module)} & ONLY_ON_UNIX == set()


@pytest.mark.parametrize("library", KNOWN_ONLY_BY)
def test_a_library_is_known_only_where_it_is_wrapped(library: str) -> None:
    users = {module for module in MODULES if any(belongs(name, [library]) for name in imports(module))}

    assert users
    assert {module for module in users if not belongs(module, KNOWN_ONLY_BY[library])} == set()


@pytest.mark.parametrize(
    ("module", "users"),
    [
        pytest.param("tracker.sandbox", (), id="the-sandbox-by-nobody"),
        pytest.param(
            "tracker.settings",
            (*ENTRY_POINTS, "tracker.app", "tracker.settings", "tracker.startup", "tracker.wiring"),
            id="settings-by-those-who-start",
        ),
        pytest.param("tracker.app", ENTRY_POINTS, id="the-app-by-entry-points"),
        *(pytest.param(module, (), id=f"{module}-by-nobody") for module in ENTRY_POINTS),
    ],
)
def test_a_module_is_imported_only_by_these(module: str, users: tuple[str, ...]) -> None:
    found = {name for name in MODULES if any(belongs(imported, [module]) for imported in inside(name))}

    assert {name for name in found if not belongs(name, users)} == set()


def test_no_module_imports_itself_through_others() -> None:
    graph = TopologicalSorter({module: inside(module) - {module} for module in MODULES})

    graph.prepare()  # raises CycleError, which shows the cycle
