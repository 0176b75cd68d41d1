"""hikari's book of Discord's rate limits, kept right where hikari's own goes wrong. Nothing else of hikari is changed.

Three defects (hikari 2.5 to 2.7, `hikari/impl/buckets.py` and `rate_limits.py`): where a limit over all requests is met
on a route that was not asked before, the request is repeated without a pause; times by Discord's clock are compared
with those of this machine's, so that with a clock that is off, requests are sent too early or held back for long; and
a request that is cancelled while it waits for a limit keeps its place for good, so that the route, or all routes, are
never asked again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import cast

import hikari
from hikari.impl.buckets import RESTBucket, RESTBucketManager
from hikari.internal.routes import CompiledRoute

_JITTER_SECONDS = 1.0
"""An answer may be so late on its way: a difference of the clocks below that says nothing."""


_before_attempts: ContextVar[Callable[[], None]] = ContextVar("before_attempts", default=lambda: None)


@contextmanager
def before_attempts(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` before each attempt of the requests in the block: hikari repeats them by itself.

    What it raises ends the request; a TimeoutError hikari would take for one of its own.
    """
    token = _before_attempts.set(check)
    try:
        yield
    finally:
        _before_attempts.reset(token)


class Limits(RESTBucketManager):
    """The limits of one client. `clock_ahead` is by how many seconds this machine's clock is ahead of Discord's."""

    __slots__ = ("_free_at", "clock_ahead")

    def __init__(self, max_rate_limit: float) -> None:
        super().__init__(max_rate_limit)
        self._free_at = 0.0
        self.clock_ahead = 0.0

    def throttle(self, retry_after: float) -> None:
        """Send nothing for so many seconds, on no route."""
        super().throttle(retry_after)
        self._free_at = max(self._free_at, time.monotonic() + retry_after)

    def acquire_bucket(
        self, compiled_route: CompiledRoute, authentication: str | None
    ) -> AbstractAsyncContextManager[None]:
        """Wait for the limit over all requests, then for the route's."""
        return self._in_turn(cast("RESTBucket", super().acquire_bucket(compiled_route, authentication)))

    @asynccontextmanager
    async def _in_turn(self, bucket: RESTBucket) -> AsyncIterator[None]:
        async with _to_the_end(bucket):
            while self._free_at > time.monotonic():  # noqa: ASYNC110 - another answer may make it longer
                await asyncio.sleep(self._free_at - time.monotonic())
            _before_attempts.get()()
            yield

    def update_rate_limits(  # noqa: PLR0917 - as hikari calls it
        self,
        compiled_route: CompiledRoute,
        authentication: str | None,
        bucket_header: str,
        remaining_header: int,
        limit_header: int,
        reset_at: float,
        reset_after: float,
    ) -> None:
        """Take in what an answer says of its route's limit, with its end by this machine's clock."""
        ahead = time.time() + reset_after - reset_at
        if abs(ahead - self.clock_ahead) > _JITTER_SECONDS:
            self.clock_ahead = ahead if abs(ahead) > _JITTER_SECONDS else 0.0
        super().update_rate_limits(
            compiled_route,
            authentication,
            bucket_header,
            remaining_header,
            limit_header,
            reset_at + self.clock_ahead,
            reset_after,
        )


@asynccontextmanager
async def _to_the_end(bucket: RESTBucket) -> AsyncIterator[None]:
    """The bucket, waited for to the end, and given back, also where the request is cancelled meanwhile."""
    acquired = asyncio.ensure_future(bucket.acquire())
    try:
        await asyncio.shield(acquired)
    except asyncio.CancelledError:
        acquired.add_done_callback(lambda done: None if done.cancelled() or done.exception() else bucket.release())
        raise
    try:
        yield
    finally:
        bucket.release()


def clock_ahead(rest: hikari.api.RESTClient) -> float:
    """By how many seconds this machine's clock is ahead of Discord's, as answers have shown; 0 below a second."""
    limits = rest._bucket_manager  # type: ignore[attr-defined] # noqa: SLF001
    return limits.clock_ahead if isinstance(limits, Limits) else 0.0


def keep_limits(client: hikari.RESTApp | hikari.api.RESTClient) -> None:
    """Give a client that is not started yet these limits. hikari makes its own and lets nobody hand in others."""
    own: RESTBucketManager = client._bucket_manager  # type: ignore[union-attr] # noqa: SLF001
    client._bucket_manager = Limits(own.max_rate_limit)  # type: ignore[union-attr] # noqa: SLF001
