"""A local Discord: REST v10 and the gateway over one small world of people, channels and threads.

What there is, and what happens to it:
    `entities.py` users, channels, threads, messages; `permissions.py` and `mentions.py` the rules they follow
    `state.py` how they change, and the event that every change causes; `world.py` what people do to them
What Discord says of it:
    `payloads.py` one entity as JSON, `views.py` the guild as a whole; `errors.py` a refusal
    `guilds.py`, `channels.py`, `messages.py` the REST routes, with `forms.py` and `access.py` to read a request
    `gateway.py` the websocket, with `session.py`, `intents.py` and `compression.py`
    `server.py` all of it on one port, behind the token and `rate_limits.py`; `faults.py` what can go wrong there
"""

from tracker.sandbox.discord.server import DiscordServer

__all__ = ["DiscordServer"]
