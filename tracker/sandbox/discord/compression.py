"""The transport compressions of the gateway: one context per connection, flushed after every payload.

https://discord.com/developers/docs/events/gateway#encoding-and-compression
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from importlib import import_module

Compress = Callable[[bytes], bytes]


def zlib_stream() -> Compress:
    """One connection's zlib stream: each payload ends in a sync flush (00 00 FF FF)."""
    context = zlib.compressobj()

    def compress(payload: bytes) -> bytes:
        return context.compress(payload) + context.flush(zlib.Z_SYNC_FLUSH)

    return compress


def zstd_stream() -> Compress:
    """One connection's zstd stream: each payload ends in a flushed block of the one frame.

    ImportError where Python has no zstd: before 3.14 that is without the package backports.zstd, which is also where
    hikari does not ask for it.
    """
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    context = zstd.ZstdCompressor()

    def compress(payload: bytes) -> bytes:
        flushed: bytes = context.compress(payload, context.FLUSH_BLOCK)
        return flushed

    return compress


STREAMS: dict[str, Callable[[], Compress]] = {"zlib-stream": zlib_stream, "zstd-stream": zstd_stream}
"""How to begin a stream, by the name that a client asks for in `compress`."""
