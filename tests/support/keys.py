"""The private key of every account in the tests: making one takes longer than most of them."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tracker.sandbox.sheets.accounts import new_key


@cache
def private_key() -> RSAPrivateKey:
    """One key for all tests of a process."""
    return new_key()
