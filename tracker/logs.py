"""The log a person follows: one line an event, on standard error."""

from __future__ import annotations

import logging

_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


def set_up(level: str) -> None:
    """Log the product at `level`, the libraries only when they have something to warn of.

    Libraries stay quiet also at DEBUG: what they would log there can contain requests with their secrets.
    """
    logging.basicConfig(format=_FORMAT, datefmt="%Y-%m-%d %H:%M:%S", level=logging.WARNING)
    logging.getLogger("tracker").setLevel(level)
