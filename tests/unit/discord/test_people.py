"""Who wrote a message, under what name, and whether it counts: hikari's own objects, made from payloads."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import hikari
import pytest
from hikari.impl import EntityFactoryImpl

from tracker.discord.people import is_person_speaking, is_responder, name_of, readable

FACTORY = EntityFactoryImpl(Mock(spec=hikari.RESTAware))

SAM = {"id": "1417628594471739434", "username": "sam", "discriminator": "0", "avatar": None}
DEFAULT, RENAMED, PINNED, THREAD_CREATED, REPLY, STARTER, COMMAND = 0, 4, 6, 18, 19, 21, 20


def user(**fields: Any) -> hikari.User:  # noqa: ANN401 - a payload's fields
    return FACTORY.deserialize_user(SAM | fields)


def message(*, kind: int = DEFAULT, author: dict[str, Any] | None = None, **fields: Any) -> hikari.Message:  # noqa: ANN401 - the same
    return FACTORY.deserialize_message(
        {
            "id": "1417628594471739500",
            "channel_id": "1417628594471739432",
            "author": SAM | (author or {}),
            "content": "",
            "timestamp": "2026-02-04T05:10:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": kind,
            "flags": 0,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        pytest.param({}, "sam", id="without-discriminator"),
        pytest.param({"discriminator": "0000"}, "sam", id="with-four-zeros"),
        pytest.param({"discriminator": "1234"}, "sam#1234", id="with-a-discriminator"),
        pytest.param({"discriminator": "0001"}, "sam#0001", id="its-zeros-stay"),
        pytest.param({"global_name": "Sam the Great"}, "sam", id="not-the-display-name"),
        pytest.param({"username": "\ud83d"}, "\ufffd", id="half-a-character"),
    ],
)
def test_a_person_is_named_by_username(fields: dict[str, Any], name: str) -> None:
    assert name_of(user(**fields)) == name


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        pytest.param({"kind": DEFAULT}, True, id="a-message"),
        pytest.param({"kind": REPLY}, True, id="a-reply"),
        pytest.param({"kind": DEFAULT, "author": {"bot": True}}, False, id="a-bot"),
        pytest.param({"kind": REPLY, "author": {"bot": True}}, False, id="a-bots-reply"),
        pytest.param({"kind": DEFAULT, "webhook_id": "1417628594471739440"}, False, id="a-webhook"),
        pytest.param({"kind": RENAMED}, False, id="a-rename"),
        pytest.param({"kind": PINNED}, False, id="a-pin"),
        pytest.param({"kind": THREAD_CREATED}, False, id="a-note-of-a-thread"),
        pytest.param({"kind": STARTER}, False, id="a-copy-of-a-starter"),
        pytest.param({"kind": COMMAND}, False, id="a-command"),
        pytest.param({"kind": 9999}, False, id="a-type-nobody-knows-yet"),
    ],
)
def test_only_a_persons_own_words_count(*, fields: dict[str, Any], counts: bool) -> None:
    assert is_person_speaking(message(**fields)) is counts


@pytest.mark.parametrize(
    ("roles", "responder_roles", "may_answer"),
    [
        pytest.param([], [], True, id="everybody-where-no-roles-are-named"),
        pytest.param([1], [], True, id="also-with-a-role"),
        pytest.param([1, 2], [2, 3], True, id="with-one-of-the-roles"),
        pytest.param([1], [2, 3], False, id="with-other-roles"),
        pytest.param([], [2], False, id="without-roles"),
    ],
)
def test_responders_are_everybody_or_those_with_a_role(
    *, roles: list[int], responder_roles: list[int], may_answer: bool
) -> None:
    assert is_responder([hikari.Snowflake(role) for role in roles], responder_roles) is may_answer


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("Grüße 🧵👩‍👩‍👧", "Grüße 🧵👩‍👩‍👧"),
        ("\ud83e\uddf5", "🧵"),
        ("a\ud83eb", "a\ufffdb"),
        ("a\uddf5", "a\ufffd"),
        ("a" + chr(0xD83E), "a\ufffd"),
    ],
    ids=ascii,
)
def test_half_characters_become_replacement_characters_and_the_rest_stays(text: str, clean: str) -> None:
    assert readable(text) == clean
    readable(text).encode()  # what is stored and sent is UTF-8
