"""Messages that answer an interaction are read whatever is sent of the interaction, which the product never asks for.

hikari (2.5 to 2.7, `hikari/impl/entity_factory.py`) reads no message at all where it does not know the interaction's
type, nor the page with that message in it, and passes over such an event without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hikari
from hikari.impl import EntityFactoryImpl

Read = Callable[[Any], Any]


class _Whatever(dict[int, Read]):
    """How what is sent of an interaction is read, by the interaction's type: as nothing, for every type."""

    def get(self, _key: object, _default: object = None) -> Read:
        """A way to read it."""
        return lambda _: None


def leave_interactions_unread(rest: hikari.api.RESTClient) -> None:
    """Let this client, and the bot it belongs to, pass over what is sent of interactions. hikari has no setting for it.

    What is known is then as if no interaction had been.
    """
    factory = rest.entity_factory
    if isinstance(factory, EntityFactoryImpl):
        factory._interaction_metadata_mapping = _Whatever()  # noqa: SLF001 - the same
