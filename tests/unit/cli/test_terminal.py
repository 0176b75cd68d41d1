"""Whatever a terminal's encoding lacks is spelt, and JSON stays JSON."""

from __future__ import annotations

import io
import json

import pytest

from tracker.cli.terminal import prepare

SAID = "✓ “Café” → नमस्ते 🧵 …"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", SAID),
        ("cp1252", r"ok “Café” -> \u0928\u092e\u0938\u094d\u0924\u0947 \ud83e\uddf5 …"),
        ("ascii", r"ok 'Caf\u00e9' -> \u0928\u092e\u0938\u094d\u0924\u0947 \ud83e\uddf5 ..."),
    ],
)
def test_every_sign_is_printed_or_spelt(encoding: str, shown: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict")
    prepare([stream, None])
    print(SAID, file=stream, flush=True)
    assert stream.buffer.getvalue().decode(encoding) == f"{shown}\n"


def test_json_stays_json() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    prepare([stream])
    print(json.dumps({"title": "नमस्ते 🧵"}, ensure_ascii=False), file=stream, flush=True)
    assert json.loads(stream.buffer.getvalue()) == {"title": "नमस्ते 🧵"}
