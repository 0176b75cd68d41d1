"""Discord's markdown as the page reads and builds it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from tests.support.builders import after, created
from tests.support.chromium import Page
from tests.support.hostile_titles import HARMLESS, HOSTILE
from tracker.domain.wording import alert_message, digest_messages
from tracker.sandbox.page.server import STATIC

SHOWN = {
    "plain text": "plain text",
    "**bold** and *italic* and _italic_": "<strong>bold</strong> and <em>italic</em> and <em>italic</em>",
    "__under__ ~~gone~~": "<u>under</u> <s>gone</s>",
    "***both***": "<strong><em>both</em></strong>",
    "**bold with *italic* in it**": "<strong>bold with <em>italic</em> in it</strong>",
    "snake_case_name and 2 * 3 * 4": "snake_case_name and 2 * 3 * 4",
    "an `*inline* code`": "an <code>*inline* code</code>",
    "```py\nx = **1**\n```": "<pre><code>x = **1**</code></pre>",
    "a\n```\nb\n```\nc": "a<pre><code>b</code></pre>c",
    "> said\n> twice\nnot": "<blockquote>said<br>twice</blockquote>not",
    "# Title\n- one": '<p class="heading-1">Title</p><p class="item">• one</p>',
    r"\*not italic\*": "*not italic*",
    "**unclosed": "**unclosed",
    "<@7> and <@!7>": '<span class="mention">@mia</span> and <span class="mention">@mia</span>',
    "<@8>": '<span class="mention">@unknown-user</span>',
    "<#5> <@&6>": '<span class="mention">#alerts</span> <span class="mention">@Support</span>',
    "@everyone": "@everyone",
    "<:wave:12>": ":wave:",
    "</ban:12>": '<span class="mention">/ban</span>',
    "-# small": '<p class="subtext">small</p>',
    "🎉": '<span class="jumbo">🎉</span>',
    "✅ done": "✅ done",
    "42": "42",
    "see https://example.com/a_b_c.": (
        'see <a href="https://example.com/a_b_c" target="_blank" rel="noopener noreferrer">https://example.com/a_b_c</a>.'
    ),
    "[here](https://example.com)": ('<a href="https://example.com" target="_blank" rel="noopener noreferrer">here</a>'),
    "[view](https://discord.com/channels/1/2)": '<a href="#thread-2">view</a>',
    "[no](javascript:alert(1))": "[no](javascript:alert(1))",
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    '**<img src=x onerror="1">**': '<strong>&lt;img src=x onerror="1"&gt;</strong>',
}
_BUILD = """import("/static/markdown.js").then(({nodes}) => TEXTS.map((text) => {
    const box = document.createElement("div");
    const names = {users: {7: "mia"}, roles: {6: "Support"}, channels: {5: "alerts"}};
    box.append(...nodes(text, names, text === EVERYONE));
    return box.innerHTML;
}))"""


@pytest.fixture
async def modules(blank: Page) -> AsyncIterator[Page]:
    """A page that can import the page's modules, and is nothing else."""
    app = web.Application()
    app.router.add_static("/static", STATIC)
    empty = '<!doctype html><link rel="icon" href="/static/icon.svg">'

    async def index(_: web.Request) -> web.Response:
        return web.Response(text=empty, content_type="text/html")

    app.router.add_get("/", index)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await blank.open(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    yield blank
    await runner.cleanup()


async def test_markdown_is_shown_as_discord_shows_it_and_never_as_html(modules: Page) -> None:
    script = f"const TEXTS = {json.dumps(list(SHOWN))}, EVERYONE = ''; {_BUILD}"
    assert dict(zip(SHOWN, await modules.value(script), strict=True)) == SHOWN


async def test_everyone_is_a_mention_only_where_discord_says_so(modules: Page) -> None:
    script = f"const TEXTS = ['@everyone now'], EVERYONE = '@everyone now'; {_BUILD}"
    assert await modules.value(script) == ['<span class="mention">@everyone</span> now']


async def test_what_is_shown_of_a_hostile_title_or_name_is_its_own_letters(modules: Page) -> None:
    hour = timedelta(hours=1)
    tickets = [replace(after(created()), title=title, author_name=title) for title in (*HOSTILE, *HARMLESS)]
    alerts = [alert_message(ticket, team=None, waiting=hour, sla=hour) for ticket in tickets]
    digests = [text for ticket in tickets for text in digest_messages([(ticket, hour)])]
    texts = json.dumps(alerts + digests)
    shown = await modules.value(f"""import("/static/markdown.js").then(({{nodes}}) => {texts}.map((text) => {{
        const box = document.createElement("div");
        box.append(...nodes(text, {{users: {{7: "mia"}}, roles: {{6: "Support"}}, channels: {{5: "alerts"}}}}));
        return [box.textContent, [...box.querySelectorAll("*")].map((node) => node.localName).sort().join(" ")];
    }}))""")

    for ticket, (alert, built), (digest, built_of_digest) in zip(
        tickets, shown[: len(tickets)], shown[len(tickets) :], strict=True
    ):
        title = " ".join(ticket.title.split())
        assert f"📋 Title: {title}👤 Raised by: {title}⏰ Waiting: 1 hour" in alert
        assert f"• {title} · {title} · waiting 1h 0m · {ticket.link}" in digest
        # The bot's own bold words and its link, and nothing of what the title asks for.
        assert (built, built_of_digest) == ("a" + " br" * 8 + " strong" * 6, "a br br strong")
