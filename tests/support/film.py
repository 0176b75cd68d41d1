"""An animated picture of a page: what changed from one shot to the next, as the frames of a WebP file.

The browser itself encodes the frames; what is put around them is described at
https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tests.support.chromium import Page

_ANIMATED, _OVERWRITES = 0x02, 0x02
_HEADER_BYTES = 12
_FRAME = """(async (png) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const paint = (width, height, x, y) => {
        const canvas = Object.assign(document.createElement("canvas"), {width, height});
        const context = canvas.getContext("2d", {alpha: false});
        context.drawImage(image, -x, -y);
        return [canvas, context];
    };
    const {width, height} = image;
    const pixels = new Uint32Array(paint(width, height, 0, 0)[1].getImageData(0, 0, width, height).data.buffer);
    let [left, top, right, bottom] = window.before ? [width, height, -1, -1] : [0, 0, width - 1, height - 1];
    for (let at = 0; window.before && at < pixels.length; at += 1) {
        if (pixels[at] === window.before[at]) continue;
        const x = at % width, y = Math.floor(at / width);
        [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
    window.before = pixels;
    if (right < 0) return null;
    [left, top] = [left - left % 2, top - top % 2];  // the container counts places in twos
    const [canvas] = paint(right - left + 1, bottom - top + 1, left, top);
    const data = canvas.toDataURL("image/webp", 0.8).split(",")[1];
    return {left, top, size: [canvas.width, canvas.height], whole: [width, height], data};
})"""


@dataclass(frozen=True, kw_only=True)
class _Frame:
    data: bytes
    milliseconds: int


class Film:
    """Shots of one page, encoded in another one that shows nothing. The scale is that of the picture to the page."""

    def __init__(self, page: Page, encoder: Page, *, width: int, height: int, scale: float) -> None:
        self._page, self._encoder = page, encoder
        self._clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}
        self._size = (int(width * scale), int(height * scale))
        self._frames: list[_Frame] = []

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return sum(frame.milliseconds for frame in self._frames) / 1000

    async def shoot(self, seconds: float) -> None:
        """Take what can be seen now, and show it for so long."""
        shot = await self._page.send("Page.captureScreenshot", format="png", clip=self._clip)
        frame = await self._encoder.value(f"{_FRAME}('{shot['data']}')")
        milliseconds = int(seconds * 1000)
        if frame is None:
            last = self._frames.pop()
            self._frames.append(_Frame(data=last.data, milliseconds=last.milliseconds + milliseconds))
            return
        assert tuple(frame["whole"]) == self._size
        width, height = frame["size"]
        head = _number(frame["left"] // 2) + _number(frame["top"] // 2) + _number(width - 1) + _number(height - 1)
        still = _picture_of(base64.b64decode(frame["data"]))
        self._frames.append(
            _Frame(data=head + _number(milliseconds) + bytes([_OVERWRITES]) + still, milliseconds=milliseconds)
        )

    def webp(self) -> bytes:
        """The whole picture, which begins anew when it is over."""
        width, height = self._size
        about = _chunk(b"VP8X", bytes([_ANIMATED, 0, 0, 0]) + _number(width - 1) + _number(height - 1))
        loop = _chunk(b"ANIM", b"\xff\xff\xff\xff" + (0).to_bytes(2, "little"))
        frames = b"".join(_chunk(b"ANMF", frame.data) for frame in self._frames)
        return _chunk(b"RIFF", b"WEBP" + about + loop + frames)


def _picture_of(still: bytes) -> bytes:
    """The chunk with the pixels; colour profiles and the like have no place in a frame."""
    at = _HEADER_BYTES
    while still[at : at + 3] != b"VP8" or still[at : at + 4] == b"VP8X":
        at += 8 + _even(int.from_bytes(still[at + 4 : at + 8], "little"))
    return still[at : at + 8 + _even(int.from_bytes(still[at + 4 : at + 8], "little"))]


def _even(size: int) -> int:
    return size + size % 2


def _number(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
