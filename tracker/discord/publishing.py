"""Posts digests and reports, each once, whoever may have posted it before the store was lost.

A report's table of weeks is shown as a picture where the channel takes one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import hikari

from tracker.discord.failures import is_about_words, is_forbidden, reason_of
from tracker.discord.picture import draw
from tracker.discord.posting import Picture, Posting
from tracker.domain.bulletins import known_by, without_table, without_titles
from tracker.domain.effects import LASTS, Effect, EffectKind
from tracker.domain.weeks import WEEKS_REPORTED, Week, from_text, in_words
from tracker.store import Store

_log = logging.getLogger(__name__)

_NAME = "weeks.png"


class Publishing:
    """Posts what `bulletins` has published, as long as it is of use."""

    def __init__(self, store: Store, posting: Posting, now: Callable[[], datetime]) -> None:
        self._store = store
        self._posting = posting
        self._now = now

    async def post(self, effect: Effect, posted_after: int) -> bool:
        """Post the message of a digest or report, unless it stands after that one; False where it comes too late."""
        due = datetime.fromtimestamp(effect.number / 1000, UTC)
        if effect.channel_id is None or self._now() - due > LASTS[effect.kind]:
            return False
        known = [known_by(effect.text)]
        if await self._posting.posted(effect.channel_id, known, posted_after):
            return True
        if not await self._post_with_picture(effect.channel_id, effect, due):
            await self._post_words(effect.channel_id, effect)
        return True

    async def _post_words(self, channel_id: int, effect: Effect) -> None:
        """Post the text; without titles where Discord refuses it for its words, or may. Other errors are hikari's."""
        try:
            await self._posting.post(channel_id, effect.text, nonce=effect.nonce)
        except hikari.BadRequestError as error:
            titleless = without_titles(effect.text)
            if not is_about_words(error) or titleless == effect.text:
                raise
            await self._posting.post(channel_id, titleless, nonce=effect.nonce)
            _log.warning("The digest shows no titles, as Discord refused them: %s.", reason_of(error))

    async def _post_with_picture(self, channel_id: int, effect: Effect, due: datetime) -> bool:
        """Post the report's table as a picture; whether that was possible. Other errors are hikari's."""
        text = without_table(effect.text)
        if effect.kind is not EffectKind.WEEKLY_REPORT or text == effect.text:
            return False
        weeks = from_text(self._store.facts.find(WEEKS_REPORTED), due)
        picture = await _drawn(weeks) if weeks else None
        if picture is None:
            return False
        try:
            await self._posting.post_with_picture(channel_id, text, picture, nonce=effect.nonce)
        except hikari.ClientHTTPResponseError as error:
            if not _refuses_pictures(error):
                raise
            reason = "the bot lacks Attach Files there" if is_forbidden(error) else reason_of(error)
            _log.warning("Channel %d takes no pictures, so the report has a table: %s.", channel_id, reason)
            return False
        return True


async def _drawn(weeks: tuple[Week, ...]) -> Picture | None:
    """The picture of these weeks, drawn beside what else goes on; None where it cannot be drawn here."""
    try:
        data = await asyncio.to_thread(draw, weeks)
    except Exception as error:  # noqa: BLE001 - no trouble with a picture may keep the report back
        _log.warning("The report has a table instead of a picture: %s: %s", type(error).__name__, error)
        return None
    return Picture(name=_NAME, data=data, in_words=in_words(weeks))


def _refuses_pictures(error: hikari.ClientHTTPResponseError) -> bool:
    """Whether the message may be welcome without its picture: the bot may attach nothing, or Discord cannot take it."""
    too_large = error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return is_forbidden(error) or isinstance(error, hikari.BadRequestError) or too_large
