"""Which time zones of the IANA list a person may have meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from zoneinfo import available_timezones

_MOST = 3
_ABBREVIATIONS = {
    "AEST": ("Australia/Sydney",),
    "BRT": ("America/Sao_Paulo",),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "CAT": ("Africa/Maputo",),
    "GMT": ("UTC", "Europe/London"),
    "MESZ": ("Europe/Berlin",),
    "MEZ": ("Europe/Berlin",),
    "UTC": ("UTC",),
    "Z": ("UTC",),
    "CEST": ("Europe/Berlin", "Europe/Paris"),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "EAT": ("Africa/Nairobi",),
    "EDT": ("America/New_York",),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "NPT": ("Asia/Kathmandu",),
    "PDT": ("America/Los_Angeles",),
    "PKT": ("Asia/Karachi",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "SAST": ("Africa/Johannesburg",),
    "SGT": ("Asia/Singapore",),
    "WAT": ("Africa/Lagos",),
    "WIB": ("Asia/Jakarta",),
}
_PLACES = {
    "bangalore": "Asia/Kolkata",
    "bengaluru": "Asia/Kolkata",
    "bombay": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "india": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "pune": "Asia/Kolkata",
    "chennai": "Asia/Kolkata",
    "hyderabad": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "germany": "Europe/Berlin",
    "france": "Europe/Paris",
    "uk": "Europe/London",
}
_BY_OFFSET = {
    -480: "America/Los_Angeles",
    -420: "America/Denver",
    -360: "America/Chicago",
    -300: "America/New_York",
    -180: "America/Sao_Paulo",
    0: "Europe/London",
    60: "Europe/Berlin",
    120: "Europe/Athens",
    180: "Africa/Nairobi",
    240: "Asia/Dubai",
    300: "Asia/Karachi",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    360: "Asia/Dhaka",
    420: "Asia/Bangkok",
    480: "Asia/Singapore",
    540: "Asia/Tokyo",
    600: "Australia/Sydney",
}
"""A zone for each distance from UTC, in minutes and without summer time."""
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])\s*(\d{1,2})(?::?(\d\d))?", re.ASCII | re.IGNORECASE)
_CUTOFF = 0.8


def suggested(name: str) -> tuple[str, ...]:
    """At most three names of the list, the likeliest first: for abbreviations, places, and names misspelt."""
    parts = [re.sub(r"(?: Standard| Daylight)? Time$", "", each.strip()) for each in re.split(r"[,()]", name)]
    return next(filter(None, map(_suggested, [name, *reversed(parts)])), ())


def _suggested(name: str) -> tuple[str, ...]:
    """The same of a text that is one name."""
    known = _ABBREVIATIONS.get(name.upper())
    if known is not None:
        return known[:_MOST]
    offset = _OFFSET.fullmatch(name.strip())
    if offset is not None:
        minutes = int(f"{offset[1]}1") * (int(offset[2]) * 60 + int(offset[3] or 0))
        return (_BY_OFFSET[minutes],) if minutes in _BY_OFFSET else ()
    wanted = _folded(name)
    if wanted in _PLACES:
        return (_PLACES[wanted],)
    by_name = {_folded(each): each for each in sorted(available_timezones()) if each.count("/") == 1}
    by_place = {_folded(each.partition("/")[2]): each for each in by_name.values() if not each.startswith("Etc/")}
    exact = by_name.get(wanted) or by_place.get(wanted)
    if exact is not None:
        return (exact,)
    near = [by_name[each] for each in get_close_matches(wanted, by_name, n=_MOST, cutoff=_CUTOFF)]
    near += [by_place[each] for each in get_close_matches(wanted, by_place, n=_MOST, cutoff=_CUTOFF)]
    return tuple(dict.fromkeys(near))[:_MOST]


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip()).casefold()
