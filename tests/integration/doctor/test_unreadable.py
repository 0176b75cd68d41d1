"""Whatever stands in the place of one of Discord's answers, the doctor says what it could not check, and goes on."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from aiohttp import web

from tracker.checks import Finding, Level
from tracker.discord.checks import Desk, check_discord
from tracker.discord.connection import rest_only
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Channel, Forum
from tracker.sandbox.discord.world import World
from tracker.sandbox.service import Fault

pytest_plugins = ("tests.support.discord_fixtures",)

DISCORDS = "https://discord.com/api/v10"
ODD: list[tuple[int, Any]] = [
    (200, []),
    (200, {"id": None, "username": None, "name": None, "type": None}),
    (400, {"message": None, "code": "bad_request", "errors": [1]}),
    (401, {"message": "who?", "code": "denied"}),
    (403, {"code": None}),
    (404, []),
]


async def found(discord: DiscordServer, desk: Desk, api_url: str) -> list[Finding]:
    async with rest_only(discord.token, discord.rest_url, attempts=1) as rest:
        return [finding async for finding in check_discord(rest, api_url, desk)]


@pytest.mark.parametrize(("status", "answer"), ODD, ids=str)
@pytest.mark.parametrize("hidden", [False, True])
async def test_no_answer_ends_the_doctor(
    discord: DiscordServer, world: World, forum: Forum, alerts: Channel, *, status: int, answer: object, hidden: bool
) -> None:
    world.grant("VIEW_AUDIT_LOG")
    if hidden:
        world.deny(forum, "VIEW_CHANNEL")
    desk = Desk(
        forum_id=forum.id,
        alert_channel_ids=(alerts.id,),
        responder_roles=(),
        resolved_tags=("resolved",),
        team_tags=("Engineering",),
    )
    await found(discord, desk, discord.rest_url)
    paths = dict.fromkeys(request.path for request in discord.requests)
    assert len(paths) >= 6
    for path in paths:
        spoilt = Fault(path=f"{re.escape(path)}$", times=None, outcome=lambda: web.json_response(answer, status=status))
        discord.faults[:] = [spoilt]
        findings = await found(discord, desk, DISCORDS)
        assert any(finding.level is not Level.GOOD for finding in findings), path
        assert not [finding for finding in findings if finding.id.endswith("unforeseen")], path
        if status != HTTPStatus.NOT_FOUND:  # that names the address which was really asked
            assert not [finding for finding in findings if "DISCORD_API_URL" in finding.text], path
