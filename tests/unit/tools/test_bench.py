"""The benchmark's figures, and how they are shown."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.report import print_table, write_json

REQUESTS = Figure(what="requests", rounds=(9.0, 11.0, 8.0), at_most=10)
TIMES = Figure(what="times fewer", rounds=(99.0,), at_least=100)
MEMORY = Figure(what="memory", rounds=(123.4, 124.4), unit="MB")
RESULTS = {"Burst": [REQUESTS, TIMES, MEMORY]}


def test_the_median_of_the_rounds_counts() -> None:
    assert [figure.value for figure in (REQUESTS, TIMES, MEMORY)] == [9.0, 99.0, pytest.approx(123.9)]
    assert [figure.reached for figure in (REQUESTS, TIMES, MEMORY)] == [True, False, None]


def test_a_target_is_reached_at_its_very_number() -> None:
    assert Figure(what="", rounds=(10.0,), at_most=10).reached
    assert Figure(what="", rounds=(100.0,), at_least=100).reached


def test_ratios_are_those_of_rounds_and_not_of_medians() -> None:
    assert ratios([1.0, 20.0, 3.0], [1.0, 10.0, 6.0]) == (1.0, 2.0, 0.5)


def test_the_table_shows_each_figure_with_its_target_and_where_it_was_measured() -> None:
    output = StringIO()
    print_table(Console(file=output, width=140), RESULTS, {"memory": "24 GB"})
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.getvalue().splitlines()]
    assert [line for line in lines if line] == [
        ["Burst", "", "", "", "", ""],
        ["requests", "9", "≤ 10", "8 … 11", "3", "✓"],
        ["times fewer", "99", "≥ 100", "", "1", "✗"],
        ["memory", "124 MB", "", "123 … 124", "2", ""],
    ]
    assert "memory: 24 GB" in output.getvalue()


def test_the_file_holds_all_that_was_measured(tmp_path: Path) -> None:
    write_json(tmp_path / "figures.json", RESULTS, {"memory": "24 GB"})
    written = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert written["machine"] == {"memory": "24 GB"}
    assert written["rows"][0]["row"] == "Burst"
    assert written["rows"][0]["figures"][0] == {
        "what": "requests",
        "median": 9.0,
        "unit": "",
        "at_most": 10,
        "at_least": None,
        "reached": True,
        "rounds": [9.0, 11.0, 8.0],
    }
