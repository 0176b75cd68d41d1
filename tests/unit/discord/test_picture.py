"""The weekly report's picture: what is on it, and that it can always be drawn."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tracker.discord.picture import BLUE, GREEN, HEIGHT, ORANGE, WIDTH, Colour, draw, top_of
from tracker.domain.weeks import Week

counts = st.integers(min_value=0, max_value=100_000)
spans = st.none() | st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000))
parts = st.none() | st.floats(min_value=0, max_value=1)


def weeks(*figures: tuple[int, int, timedelta | None, float | None]) -> list[Week]:
    return [
        Week(
            monday=date(2026, 1, 5) + timedelta(days=7 * number),
            opened=opened,
            resolved=resolved,
            median_response=median,
            kept=kept,
        )
        for number, (opened, resolved, median, kept) in enumerate(figures)
    ]


def heights(picture: bytes, colour: Colour) -> list[int]:
    """How high each thing of this colour is, in pixels, from left to right; those in the legend are left out."""
    data = Image.open(io.BytesIO(picture)).convert("RGB").tobytes()[75 * WIDTH * 3 :]
    pixels = [data[place : place + 3] == bytes(colour) for place in range(0, len(data), 3)]
    columns = [sum(pixels[x::WIDTH]) for x in range(WIDTH)]
    return [max(run) for is_there, run in groupby(columns, bool) if is_there]


def test_columns_are_as_high_as_what_they_count() -> None:
    picture = draw(weeks((10, 20, None, None), (40, 0, None, None), (20, 40, None, None)))

    opened, resolved = heights(picture, BLUE), heights(picture, GREEN)

    assert [each / opened[1] for each in opened] == pytest.approx([1 / 4, 1, 1 / 2], abs=0.02)
    assert resolved == pytest.approx([opened[2], opened[1]], abs=2)


def test_what_there_is_no_figure_for_leaves_a_gap() -> None:
    hours = [timedelta(hours=number) for number in (1, 2, 1)]
    picture = draw(weeks(*((0, 0, each, None) for each in (*hours, None, *hours))))

    assert len(heights(picture, ORANGE)) == 2


@given(st.lists(st.tuples(counts, counts, spans, parts), min_size=13, max_size=13))
@settings(max_examples=2, deadline=None)
def test_thirteen_weeks_of_any_figures_are_a_png_that_discord_takes(
    figures: list[tuple[int, int, timedelta, float]],
) -> None:
    picture = draw(weeks(*figures))

    assert Image.open(io.BytesIO(picture)).size == (WIDTH, HEIGHT)
    assert len(picture) < 500_000


@pytest.mark.parametrize(
    ("values", "whole", "top"),
    [
        ([], True, 4),
        ([3], True, 4),
        ([4], True, 4),
        ([5], True, 8),
        ([42], True, 80),
        ([97_000], True, 100_000),
        ([], False, 0.1),
        ([1.5], False, 2),
        ([2.1], False, 4),
        ([6.5], False, 8),
        ([9.9], False, 10),
    ],
)
def test_the_highest_line_is_a_round_number_that_nothing_is_above(values: list[float], whole: bool, top: float) -> None:  # noqa: FBT001 - a table
    assert top_of(values, whole=whole) == pytest.approx(top)


@given(st.lists(st.floats(min_value=0, max_value=1e9), max_size=13), st.booleans())
def test_nothing_is_above_the_highest_line(values: list[float], whole: bool) -> None:  # noqa: FBT001 - either
    assert top_of(values, whole=whole) >= max(values, default=0)


def test_where_the_library_cannot_be_loaded_it_is_said_why(tmp_path: Path) -> None:
    (tmp_path / "PIL.py").write_text("raise ImportError('libfreetype.so.6 is missing')")
    code = "from tracker.discord.picture import why_not; print(why_not())"

    done = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(tmp_path)!r}, '.']; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "libfreetype.so.6 is missing"
