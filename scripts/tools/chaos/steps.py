"""Steps of a history as plain data: drawn by seed, kept in a file, played again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

SLEEP = "sleep"

RACE = "race: "
"""Begins the kind of a step in the sheet that happens between the bot's next read and its write."""


OWN_TICKET = 0
"""The number of the desk's own ticket, of which a history knows nothing."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens.

    `ticket` is the number of the ticket it happens to, counted from 1 as they were opened; a step for a ticket that
    does not exist (any more) is passed over. `detail` is a tag, a title, a column, a fault: whatever the kind needs.
    `number` is the same for numbers: an age in seconds, a row, a position.
    """

    kind: str
    ticket: int = 1
    detail: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.kind:<18} ticket {self.ticket:<3} {self.number:>7}  {self.detail}".rstrip()


class Kind(NamedTuple):
    """How often a kind of step is drawn, and from which details and numbers."""

    weight: int
    details: Collection[str] = ("",)
    numbers: Callable[[Random], int] = lambda _: 0


TITLES = (
    *("Login fails", "Where is my invoice?", '=IMPORTXML("http://x")', "+1", "'", "@everyone help", "Größe 🤷 漢字"),
    *("12345678901234567890", "TRUE", "2026-02-04", "a, b", "<b>bold</b>", "Export is slow " * 6),
)
TAGS = ("resolved", "resolved", "resolved", "Engineering", "Consulting", "billing")
NOTES = ("call back", "=1+1 is two", "🙂", "VIP")
OWNED = ("title", "type", "raised_by", "first_responded_by", "time_to_first_response", "team", "status", "link")
"""The bot's columns in which people write over what is there."""

RENAMED = ("status", "title", "type", "raised_by", "team", "link", "resolution_date", "warning_message_id")
"""The bot's columns whose header people rename; the next time, back again."""

_AGES = (0, 0, 0, 40, 1530, 8159, 187_200)
_ANY_ROW = 40
_FAULTS = ("500", "500 applied", "502", "reset", "reset applied")


def _age(random: Random) -> int:
    return random.choice(_AGES)


def _place(random: Random) -> int:
    return random.randrange(_ANY_ROW)


IN_DISCORD = {
    "open": Kind(14, TITLES, _age),
    "reply": Kind(12, ("sam", "kim", "eve#0042")),
    "own reply": Kind(3),
    "noise": Kind(3, ("webhook", "bot", "pin", "slow mode", "elsewhere")),
    "tag": Kind(16, TAGS),
    "rename": Kind(6, TITLES),
    "archive": Kind(3),
    "unarchive": Kind(2),
    "lock": Kind(2),
    "unlock": Kind(1),
    "delete": Kind(3),
    "rename tag": Kind(2, TAGS),
    "delete tag": Kind(1, TAGS),
    "repeat": Kind(2),
}
IN_SHEET = {
    "sort": Kind(2, ("title", "thread_id", "date_created", "notes"), _place),
    "sort only": Kind(1, (*OWNED[:-1], "notes"), _place),
    "insert above": Kind(1),
    "insert row": Kind(2, (), _place),
    "delete row": Kind(2),
    "copy row": Kind(1),
    "delete copy": Kind(2),
    "rename header": Kind(1, RENAMED),
    "insert column": Kind(1, (), _place),
    "move column": Kind(1, (*OWNED, "thread_id", "notes"), _place),
    "delete column": Kind(1),
    "note": Kind(4, NOTES),
    "loose note": Kind(1, NOTES, _place),
    "edit": Kind(4, OWNED),
    "hide row": Kind(1),
    "filter": Kind(1, ("title", "team", "notes"), _place),
    "clear filter": Kind(1),
    "rename tab": Kind(1, ("Tickets '26", "Support Tickets")),
}
RACES = {RACE + kind: Kind(1, known.details, known.numbers) for kind, known in IN_SHEET.items()}
FAULTS = {
    "sheet fault": Kind(
        4,
        (*_FAULTS, "429", "503", "503 applied", "408", "409 applied", "499 applied", "504", "late", "late"),
        lambda random: random.randint(1, 2),
    ),
    "discord fault": Kind(
        5, (*_FAULTS, "429", "global 429", "403", "40333", "false 10003"), lambda random: random.randint(1, 2)
    ),
}
_ENDS = ("KILL", "KILL", "TERM", "KILL at a write", "KILL at a message")
KILLS = {"restart": Kind(3, _ENDS)}
"""Here the bot has heard of everything before it ends, and looks around before anything else happens."""

DOUBTS = {"doubt": Kind(1, (), lambda random: random.randrange(1_000_000))}
"""What nobody knows of Google is otherwise than expected: from the beginning, and again now and then."""

