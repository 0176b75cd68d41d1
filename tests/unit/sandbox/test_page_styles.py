"""What the page's style sheets may say."""

from __future__ import annotations

import re

from tracker.sandbox.page.server import STATIC

_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)^\}", re.MULTILINE | re.DOTALL)


def test_only_colours_differ_in_the_dark() -> None:
    blocks = [block for file in STATIC.glob("*.css") for block in _DARK.findall(file.read_text(encoding="utf-8"))]
    set_there = {name for block in blocks for name in re.findall(r"[{;]\s*([\w-]+):", block)}
    assert {"--page", "--text", "--accent"} <= set_there
    assert [name for name in set_there if not name.startswith("--")] == []
    # And nothing looks for the dark in another way.
    texts = [file.read_text(encoding="utf-8") for kind in ("css", "js", "html") for file in STATIC.glob(f"*.{kind}")]
    assert sum(text.count("prefers-color-scheme") for text in texts) == len(blocks)
    assert not any("matchMedia" in text for text in texts)
