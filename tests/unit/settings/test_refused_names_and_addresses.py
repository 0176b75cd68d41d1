"""Settings other than times that are refused: ids, addresses, names and tags of another form; in one line each."""

from __future__ import annotations

import base64

import pytest

from tests.support.required_settings import ID_EXAMPLE, ID_FOUND, SHEET_EXAMPLE, TOKEN, TOKEN_EXAMPLE, Load, refusal

COPY_ID = "in Discord right-click it, Copy Channel ID (of a role: Copy Role ID)"
HIDDEN = "(hidden: it looks like a password)"
NO_TOKEN = f"DISCORD_TOKEN is not a bot token; copy it from the Bot page of your Discord application. {TOKEN_EXAMPLE}"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("DISCORD_TOKEN", "not-a-token", NO_TOKEN),
        ("DISCORD_TOKEN", "Ym90.abc.def", NO_TOKEN),  # base64 of "bot", which is no id
        ("DISCORD_TOKEN", "тайна.abc.def", NO_TOKEN),
        (
            "SUPPORT_CHANNEL_ID",
            "support",
            f'SUPPORT_CHANNEL_ID "support" is not a Discord id (15 to 20 digits); {COPY_ID}. {ID_EXAMPLE}',
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "12",
            f'SUPPORT_CHANNEL_ID "12" is not a Discord id (15 to 20 digits); {COPY_ID}. {ID_EXAMPLE}',
        ),
        (
            "ALERT_CHANNEL_IDS",
            "1417628594471739433,#alerts",
            (
                f'ALERT_CHANNEL_IDS "#alerts" is not a Discord id (15 to 20 digits); {COPY_ID}. '
                "Example: ALERT_CHANNEL_IDS=1417628594471739433,1417628594471739434"
            ),
        ),
        (
            "SUPPORT_ROLE_IDS",
            "@support",
            (
                f'SUPPORT_ROLE_IDS "@support" is not a Discord id (15 to 20 digits); {COPY_ID}. '
                "Example: SUPPORT_ROLE_IDS=1417628594471739435"
            ),
        ),
        *(
            (
                name,
                "Gabcde.s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t",  # a token without its beginning
                f"{name} does not hold what belongs there {HIDDEN}. Example: {name}={example}",
            )
            for name, example in (
                ("DATA_DIR", "data"),
                ("GOOGLE_APPLICATION_CREDENTIALS", "credentials.json"),
                ("HTTPS_PROXY", "http://proxy.example:3128"),
                ("NO_PROXY", "localhost,.example.org"),
            )
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            "tracker@desk.iam.gserviceaccount.com",
            (
                'GOOGLE_APPLICATION_CREDENTIALS "tracker@desk.iam.gserviceaccount.com" is the address of the account; '
                "name the file in which its key was saved. Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            "file:///srv/key.json",
            (
                'GOOGLE_APPLICATION_CREDENTIALS "file:///srv/key.json" is an address; save what is there on this '
                "machine, and write its path. Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        (
            "SPREADSHEET_ID",
            "Support Tickets",
            f'SPREADSHEET_ID "Support Tickets" is neither a spreadsheet\'s id nor its address. {SHEET_EXAMPLE}',
        ),
        (
            "SPREADSHEET_ID",
            "https://docs.google.com/document/d/x",
            'SPREADSHEET_ID "https://docs.google.com/document/d/x" is neither a spreadsheet\'s id nor its address. '
            + SHEET_EXAMPLE,
        ),
        (
            "SPREADSHEET_ID",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1vQabc/pubhtml",
            "SPREADSHEET_ID is the address of what was published to the web (/d/e/…), which does not hold the "
            "spreadsheet's id; copy the address from the browser while you edit the spreadsheet. " + SHEET_EXAMPLE,
        ),
        (
            "SUPPORT_NAME",
            "x" * 101,
            "SUPPORT_NAME needs a name of 1 to 100 characters, in one line. Example: SUPPORT_NAME=Dalgo Support",
        ),
        (
            "SUPPORT_NAME",
            '"The Desk"',
            (
                'SUPPORT_NAME stands in quotes ("), which docker takes for a part of the value; leave them out. '
                "Example: SUPPORT_NAME=Dalgo Support"
            ),
        ),
        (
            "DATA_DIR",
            "$NOPE/tracker",
            'DATA_DIR holds "$NOPE", which stands for nothing here; write the whole path. Example: DATA_DIR=data',
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            "~nobody-here/key.json",
            (
                'GOOGLE_APPLICATION_CREDENTIALS holds "~nobody-here", which stands for nothing here; write the whole '
                "path. Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        (
            "SUPPORT_NAME",
            '"The Desk',
            (
                "SUPPORT_NAME has a quote at one end and none at the other; leave it out. Example: "
                "SUPPORT_NAME=Dalgo Support"
            ),
        ),
        (
            "SPREADSHEET_ID",
            "https://docs.google.com/document/d/xxxxxxxxxxxxxxxxxxxxxxxx/edit",
            (
                'SPREADSHEET_ID "https://docs.google.com/document/d/xxxxxxxxxxxxxxxxxxxxxxxx/edit" is neither a '
                f"spreadsheet's id nor its address. {SHEET_EXAMPLE}"
            ),
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            '{"type": "service_account", "private_key": "-----BEGIN',
            (
                "GOOGLE_APPLICATION_CREDENTIALS begins with the key's JSON, but its end is missing; save the JSON as a "
                "file, or write all of it in one line between single quotes. "
                "Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        ("SUPPORT_CHANNEL_ID", " \t", f"SUPPORT_CHANNEL_ID is not set. {ID_FOUND}{ID_EXAMPLE}"),
        (
            "SUPPORT_CHANNEL_ID",
            "https://discord.gg/abc",
            (
                'SUPPORT_CHANNEL_ID "https://discord.gg/abc" is the address of a server, not of a channel; '
                f"{COPY_ID}. {ID_EXAMPLE}"
            ),
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "discord.com/channels/1417628594471739432",
            (
                'SUPPORT_CHANNEL_ID "discord.com/channels/1417628594471739432" is the address of a server, not of a '
                f"channel; {COPY_ID}. {ID_EXAMPLE}"
            ),
        ),
        (
            "SUPPORT_CHANNEL_ID",
            "\u201c1417628594471739432\u201d",
            (
                "SUPPORT_CHANNEL_ID stands in curly quotes (\u201c\u201d), which nothing takes off; leave them out. "
                f"{ID_EXAMPLE}"
            ),
        ),
        (
            "DISCORD_TOKEN",
            f"Bot {TOKEN}",
            f'DISCORD_TOKEN begins with "Bot ", which is no part of it; leave that word out. {TOKEN_EXAMPLE}',
        ),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            base64.b64encode(b'{"type": "service_account", "private_key": "%s"}' % (b"x" * 200)).decode(),
            (
                "GOOGLE_APPLICATION_CREDENTIALS holds the key's JSON in base64; write the JSON itself, or save it as a "
                "file. Example: GOOGLE_APPLICATION_CREDENTIALS=credentials.json"
            ),
        ),
        ("RESOLVED_TAGS", " , ", "RESOLVED_TAGS needs at least one name. Example: RESOLVED_TAGS=resolved,done"),
        ("TEAM_TAGS", ",", "TEAM_TAGS needs at least one name. Example: TEAM_TAGS=Engineering,Consulting"),
        (
            "TEAM_TAGS",
            "Engineering,correcthorse1batterystaple",
            (
                "TEAM_TAGS holds what is no tag's name (hidden: it looks like a password); Discord's have at most 20 "
                "characters. Example: TEAM_TAGS=Engineering,Consulting"
            ),
        ),
        (
            "RESOLVED_TAGS",
            "x" * 5_000,
            (
                "RESOLVED_TAGS holds what is no tag's name (hidden: it has 5,000 characters); Discord's have at most "
                "20 characters. Example: RESOLVED_TAGS=resolved,done"
            ),
        ),
        (
            "WAITING_TAGS",
            "waiting\nfor customer",
            (
                "WAITING_TAGS holds what is no tag's name (hidden: it has 2 lines); Discord's have at most 20 "
                "characters. Example: WAITING_TAGS=waiting for customer"
            ),
        ),
        (
            "DISCORD_API_URL",
            "discord.com/api",
            (
                'DISCORD_API_URL "discord.com/api" is not an address that begins with http:// or https://. '
                "Example: DISCORD_API_URL=https://discord.com/api/v10"
            ),
        ),
        (
            "GOOGLE_SHEETS_URL",
            "ftp://sheets",
            (
                'GOOGLE_SHEETS_URL "ftp://sheets" is not an address that begins with http:// or https://. '
                "Example: GOOGLE_SHEETS_URL=https://sheets.googleapis.com"
            ),
        ),
    ],
)
def test_a_setting_of_another_form_is_named_in_one_line(loaded: Load, name: str, text: str, line: str) -> None:
    assert refusal(loaded, **{name: text}) == line


def test_an_id_that_no_store_can_hold_is_refused(loaded: Load) -> None:
    # Ids are below 2^63 until the year 2084.
    assert refusal(loaded, ALERT_CHANNEL_IDS="99999999999999999999").startswith("ALERT_CHANNEL_IDS ")


def test_an_unknown_log_level_is_named_with_the_known_ones(loaded: Load) -> None:
    line = refusal(loaded, LOG_LEVEL="LOUD")

    assert line.startswith("LOG_LEVEL ")
    assert '"LOUD" is none of DEBUG, INFO, WARNING, ERROR.' in line
    assert line.endswith(" Example: LOG_LEVEL=INFO")
