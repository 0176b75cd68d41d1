"""Titles and names that Discord would not show as they are, each with the text that makes it do so."""

from __future__ import annotations

HOSTILE = {
    "[click here](https://example.com)": r"\[click here](https\://example.com)",
    "[a [b](https://example.com) c](https://example.com)": r"\[a \[b](https\://example.com) c](https\://example.com)",
    "see http://example.com/a_b": r"see http\://example.com/a\_b",
    "<https://example.com>": r"\<https\://example.com>",
    "steam://run/1": r"steam\://run/1",
    "<@7> <@!7> <@&6> <#5>": r"\<@7> \<@!7> \<@&6> \<#5>",
    "<t:0:R> <t:1700000000>": r"\<t:0:R> \<t:1700000000>",
    "<:wave:12> <a:wave:12>": r"\<\:wave:12> \<a\:wave:12>",
    "</ban:12> <id:guide>": r"\</ban:12> \<id:guide>",
    ":smile: :+1: :100:": r"\:smile: \:+1: \:100:",
    "||secret||": r"\|\|secret\|\|",
    "**bold** *italic* ***both***": r"\*\*bold\*\* \*italic\* \*\*\*both\*\*\*",
    "__under__ _name_ a_b_": r"\_\_under\_\_ \_name\_ a\_b\_",
    "~~gone~~": r"\~\~gone\~\~",
    "`code` ``more``": r"\`code\` \`\`more\`\`",
    "```py\nx = 1\n```": r"\`\`\`py x = 1 \`\`\`",
    "a\n# Heading": "a # Heading",
    "a\r\n> quote": "a > quote",
    "a\u2028- item": "a - item",
    "a\n\n\n-# small": "a -# small",
    "a\n**Team:** Engineering": r"a \*\*Team:\*\* Engineering",
    r"\*not italic\*": r"\\\*not italic\\\*",
    "ends with \\": r"ends with \\",
    r"¯\_(ツ)_/¯": r"¯\\\_(ツ)\_/¯",
}
"""By title, what is sent for it."""

HARMLESS = (
    "Cannot log in",
    "# 1: the page is blank",
    "> 5 minutes, at 10:30:15 | ~2 s more",
    "- what now? (v1.2) {x} $5 100% a=b & c/d; mia@example.com",
    "@everyone and @here, help",
    "C: is full, see: logs",
    "Grüße 🧵👩‍👩‍👧",
)
"""Titles that Discord shows as they are."""
