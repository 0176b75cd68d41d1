"""The weekly report's picture: thirteen weeks drawn as a PNG by Pillow, which brings its own font.

On top the opened and resolved tickets as columns, with the median first response as a line against hours at the right;
below the part of the answers that came in time. Drawn twice as large as it is shown, so that slanted lines are smooth.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.domain.weeks import Week

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_SCALE = 2
WIDTH, HEIGHT = 1000, 640
_LEFT, _RIGHT = 60, 930
_COUNTS = (80, 390)
"""Where the upper chart begins and ends, from the top."""

_KEPT = (460, 590)
_TEXT_SIZE, _TITLE_SIZE = 15, 19
_LINES = 4
"""So many lines across a chart, besides that at zero."""

WHITE, TEXT, GREY = (255, 255, 255), (60, 64, 67), (224, 224, 224)
BLUE, GREEN, ORANGE = (51, 102, 191), (89, 166, 102), (217, 128, 26)
_HOUR = timedelta(hours=1)

Colour = tuple[int, int, int]
Point = tuple[float, float]


def why_not() -> str:
    """Why no picture can be drawn here; "" where one can."""
    try:
        from PIL import ImageFont  # noqa: PLC0415 - see below

        ImageFont.load_default(_TEXT_SIZE)
    except ImportError as error:
        return str(error)
    return ""


def draw(weeks: Sequence[Week]) -> bytes:
    """The picture of these weeks, of which there is at least one.

    Raises:
        ImportError: Pillow is missing, or cannot be loaded here.
    """
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - 20 MB that only those pay who have a report posted

    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), WHITE)
    fonts = [ImageFont.load_default(size * _SCALE) for size in (_TEXT_SIZE, _TITLE_SIZE)]
    canvas = _Canvas(draw=ImageDraw.Draw(image), text_font=fonts[0], title_font=fonts[1])
    _draw_counts(canvas, weeks)
    _draw_kept(canvas, weeks)
    written = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(written, "PNG")
    return written.getvalue()


@dataclass(frozen=True, kw_only=True)
class _Canvas:
    """Draws by the picture's own measures."""

    draw: ImageDraw
    text_font: FreeTypeFont | ImageFont
    title_font: FreeTypeFont | ImageFont

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle; one that is too low to be seen is left out."""
        if bottom - top >= 1:
            self.draw.rectangle([left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: int = 1) -> None:
        """A line through these points."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=width * _SCALE, joint="curve")

    def dot(self, at: Point, colour: Colour) -> None:
        """A point of a line, which is seen also where it has no neighbours."""
        x, y = at
        self.draw.ellipse([(x - 4) * _SCALE, (y - 4) * _SCALE, (x + 4) * _SCALE, (y + 4) * _SCALE], fill=colour)

    def text(self, at: Point, text: str, anchor: str, *, title: bool = False) -> None:
        """A text; the anchor is Pillow's: `lm` begins here, `rm` ends here, `mm` has its middle here."""
        font = self.title_font if title else self.text_font
        self.draw.text((at[0] * _SCALE, at[1] * _SCALE), text, fill=TEXT, font=font, anchor=anchor)


@dataclass(frozen=True, kw_only=True)
class _Axis:
    """Values from 0 to `most`, drawn between two heights."""

    most: float
    top: float
    bottom: float

    def height(self, value: float) -> float:
        """Where the value stands, from the top of the picture."""
        return self.bottom - value / self.most * (self.bottom - self.top)


def top_of(values: Sequence[float], *, whole: bool = False) -> float:
    """A round number that none of these is above: what the highest line across a chart stands for.

    It is four steps of 1, 2, 2.5 or 5, or ten times as much, and so on; where they are counts, of whole ones.
    """
    most = max([*values, 1.0 if whole else 0.1])
    power = 10.0 ** math.floor(math.log10(most / _LINES))
    steps = [factor * power for factor in (1, 2, 2.5, 5, 10)]
    fitting = [step for step in steps if step * _LINES >= most and (not whole or step == int(step))]
    return _LINES * min(fitting, default=1.0)


def _draw_counts(canvas: _Canvas, weeks: Sequence[Week]) -> None:
    hours = [None if week.median_response is None else week.median_response / _HOUR for week in weeks]
    most = top_of([count for week in weeks for count in (week.opened, week.resolved)], whole=True)
    counts = _Axis(most=most, top=_COUNTS[0], bottom=_COUNTS[1])
    times = _Axis(most=top_of([each for each in hours if each is not None]), top=_COUNTS[0], bottom=_COUNTS[1])
    canvas.text((_LEFT - 40, 24), "Tickets by week", "lm", title=True)
    _draw_legend(canvas, 54, (("opened", BLUE), ("resolved", GREEN), ("median first response, hours (right)", ORANGE)))
    for step in range(_LINES + 1):
        y = counts.height(counts.most * step / _LINES)
        canvas.line([(_LEFT, y), (_RIGHT, y)], GREY)
        canvas.text((_LEFT - 8, y), f"{counts.most * step / _LINES:,.0f}", "rm")
        canvas.text((_RIGHT + 8, y), f"{times.most * step / _LINES:,.3g}", "lm")
    for week, middle in zip(weeks, _middles(len(weeks)), strict=True):
        column = (_RIGHT - _LEFT) / len(weeks) * 0.36
        canvas.box(middle - column, counts.height(week.opened), middle - 1, counts.bottom, BLUE)
        canvas.box(middle + 1, counts.height(week.resolved), middle + column, counts.bottom, GREEN)
        canvas.text((middle, counts.bottom + 16), f"{week.monday:%b} {week.monday.day}", "mm")
    _draw_line(canvas, hours, times, ORANGE)


def _draw_kept(canvas: _Canvas, weeks: Sequence[Week]) -> None:
    axis = _Axis(most=1.0, top=_KEPT[0], bottom=_KEPT[1])
    canvas.text((_LEFT - 40, 436), "SLA kept", "lm", title=True)
    for part in (0.0, 0.5, 1.0):
        y = axis.height(part)
        canvas.line([(_LEFT, y), (_RIGHT, y)], GREY)
        canvas.text((_LEFT - 8, y), f"{part:.0%}", "rm")
    for week, middle in zip(weeks, _middles(len(weeks)), strict=True):
        canvas.text((middle, axis.bottom + 16), f"{week.monday:%b} {week.monday.day}", "mm")
    _draw_line(canvas, [week.kept for week in weeks], axis, GREEN)


def _draw_legend(canvas: _Canvas, y: float, entries: Sequence[tuple[str, Colour]]) -> None:
    x = float(_LEFT)
    for name, colour in entries:
        canvas.box(x, y - 6, x + 12, y + 6, colour)
        canvas.text((x + 18, y), name, "lm")
        x += 18 + len(name) * _TEXT_SIZE * 0.55 + 24


def _draw_line(canvas: _Canvas, values: Sequence[float | None], axis: _Axis, colour: Colour) -> None:
    """A line with gaps where there is no value."""
    run: list[Point] = []
    for value, middle in zip(values, _middles(len(values)), strict=True):
        if value is None:
            run = []
            continue
        run = [*run[-1:], (middle, axis.height(value))]
        if len(run) > 1:
            canvas.line(run, colour, width=3)
        canvas.dot(run[-1], colour)


def _middles(count: int) -> Iterator[float]:
    """Where the weeks stand, from the left."""
    width = (_RIGHT - _LEFT) / count
    return (_LEFT + width * (number + 0.5) for number in range(count))
