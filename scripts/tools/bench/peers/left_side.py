"""`python -m scripts.tools.bench.peers.left_side`: the bot as far as the store, and nothing behind it.

Translate, apply, commit: what happens to an event before the bot waits for anything.
"""

from __future__ import annotations

import asyncio
import contextlib

from scripts.tools.bench.peers.stopwatch import Stopwatch
from tracker.discord.connection import new_bot
from tracker.discord.gateway import Gateway
from tracker.discord.view import ForumView
from tracker.reconcile.feed import Feed
from tracker.reconcile.sight import Sight
from tracker.settings import Settings, load
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.wiring import now, rules_of


def _nothing() -> None:
    """Nobody is there to be woken."""


async def main() -> None:
    """Listen and record until the process is ended."""
    settings = load(Settings)
    with contextlib.closing(Store.open(settings.data_dir)) as store:
        tracking = Tracking(store, rules_of(settings, store), now, _nothing)
        feed = Feed(record=tracking.record, sight=Sight(), now=now)
        gateway = Gateway(
            view=ForumView(settings.support_channel_id, now),
            responder_roles=settings.support_role_ids,
            feed=feed,
        )
        bot = new_bot(settings.discord_token.get_secret_value(), settings.discord_api_url)
        gateway.listen(bot)
        Stopwatch().listen(bot)
        await bot.start(check_for_updates=False)
        while True:
            feed.release(await feed.next_cue())


if __name__ == "__main__":
    asyncio.run(main())
