"""The public holidays of countries and their parts, by the library `holidays`."""

from __future__ import annotations

import re
import warnings
from datetime import date

_CODE = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z0-9 ]+))?")
_YEARS = range(2015, 2051)
"""From Discord's first on. For some countries the library knows fewer, as where the moon decides."""


def public_holidays(region: str) -> frozenset[date]:
    """The public holidays of a country (`IN`) or a part of it (`IN-KA`), also those moved to a working day.

    Raises:
        ValueError: with a sentence for the person who wrote it: of such a region nothing is known.
    """
    import holidays  # noqa: PLC0415 - 0.5 s and 13 MB that only those pay who name a region

    found = _CODE.fullmatch(region)
    country = found[1].upper() if found else ""
    parts = holidays.list_supported_countries().get(country)
    if not found or parts is None:
        raise ValueError(f'"{region}" is no country whose holidays are known; write one as IN or DE, or single days')
    part = next((each for each in parts if each.casefold() == (found[2] or "").casefold()), None)
    if found[2] and part is None:
        known = ", ".join(sorted(parts)) or "none"
        raise ValueError(f'"{region}" is no part of {country} whose holidays are known; those are {known}')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of years of which it does not know all
        return frozenset(holidays.country_holidays(country, subdiv=part, years=_YEARS))
