"""The project's own pages in a browser: the README, and what it leads to, from where somebody sets up a real bot."""

from __future__ import annotations

import html
import re
from importlib.metadata import metadata
from itertools import pairwise
from pathlib import Path

from aiohttp import web
from markdown_it import MarkdownIt

_PACKAGE = Path(__file__).parents[2]
_ROOT = _PACKAGE.parent
_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title}</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/page.css">
  <link rel="stylesheet" href="/static/documents.css">
</head>
<body>
  <main class="document">
{body}  </main>
</body>
</html>
"""


def add_to(router: web.UrlDispatcher) -> None:
    """Serve them under the paths that they have in a checkout, so that their links lead from one to the other."""
    router.add_get("/set-it-up", _set_it_up)
    router.add_get("/README.md", _readme)
    router.add_get("/tracker/{path:(?:docs/)?[A-Za-z-]+[.]md}", _document)
    router.add_get("/scripts/{name:[a-z-]+[.]webp}", _picture)


def as_html(text: str) -> str:
    """A page of the project's, written in Markdown, whose headings can be led to as on GitHub."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    headings = [(tag, words.content) for tag, words in pairwise(tokens) if tag.type == "heading_open"]
    for tag, words in headings:
        tag.attrSet("id", re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-"))
    title = html.escape(headings[0][1] if headings else "")
    return _PAGE.format(title=title, body=markdown.renderer.render(tokens, markdown.options, {}))


async def _set_it_up(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/README.md#set-it-up")


async def _readme(_: web.Request) -> web.StreamResponse:
    """Of an installed package, its description."""
    file = _ROOT / "README.md"
    text = file.read_text(encoding="utf-8") if file.exists() else str(metadata("support-tracker").json["description"])
    return web.Response(text=as_html(text), content_type="text/html")


async def _document(request: web.Request) -> web.StreamResponse:
    return _found(_PACKAGE / request.match_info["path"])


async def _picture(request: web.Request) -> web.StreamResponse:
    """Only a checkout has it."""
    return _found(_ROOT / "scripts" / request.match_info["name"])


def _found(file: Path) -> web.StreamResponse:
    if not file.is_file():
        raise web.HTTPNotFound
    if file.suffix == ".md":
        return web.Response(text=as_html(file.read_text(encoding="utf-8")), content_type="text/html")
    return web.FileResponse(file)