CLOCK = {
    "agreement": Kind(0, (), lambda random: random.randrange(1_000_000)),
    "later": Kind(1, (), lambda random: random.randint(1, 15)),
    SLEEP: Kind(1, (), lambda random: random.randint(40, 1200)),
}
"""What the desk has promised, at the beginning; and its clock, put forward by hours when the bot has heard of all, or
while it runs, by seconds: as if its machine had been asleep."""

REST = {
    "pause": Kind(10, (), lambda random: random.randint(20, 300)),
    "rest": Kind(2),
}
AWAY = {
    "crash": Kind(2, _ENDS),
    "down": Kind(1, ("KILL", "TERM")),
    "up": Kind(4),
    "lost session": Kind(1),
}
"""What happens while the bot is not there has to be found out afterwards."""

BLIND = {
    "hide forum": Kind(1),
    "kick": Kind(1),
    "lose guild": Kind(1),
    "freeze": Kind(1),
    "see": Kind(3),
    "unreadable event": Kind(1),
    "unreadable answer": Kind(1, ("/threads/active$", "/threads/archived/public$", r"/channels/\d+$")),
    "reading fault": Kind(
        2, ("500", "502", "403", "reset", "global 429", "false 10003"), lambda random: random.randint(1, 2)
    ),
    "new forum": Kind(1),
}
"""What keeps the bot from seeing the forum, or what it is sent of it, until it may see again. A `new forum` stands for
the old one, which was deleted: the bot gets its id, and begins anew."""

FORBIDDEN = {
    "take permission": Kind(2, ("MANAGE_THREADS", "SEND_MESSAGES_IN_THREADS", "ADD_REACTIONS")),
    "demand second factor": Kind(1),
    "permit": Kind(2),
}
"""What keeps the bot from doing its errands in threads, until it is permitted again."""

DASHBOARD_TAB = "dashboard:"
"""Begins the kind of a step on the tab of figures."""

_DEEDS = (
    *("rename", "move", "delete chart", "protect", "unprotect", "sort", "insert row", "delete row"),
    *("insert column", "delete column", "edit", "delete", "set up"),
)
DASHBOARD = {f"{DASHBOARD_TAB} {deed}": Kind(1, ("Montag", "waiting", "=1+1", "*"), _place) for deed in _DEEDS}
"""What people do there, in histories whose sheet has that tab: with an odd number, just when the bot writes."""

SET_UP = f"{DASHBOARD_TAB} set up"

_WITH_DASHBOARD = 4
"""The sheet has that tab in every fourth history: of a row that was deleted, nobody can then say when it comes back."""

GROUPS = {
    "discord": IN_DISCORD,
    "sheet": IN_SHEET,
    "races": RACES,
    "faults": FAULTS,
    "kills": KILLS,
    "away": AWAY,
    "blind": BLIND,
    "forbidden": FORBIDDEN,
    "doubts": DOUBTS,
    "clock": CLOCK,
    "dashboard": DASHBOARD,
}
"""The groups of kinds that can be switched off, by name."""


def kinds_without(names: Iterable[str]) -> dict[str, Kind]:
    """All kinds but those named, each by its own name or by its group's.

    Raises:
        ValueError: there is no such kind or group.
    """
    everything = {kind: known for group in GROUPS.values() for kind, known in group.items()} | REST
    for name in names:
        if name not in GROUPS and name not in everything:
            raise ValueError(f"there is no kind or group of steps named {name!r}")
        for kind in GROUPS.get(name, (name,)):
            everything.pop(kind, None)
    return everything


def draw(seed: int, count: int, kinds: dict[str, Kind]) -> list[Step]:
    """A history of `count` steps. The same seed, count and kinds always give the same one."""
    # The figures of a tab are counted in days from now on: no clock is put forward beside it.
    left_out = CLOCK if seed % _WITH_DASHBOARD == _WITH_DASHBOARD - 1 else DASHBOARD
    kinds = {name: kind for name, kind in kinds.items() if name not in left_out}
    random = Random(seed)  # noqa: S311 - chosen to be repeatable, not to be secret
    names, weights = list(kinds), [kind.weight for kind in kinds.values()]
    steps = [Step(kind=kind, number=seed) for kind in ("agreement", "doubt") if kind in kinds]
    opened = 0
    while len(steps) < count:
        name = random.choices(names, weights)[0] if opened else "open"
        kind = kinds.get(name, IN_DISCORD["open"])
        steps.append(
            Step(
                kind=name,
                # most of what happens concerns the tickets opened last
                ticket=max(1, opened - int(random.expovariate(0.3))),
                detail=random.choice(list(kind.details) or [""]),
                number=kind.numbers(random),
            )
        )
        opened += name == "open"
    return steps


def write_steps(path: Path, steps: Iterable[Step]) -> None:
    """Keep a history, one step a line, in a folder that need not exist."""
    lines = [json.dumps(asdict(step), ensure_ascii=False) + "\n" for step in steps]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")


def read_steps(path: Path) -> list[Step]:
    """A history that was kept."""
    return [Step(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
